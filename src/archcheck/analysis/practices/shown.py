"""The practices that a project shows: the first place of each, over code, manifests and the files beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.practices.catalogue import practice_of
from archcheck.analysis.practices.declared import Sign, declared
from archcheck.analysis.project import Project
from archcheck.analysis.topics.telemetry.telemetry import CORRELATION, ERRORS, LOGS, METRICS, TRACES
from archcheck.analysis.topics.telemetry.telemetry_evidence import evidence
from archcheck.model import RUNTIME_ROLES, Member, Principle, Role

_PORTS = frozenset({"abc.ABC", "typing.Protocol", "typing_extensions.Protocol"})
_INNER_LAYERS = frozenset(
    {"application", "domain", "core", "entities", "use_cases", "usecases", "foundation"}
)
_TELEMETRY = {
    LOGS: "structured logs",
    METRICS: "metrics",
    TRACES: "traces",
    ERRORS: "reports of errors",
    CORRELATION: "ids that join the records of a request",
}
_FAMILY = 2
"""Descendants that make an exception the root of a hierarchy."""


def practices(project: Project) -> tuple[Sign, ...]:
    """What the project shows of each principle, in the principles' order; each practice once, at its first place."""
    found: dict[tuple[Principle, str], Sign] = {}
    for member in project.members:
        for sign in _of(project, member):
            found.setdefault((sign.principle, sign.title), sign)
    return tuple(sorted(found.values(), key=lambda sign: (sign.principle.number, sign.title)))


def _of(project: Project, member: Member) -> Iterator[Sign]:
    modules = sorted(project.facts_of(member), key=lambda module: module.path)
    yield from _architecture(project, modules)
    yield from declared(project.manifests[member.root], project.files)
    for module in modules:
        yield from _used(module)
    for module in modules:
        yield from _resilient(module)
    yield from _hierarchies(modules)
    for sign in evidence(project, member).values():
        yield Sign(
            Principle.OBSERVABILITY, _TELEMETRY[sign.pillar], sign.name, sign.path, sign.line
        )


def _used(module: ModuleFacts) -> Iterator[Sign]:
    for mark in module.practices:
        practice = practice_of(mark.name)
        if practice is not None:
            yield Sign(practice.principle, practice.title, mark.name, module.path, mark.line)
    if module.answers_errors and module.role in RUNTIME_ROLES:
        title = "handlers that turn errors into answers"
        yield Sign(Principle.ERROR_HANDLING, title, module.name, module.path)
    if module.role is Role.MIGRATION and not module.is_package:
        yield Sign(Principle.EVOLUTION, "migrations of the schema", module.path, module.path)


def _resilient(module: ModuleFacts) -> Iterator[Sign]:
    """What the project does itself where no library of the catalogue does it."""
    if module.role not in RUNTIME_ROLES:
        return
    shown = (
        ("retries", module.resilience.retries),
        ("isolation of failing services", module.resilience.isolation),
    )
    for title, marks in shown:
        for mark in marks:
            yield Sign(Principle.GRACEFUL_DEGRADATION, title, mark.name, module.path, mark.line)


def _architecture(project: Project, modules: list[ModuleFacts]) -> Iterator[Sign]:
    principle = Principle.LAYERED_ARCHITECTURE
    for verdict in project.contracts.verdicts:
        yield Sign(principle, "import contracts", verdict.name, verdict.path, verdict.line)
    for module in modules:
        if module.role in RUNTIME_ROLES and not _INNER_LAYERS.isdisjoint(module.name.split(".")):
            for definition in module.classes:
                if not _PORTS.isdisjoint(definition.bases):
                    yield Sign(
                        principle, "ports", definition.qualname, module.path, definition.line
                    )


def _hierarchies(modules: list[ModuleFacts]) -> Iterator[Sign]:
    """The exceptions of the project from which at least two others derive, the largest family first."""
    children: Counter[str] = Counter()
    roots: dict[str, Sign] = {}
    for module in modules:
        for definition in module.classes:
            children.update(definition.bases)
            if "Exception" in definition.bases and module.role in RUNTIME_ROLES:
                name = f"{module.name}.{definition.qualname}"
                roots[name] = Sign(
                    Principle.ERROR_HANDLING,
                    "a hierarchy of exceptions",
                    definition.qualname,
                    module.path,
                    definition.line,
                )
    families = [name for name in roots if children[name] >= _FAMILY]
    yield from (roots[name] for name in sorted(families, key=lambda name: -children[name]))
