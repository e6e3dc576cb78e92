"""``archcheck why``: in which layer a module is and why, and how one module comes to import another."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archcheck.cli import options
from archcheck.cli.console import wants_colour, width, write

if TYPE_CHECKING:
    from archcheck.analysis.imports.graph import Edge
    from archcheck.analysis.layers.assignment import Seat
    from archcheck.analysis.project import Project
    from archcheck.config.load import LoadedSettings

_MOST_CHAINS = 10
_LABEL = "  {:<7}"


def why(
    context: typer.Context,
    module: Annotated[
        str,
        typer.Argument(
            metavar="MODULE", help="A module, package or file of the project.", show_default=False
        ),
    ],
    imported: Annotated[
        str | None,
        typer.Argument(
            metavar="[MODULE]", help="Show how the first comes to import it.", show_default=False
        ),
    ] = None,
    config: options.ConfigFile = None,
    isolated: options.Isolated = False,
    jobs: options.Jobs = None,
    cache: options.Cache = None,
    cache_dir: options.CacheDir = None,
) -> None:
    """Say which layer a module is in and why, or how one module comes to import another."""
    from archcheck.cli.loading import load_configuration
    from archcheck.cli.scope import find_scope
    from archcheck.cli.surveying import surveyed

    root = find_scope([]).root
    configuration = load_configuration(root, context.params, config_file=config, isolated=isolated)
    project, loaded = surveyed(root, configuration), configuration.loaded
    names = [_known(each, project) for each in (module, imported) if each is not None]
    if len(names) == 2:
        _refuse_nested(*names)
    file = config if config is not None else root / loaded.file
    explanation = _Explanation(project, loaded, file if loaded.file else None)
    paragraphs = [list(explanation.seat(name)) for name in names]
    if len(names) == 2:
        paragraphs += explanation.chains(*names)
    write("\n\n".join("\n".join(lines) for lines in paragraphs) + "\n")


def _known(text: str, project: Project) -> str:
    """The module or package that an argument names, by its name or its path.

    Raises:
        UsageError: there is none.
    """
    from archcheck.analysis.names.module_names import ancestry
    from archcheck.config.names import nearest
    from archcheck.errors import UsageError

    path = project.by_path.get(text.removeprefix("./"))
    if path is not None and path.name:
        return path.name
    names = {name for module in project.modules for name in ancestry(module)}
    if text in names:
        return text
    raise UsageError(
        f"`{text}` is no module of the project{_nearest_module(text, names) or nearest(text, names)}",
        "`archcheck check --show-files` lists the files; `source-roots` decides how they are called",
    )


def _nearest_module(text: str, names: set[str]) -> str:
    """A hint at the modules that end as ``text`` does, where it only lacks the packages around it."""
    found = sorted(name for name in names if name.endswith(f".{text}"))
    return f"; did you mean `{found[0]}`?" if found else ""


def _refuse_nested(first: str, second: str) -> None:
    from archcheck.analysis.names.module_names import is_within
    from archcheck.errors import UsageError

    if is_within(first, second) or is_within(second, first):
        raise UsageError(
            f"`{first}` and `{second}` lie within one another",
            "name two modules or packages that are apart",
        )


class _Explanation:
    """The answers for one project.

    Args:
        project: what there is.
        loaded: the configuration in force.
        file: that it was read from, None without one.
    """

    def __init__(self, project: Project, loaded: LoadedSettings, file: Path | None) -> None:
        from archcheck.reporters._terminal import Painter

        self._project = project
        self._loaded = loaded
        self._file = file
        self._paint = Painter(wants_colour(sys.stdout))

    def seat(self, name: str) -> Iterator[str]:
        """In which layer a module is, and why."""
        from archcheck.analysis.layers.reasons import why_detected, why_outside, why_seated
        from archcheck.reporters._terminal import clean

        yield self._paint(clean(name), "bold")
        module, layers = self._project.modules.get(name), self._project.layers
        if module is None:
            yield from self._row("file", "none: a package without `__init__.py`")
            return
        yield from self._row("file", f"{module.path} ({module.role.value})")
        seat = layers.seats.get(name) if layers is not None else None
        if seat is None:
            yield from self._row("layer", "none")
            yield from self._row("why", why_outside(name, layers))
            return
        yield from self._row("layer", f"{seat.layer}, in `{seat.container or '.'}`")
        yield from self._row("why", why_seated(seat))
        if seat.plan.is_detected:
            said = f"detected with {seat.plan.confidence} confidence: {why_detected(seat)}"
            yield from self._row("", said)
        else:
            yield from self._row("", self._place(seat))

    def _place(self, seat: Seat) -> str:
        """Where the configuration puts a package into its layer."""
        from archcheck.config.lines import line_of
        from archcheck.config.sources import dotted

        settings = self._loaded.settings.layers
        key: tuple[str, ...]
        if settings is not None and seat.layer in settings.packages:
            key, value = ("packages", seat.layer), seat.pattern
        elif settings is not None and settings.preset is not None:
            key, value = ("preset",), settings.preset
        else:
            key, value = ("order",), seat.layer
        origin = self._loaded.origin(("layers", *key))
        if self._file is None:
            return f"`{dotted(('layers', *key))}` ({origin})"
        table = tuple(origin.table.split(".")) if origin.table else ()
        line = line_of(
            self._file.read_text(encoding="utf-8", errors="replace"),
            (*table, "layers", *key),
            value,
        )
        where = f"{origin.name}:{line}" if line else origin.name
        return f"{where}: `{dotted((*table, 'layers', *key))}`"

    def chains(self, importer: str, imported: str) -> list[list[str]]:
        """How one module or package comes to import another: a paragraph for the answer and one for each chain."""
        from archcheck.analysis.imports.chains import shortest_chains
        from archcheck.analysis.imports.graph import KINDS, NOT_TYPING

        graph = self._project.graph
        found = shortest_chains(graph, importer, imported, NOT_TYPING)
        if found:
            head = f"`{importer}` imports `{imported}`"
        else:
            found = shortest_chains(graph, importer, imported, KINDS)
            head = f"`{importer}` imports `{imported}` for typing only"
        if not found:
            back = shortest_chains(graph, imported, importer, NOT_TYPING)
            also = "; the other way round it does" if back else ", nor the other way round"
            return [[f"`{importer}` does not import `{imported}`, directly or indirectly{also}"]]
        number = len(found)
        more = f" of {number}" if number > _MOST_CHAINS else ""
        shown = found[:_MOST_CHAINS]
        counted = "one chain" if number == 1 else f"{len(shown)}{more} chains, the shortest first"
        return [[f"{head}: {counted}"], *(list(self._chain(chain)) for chain in shown)]

    def _chain(self, chain: Sequence[Edge]) -> Iterator[str]:
        from archcheck.analysis.facts import RUNTIME
        from archcheck.analysis.layers.reasons import what_is_said
        from archcheck.reporters._terminal import clean

        for edge in chain:
            path = self._project.modules[edge.importer].path
            kind = f" ({edge.kind})" if edge.kind != RUNTIME else ""
            yield clean(f"  {path}:{edge.line} `{edge.importer}` imports `{edge.imported}`{kind}")
        said = what_is_said(chain[0].importer, chain[-1].imported, self._project.layers)
        if said:
            yield f"  {clean(said)}"

    @staticmethod
    def _row(label: str, text: str) -> list[str]:
        from archcheck.reporters._terminal import wrap

        return wrap(text, width(), _LABEL.format(label))
