"""``archcheck graph``: a picture of who imports whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from archcheck.cli import options
from archcheck.cli.console import note, write

_DEFAULT_FORMAT = "mermaid"
_PICTURE = "Picture"


def graph(
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="Of the project.", show_default=False)
    ] = Path(),
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="FORMAT[=FILE]",
            help="mermaid (default), dot, svg or json; repeat it for several files.",
            rich_help_panel=_PICTURE,
        ),
    ] = None,
    level: Annotated[
        str,
        typer.Option(
            "--level",
            metavar="LEVEL",
            help="layers, packages or modules; by default the layers where there are any, else the packages.",
            show_default=False,
            rich_help_panel=_PICTURE,
        ),
    ] = "",
    focus: Annotated[
        str,
        typer.Option(
            "--focus",
            metavar="MODULE",
            help="Show a module or package, what it imports and what imports it.",
            show_default=False,
            rich_help_panel=_PICTURE,
        ),
    ] = "",
    depth: Annotated[
        int | None,
        typer.Option(
            "--depth",
            metavar="N",
            min=0,
            help="Tell packages apart down to N below the top; by default as far as can be read.",
            rich_help_panel=_PICTURE,
        ),
    ] = None,
    config: options.ConfigFile = None,
    isolated: options.Isolated = False,
    exclude: options.Exclude = None,
    jobs: options.Jobs = None,
    cache: options.Cache = None,
    cache_dir: options.CacheDir = None,
) -> None:
    """Draw the layers, packages or modules with their imports, those that the layers forbid in red.

    Packages are folded until the picture can be read; what was folded or left out is written
    below it. The data of --format json are complete. Tests, scripts and migrations, and imports
    for type checking only, are not drawn.
    """
    from archcheck.cli.loading import load_configuration
    from archcheck.cli.outputs import parse_outputs, write_file
    from archcheck.cli.scope import find_scope
    from archcheck.cli.surveying import surveyed
    from archcheck.config.names import nearest
    from archcheck.diagrams import FORMATS, load_renderer
    from archcheck.engine.overview import LEVELS, View, draw
    from archcheck.errors import UsageError

    if level and level not in LEVELS:
        raise UsageError(
            f"--level: unknown level `{level}`{nearest(level, LEVELS)}",
            f"one of {', '.join(LEVELS)}",
        )
    outputs = parse_outputs(formats or (_DEFAULT_FORMAT,), FORMATS)
    root = find_scope([path]).root
    configuration = load_configuration(root, context.params, config_file=config, isolated=isolated)
    project = surveyed(root, configuration)
    for output in outputs:
        view = View(level, focus, depth, complete=output.format == "json")
        text = load_renderer(output.format)(draw(project, view))
        if output.file is None:
            write(text)
        else:
            write_file(output.file, text)
            note(f"{output.format} picture written to {output.file}")
