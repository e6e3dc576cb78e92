"""What a project declares, as values without absolute paths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from archcheck.model import Failure


@dataclass(frozen=True, slots=True)
class Requirement:
    """One declared dependency.

    Attributes:
        name: normalised (PEP 503).
        text: as written, without comments and hashes.
        specifier: version specifiers in PEP 440 form, ``""`` for none; ``?`` when it cannot be told.
        url: of a direct reference or version-control link, ``""`` for none.
        extras: requested extras.
        marker: environment marker.
        group: ``""`` at run time, else the name of the extra or group.
        path: manifest it stands in.
        line: there; 0 when it cannot be told.
        local: editable, a path or a member of the workspace.
    """

    name: str
    text: str
    specifier: str = ""
    url: str = ""
    extras: tuple[str, ...] = ()
    marker: str = ""
    group: str = ""
    path: str = ""
    line: int = 0
    local: bool = False


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock file and the versions it fixes, by normalised name."""

    path: str
    kind: str
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Command:
    """One command that a CI job runs."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class CiConfig:
    """A CI configuration.

    Attributes:
        path: its file.
        commands: what its jobs run, those of the repository's own scripts included.
        remote: it calls workflows or templates from elsewhere, which cannot be seen.
    """

    path: str
    commands: tuple[Command, ...] = ()
    remote: bool = False


@dataclass(frozen=True, slots=True)
class Manifests:
    """Everything one member declares.

    Attributes:
        member: its root, ``""`` for the repository's own.
        name: distribution name as written, ``""`` when unknown.
        requires_python: specifier of supported Pythons, ``""`` when unknown.
        has_build_system: it can be built into a distribution.
        scripts: names of its console scripts.
        entry_point_groups: groups of its other entry points.
        manifests: paths of the manifests that were read.
        dynamic: some dependencies are computed and cannot be seen.
        requirements: declared dependencies of all groups.
        locks: lock files, those of folders above included.
        gitignored_locks: lock names that an ignore file hides.
        dockerfiles: container build files of the product.
        deploy_files: compose, Kubernetes, Helm and Procfile.
        ci: CI configurations of the repository.
        failures: manifests that could not be read.
    """

    member: str = ""
    name: str = ""
    requires_python: str = ""
    has_build_system: bool = False
    scripts: tuple[str, ...] = ()
    entry_point_groups: tuple[str, ...] = ()
    manifests: tuple[str, ...] = ()
    dynamic: bool = False
    requirements: tuple[Requirement, ...] = ()
    locks: tuple[Lock, ...] = ()
    gitignored_locks: tuple[str, ...] = ()
    dockerfiles: tuple[str, ...] = ()
    deploy_files: tuple[str, ...] = ()
    ci: tuple[CiConfig, ...] = ()
    failures: tuple[Failure, ...] = ()

    def runtime_requirements(self) -> tuple[Requirement, ...]:
        """What is needed at run time: no extras, no development groups."""
        return tuple(item for item in self.requirements if not item.group)

    def locked_version(self, distribution: str) -> Version | None:
        """The version a lock fixes, else the one an exact ``==`` requires; None when neither does."""
        name = canonicalize_name(distribution)
        for lock in self.locks:
            if name in lock.versions:
                return _version(lock.versions[name])
        for item in self.requirements:
            if item.name == name and item.specifier.startswith("==") and "," not in item.specifier:
                return _version(item.specifier[2:].strip())
        return None


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
