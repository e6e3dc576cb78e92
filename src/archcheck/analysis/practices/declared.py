"""Which practices do the files beside the code show? By their names, what they declare, and what CI runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from archcheck.analysis.manifests import Manifests
from archcheck.analysis.manifests.repository import join
from archcheck.model import Principle


class Sign(Struct, frozen=True):
    """A place that shows a practice.

    Attributes:
        principle: that the practice serves.
        title: the practice.
        name: what shows it.
        path: where.
        line: there; 0 for the file as a whole.
    """

    principle: Principle
    title: str
    name: str
    path: str
    line: int = 0


#: Path below a member's root -> what a file of that name shows.
_FILES: tuple[tuple[re.Pattern[str], Principle, str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), principle, title)
    for pattern, principle, title in (
        (
            r"(?:\.github/)?renovate\.json5?|\.renovaterc(?:\.json)?|\.github/dependabot\.ya?ml",
            Principle.DEPENDENCY_MANAGEMENT,
            "updates of dependencies",
        ),
        (r"(?:\.github/|docs/)?SECURITY\.(?:md|rst|txt)", Principle.SECURITY, "a security policy"),
        (
            r"(?:docs/)?(?:CHANGELOG|CHANGES|HISTORY|NEWS|RELEASE[-_]?NOTES)(?:\.(?:md|rst|txt))?",
            Principle.EVOLUTION,
            "a changelog",
        ),
        (
            r"docs?/(?:adrs?|decisions|architecture/decisions)/[^/]+\.(?:md|rst)",
            Principle.EVOLUTION,
            "records of decisions",
        ),
        (r"(?:src/)?\w+/py\.typed", Principle.EVOLUTION, "types for its users"),
        (r"(?:tests?/)?conftest\.py", Principle.TESTING, "shared fixtures"),
    )
)
#: Commands of CI -> what they show.
_COMMANDS: tuple[tuple[re.Pattern[str], Principle, str], ...] = tuple(
    (re.compile(rf"(?:^|[\s;&|/])(?:{pattern})(?:[\s;&|]|$)"), principle, title)
    for pattern, principle, title in (
        (
            r"lint-imports|tach check|archcheck",
            Principle.LAYERED_ARCHITECTURE,
            "imports checked in CI",
        ),
        (
            r"pip-audit|safety (?:check|scan)|osv-scanner|uv audit",
            Principle.DEPENDENCY_MANAGEMENT,
            "audits of dependencies",
        ),
        (r"mutmut|cosmic-ray", Principle.TESTING, "mutation tests"),
        (
            r"bandit|semgrep|gitleaks|detect-secrets|trufflehog|trivy",
            Principle.SECURITY,
            "security scans in CI",
        ),
        (
            r"griffe check|oasdiff|buf breaking|schemathesis",
            Principle.EVOLUTION,
            "checks for breaking changes",
        ),
    )
)


def declared(manifests: Manifests, files: frozenset[str]) -> Iterator[Sign]:
    """The practices that a member's files show.

    Args:
        manifests: what the member declares.
        files: of the repository, posix and relative.
    """
    yield from _dependencies(manifests)
    yield from _named(manifests.member, files)
    yield from _run(manifests)
    for path in manifests.env_templates[:1]:
        yield Sign(Principle.CONFIGURATION, "a template of the environment", path, path)
    for gate in manifests.coverage_gates[:1]:
        yield Sign(Principle.TESTING, "a limit for coverage", gate.path, gate.path)
    checker = manifests.type_checker
    if checker is not None and checker.in_ci:
        yield Sign(Principle.EVOLUTION, "strict types checked in CI", checker.path, checker.path)


def _dependencies(manifests: Manifests) -> Iterator[Sign]:
    principle = Principle.DEPENDENCY_MANAGEMENT
    for lock in manifests.locks[:1]:
        yield Sign(principle, "a lock file", lock.path, lock.path)
    for requirement in manifests.requirements:
        if requirement.group:
            yield Sign(
                principle,
                "groups of dependencies",
                requirement.group,
                requirement.path,
                requirement.line,
            )
            break
    if manifests.requires_python and manifests.manifests:
        yield Sign(
            principle, "the supported Pythons", manifests.requires_python, manifests.manifests[0]
        )


def _named(member: str, files: frozenset[str]) -> Iterator[Sign]:
    start = f"{member}/" if member else ""
    for path in sorted(files):
        if path.startswith(start):
            own = path[len(start) :]
            for pattern, principle, title in _FILES:
                if pattern.fullmatch(own):
                    yield Sign(principle, title, path, join(member, own))


def _run(manifests: Manifests) -> Iterator[Sign]:
    for config in manifests.ci:
        for command in config.commands:
            for pattern, principle, title in _COMMANDS:
                if pattern.search(command.text):
                    yield Sign(
                        principle, title, command.text, command.path or config.path, command.line
                    )
