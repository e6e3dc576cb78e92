"""What a member of the project as a whole tells the outside: the evidence of its files put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.manifests.instrumentation import (
    DATADOG,
    NEW_RELIC,
    OPENTELEMETRY,
    OPENTELEMETRY_OPERATOR,
)
from archcheck.analysis.project import Project
from archcheck.analysis.topics.telemetry.telemetry import (
    CORRELATION,
    ERRORS,
    LOGS,
    METRICS,
    TRACES,
    names_correlation,
)
from archcheck.model import Member

_AGENTS: Mapping[str, tuple[str, ...]] = {
    DATADOG: (METRICS, TRACES),
    NEW_RELIC: (METRICS, TRACES, ERRORS),
    OPENTELEMETRY: (METRICS, TRACES),
    OPENTELEMETRY_OPERATOR: (METRICS, TRACES),
}


class Sign(Struct, frozen=True):
    """A piece of evidence.

    Attributes:
        pillar: as in `archcheck.analysis.facts.TelemetryMark`.
        name: what is used.
        path: where.
        line: there.
    """

    pillar: str
    name: str
    path: str
    line: int


def evidence(project: Project, member: Member) -> dict[str, Sign]:
    """The first piece of evidence of each pillar that has some."""
    found: dict[str, Sign] = {}
    for sign in (*_in_code(project, member), *_outside(project, member)):
        found.setdefault(sign.pillar, sign)
    return found


def _in_code(project: Project, member: Member) -> Iterator[Sign]:
    for module in project.program_of(member):
        for mark in module.telemetry:
            yield Sign(mark.pillar, mark.name, module.path, mark.line)
        for name, line in _names(module):
            if names_correlation(name):
                yield Sign(CORRELATION, name, module.path, line)


def _names(module: ModuleFacts) -> Iterator[tuple[str, int]]:
    """What a module defines, and the line if it is known."""
    for function in module.functions:
        yield function.qualname.rpartition(".")[2], function.line
    for definition in module.classes:
        yield definition.qualname.rpartition(".")[2], definition.line
    yield from ((name, 0) for name, _ in module.variables)


def _outside(project: Project, member: Member) -> Iterator[Sign]:
    for found in project.manifests[member.root].instrumentation:
        for pillar in _AGENTS.get(found.name, (LOGS,)):
            yield Sign(pillar, found.name, found.path, found.line)
