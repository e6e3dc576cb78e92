"""``archcheck clean``: drop the cache."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from archcheck.cli import options
from archcheck.cli.console import note

# What reads the configuration is imported by the function below: `--help` and `--version` need none of it.


def clean(
    context: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(metavar="PATH", help="A path inside the project.", show_default=False),
    ] = None,
    config: options.ConfigFile = None,
    isolated: options.Isolated = False,
    cache_dir: options.CacheDir = None,
) -> int:
    """Delete what earlier runs remembered of a project.

    Only files that archcheck wrote go. A folder without its mark is left alone.
    """
    from archcheck.cli.caching import configured_store
    from archcheck.cli.loading import load_configuration
    from archcheck.cli.scope import find_scope
    from archcheck.engine.store import StoreError
    from archcheck.errors import OutputError

    root = find_scope([path] if path is not None else ()).root
    loaded = load_configuration(root, context.params, config_file=config, isolated=isolated).loaded
    try:
        cache = configured_store(root, loaded)
        deleted = cache.clear()
    except StoreError as error:
        raise OutputError(f"the cache is left as it is: {error}", "delete it by hand") from error
    note(f"cache dropped: `{cache.folder}`" if deleted else "there is no cache")
    return 0
