"""``archcheck config``: which settings are in force and why, and which there are."""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archcheck.cli import options
from archcheck.cli.console import write

if TYPE_CHECKING:
    from archcheck.config.load import LoadedSettings
    from archcheck.config.sources import Key

app = typer.Typer(help="Show the settings in force, or describe all there are.")


@app.command("show")
def show(
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="Of the project.", show_default=False)
    ] = Path(),
    config: options.ConfigFile = None,
    isolated: options.Isolated = False,
    edition: options.Edition = None,
    select: options.Select = None,
    extend_select: options.ExtendSelect = None,
    ignore: options.Ignore = None,
    exclude: options.Exclude = None,
    preview: options.Preview = None,
    fail_under: options.FailUnder = None,
    fail_under_strict: options.FailUnderStrict = None,
    fail_under_principle: options.FailUnderPrinciple = None,
    fail_on: options.FailOn = None,
    ci: options.Ci = None,
) -> None:
    """Show every setting with its origin: default, file, environment or option."""
    from archcheck.cli.loading import load_configuration
    from archcheck.cli.scope import find_scope

    root = find_scope([path]).root
    configuration = load_configuration(root, context.params, config_file=config, isolated=isolated)
    write("".join(f"{line}\n" for line in _lines(configuration.loaded)))


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of the configuration, for editors and for reading."""
    from archcheck.config.settings import Settings

    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Settings.model_json_schema(by_alias=True),
    }
    write(json.dumps(document, indent=2) + "\n")


def _lines(loaded: LoadedSettings) -> Iterator[str]:
    """One setting a line, as TOML would have it, with its origin as the comment."""
    from archcheck.config.sources import dotted
    from archcheck.reporters._terminal import clean

    values = loaded.settings.model_dump(by_alias=True)
    for key, value in _leaves((), values):
        assignment = (
            f"# {dotted(key)} is not set" if value is None else f"{dotted(key)} = {_toml(value)}"
        )
        yield f"{clean(assignment)}  # {clean(str(loaded.origin(key)))}"


def _leaves(key: Key, value: Any) -> Iterator[tuple[Key, Any]]:
    """Every value with its key, tables opened up; an empty table stands for itself."""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _leaves((*key, str(name)), inner)
    else:
        yield key, value


def _toml(value: Any) -> str:
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (set, frozenset)):
        value = sorted(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_toml(each) for each in value)}]"
    if isinstance(value, Mapping):
        return "{}"
    # A string of JSON is one of TOML.
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
