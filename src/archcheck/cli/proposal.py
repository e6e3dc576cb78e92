"""The configuration that ``archcheck init`` proposes, as TOML with a comment for each line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from archcheck.config.tach import FILE, TachLayers
from archcheck.model import Kind
from archcheck.report import LayerReport, Report, display
from archcheck.reporters._terminal import count, wrap

_WIDTH = 100
_STEP = 5
_MOST_LISTED = 12


class Findings(Struct, frozen=True):
    """What a proposal is made of.

    Attributes:
        report: of a check without configuration.
        source_roots: as discovery found them.
        tach: layers of ``tach.toml``, None without any.
    """

    report: Report
    source_roots: tuple[str, ...]
    tach: TachLayers | None


def proposal(found: Findings, table: str) -> str:
    """Return the proposed settings.

    Args:
        found: in the project.
        table: in which they stand: ``tool.archcheck``, or ``""`` for a file of their own.
    """
    parts = [
        [f"[{table}]"] if table else [],
        _kinds(found.report),
        _source_roots(found.source_roots),
        _threshold(found.report),
        _layers(found, f"{table}.layers" if table else "layers"),
    ]
    lines: list[str] = []
    for part in parts:
        if lines and part and lines != parts[0]:
            lines.append("")
        lines += part
    return "\n".join(lines) + "\n"


def _kinds(report: Report) -> list[str]:
    kinds = sorted(kind.value for kind in report.project.kinds if kind is not Kind.DEPLOYABLE)
    evidence = [line for line in report.project.kinds_evidence if line]
    lines = _comment("What the project is; decides which rules take part.")
    if len(report.members) > 1:
        lines += _comment("Found out for each member; a member's own table may declare it.")
        return [*lines, *_comment(f"kinds = {_toml(kinds)}")]
    for line in evidence:
        lines += _comment(line)
    if not kinds:
        return [*lines, *_comment('None was found: kinds = ["library"]')]
    return [*lines, f"kinds = {_toml(kinds)}"]


def _source_roots(roots: Sequence[str]) -> list[str]:
    if not any(roots):
        return []
    text = "Folders that hold the top-level packages"
    text += '; "" is the repository\'s own.' if "" in roots else "."
    return [*_comment(text), f"source-roots = {_toml(roots)}"]


def _threshold(report: Report) -> list[str]:
    value = report.score.value
    if value is None:
        return []
    lines = _comment(
        f"The score today is {display(value)}, grade {report.score.grade}: the gate fails below this. "
        "Raise it as you mend."
    )
    return [*lines, f"fail-under = {int(value // _STEP) * _STEP}"]


# --- layers


def _layers(found: Findings, table: str) -> list[str]:
    if found.tach is not None:
        return list(_of_tach(found.tach, table))
    stacks = [list(group) for _, group in groupby(found.report.layers, key=_stack)]
    if stacks:
        return list(_of_detection(stacks, table))
    return [
        *_comment("No layers were recognised. Declare them, highest first, or name a preset:"),
        *_comment("four-layer, clean, hexagonal, webapp or pyramid."),
        *_comment(f"[{table}]"),
        *_comment('containers = ["my_project"]'),
        *_comment('order = ["api", "services", "models"]'),
    ]


def _stack(layer: LayerReport) -> tuple[str, tuple[str, ...]]:
    return layer.preset, layer.containers


def _of_detection(stacks: Sequence[Sequence[LayerReport]], table: str) -> Iterator[str]:
    """The stack with the most modules; the others are told, since only one can be declared."""
    ordered = sorted(stacks, key=lambda stack: -sum(len(layer.modules) for layer in stack))
    first = ordered[0][0]
    yield from _comment(f"Layers, highest first, detected with {first.confidence} confidence.")
    for line in first.evidence[:_MOST_LISTED]:
        yield from _comment(line)
    if len(first.evidence) > _MOST_LISTED:
        yield from _comment(f"and {len(first.evidence) - _MOST_LISTED} containers more")
    for layer in ordered[0]:
        if layer.modules:
            yield from _comment(f"{layer.name}: {count(len(layer.modules), 'module')}")
    for stack in ordered[1:]:
        listed = ", ".join(f"`{name}`" for name in stack[0].containers[:_MOST_LISTED])
        yield from _comment(f"The preset {stack[0].preset} fits too, in {listed}.")
    yield f"[{table}]"
    yield f"preset = {_toml(first.preset)}"
    if first.containers != ("",):
        yield from _comment("The packages in which the layers stand.")
        yield f"containers = {_listed(first.containers)}"


def _of_tach(tach: TachLayers, table: str) -> Iterator[str]:
    yield from _comment(
        f"Layers taken over from {FILE}, highest first. What single modules may depend on within a "
        "layer is not."
    )
    if tach.left_out:
        listed = ", ".join(f"`{name}`" for name in tach.left_out[:_MOST_LISTED])
        more = len(tach.left_out) - _MOST_LISTED
        yield from _comment(f"In no layer: {listed}{f' and {more} more' if more > 0 else ''}.")
    yield f"[{table}]"
    yield f"order = {_listed(tach.order)}"
    if tach.closed:
        yield from _comment("Layers that those above may not skip on the way down.")
        yield f"closed = {_toml(tach.closed)}"
    if tach.packages:
        yield ""
        yield from _comment("The packages of each layer.")
        yield f"[{table}.packages]"
        for name, packages in tach.packages.items():
            yield f"{_key(name)} = {_toml(packages)}"


# --- TOML


def _comment(text: str) -> list[str]:
    return wrap(text, _WIDTH, "# ", "# ")


def _listed(values: Sequence[str]) -> str:
    """A list, one value a line where it would be long."""
    text = _toml(values)
    if len(text) <= _WIDTH - 20:
        return text
    return "[\n" + "".join(f"    {_toml(value)},\n" for value in values) + "]"


def _toml(value: object) -> str:
    if isinstance(value, str):
        # A string of JSON is one of TOML, but for the one character that JSON leaves as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_toml, value))}]"
    raise TypeError(f"no TOML for {type(value).__name__}")


def _key(name: str) -> str:
    return name if name.isascii() else _toml(name)
