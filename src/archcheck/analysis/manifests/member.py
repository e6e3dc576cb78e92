"""Everything one member of a repository declares, put together from its files."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from archcheck.analysis.manifests.ci import read_ci
from archcheck.analysis.manifests.containers import deploy_files, dockerfiles, service_mesh
from archcheck.analysis.manifests.core_metadata import find_core_metadata, read_core_metadata
from archcheck.analysis.manifests.coverage import coverage_gates
from archcheck.analysis.manifests.documented_variables import (
    documented_variables,
    env_templates,
)
from archcheck.analysis.manifests.environments import read_environment, read_pipfile
from archcheck.analysis.manifests.instrumentation import instrumentation
from archcheck.analysis.manifests.integrations import INTEGRATION, read_integration
from archcheck.analysis.manifests.locks import (
    find_locks,
    ignored_locks,
    pinned_environment,
    pinned_requirements,
    read_lock,
)
from archcheck.analysis.manifests.model import (
    CONSOLE_SCRIPTS,
    CiConfig,
    Lock,
    Manifests,
    Requirement,
)
from archcheck.analysis.manifests.outdated_settings import setting_uses
from archcheck.analysis.manifests.pyproject import Declared, read_pyproject
from archcheck.analysis.manifests.repository import Repository, UnreadableManifestError, join
from archcheck.analysis.manifests.requirements import (
    Listed,
    compiled_from,
    group_of,
    is_requirements_file,
    read_requirements,
)
from archcheck.analysis.manifests.setup_cfg import read_setup_cfg
from archcheck.analysis.manifests.setup_py import read_setup_py
from archcheck.analysis.manifests.type_checkers import strict_type_checker
from archcheck.analysis.manifests.types_only import is_types_only
from archcheck.analysis.manifests.unattended import find_unattended
from archcheck.model import Failure

_T = TypeVar("_T")

_DECLARING: tuple[tuple[str, Callable[[Repository, str], Declared]], ...] = (
    ("pyproject.toml", read_pyproject),
    ("setup.cfg", read_setup_cfg),
    ("setup.py", read_setup_py),
)
_TEST_SETTINGS = (
    "pyproject.toml",
    "setup.cfg",
    "pytest.ini",
    ".pytest.ini",
    "tox.ini",
    "noxfile.py",
    "conftest.py",
    "Makefile",
    "justfile",
)
_TEST_EXTRAS = {
    "doctest": re.compile(r"--x?doctest(?:\b|[-_])|-[mb] x?doctest\b|DocTestSuite|\btestmod\("),
    "nbmake": re.compile(r"--nbmake\b"),
}
#: What stands in folders below the member's own, `pyproject.toml` excepted: it makes a member.
_NESTED: tuple[tuple[str, Callable[[Repository, str], Declared | list[Requirement]]], ...] = (
    ("setup.cfg", read_setup_cfg),
    ("setup.py", read_setup_py),
    ("Pipfile", read_pipfile),
    ("environment.yml", read_environment),
    ("environment.yaml", read_environment),
)
_DATA_FOLDERS = frozenset(
    {"test", "tests", "testing", "testdata", "fixtures", "template", "templates", "example", "examples", "doc", "docs",
     "sample", "samples", "vendor", "_vendor", "third_party", "node_modules", "benchmarks"}
)  # fmt: skip
_ENVIRONMENTS = ("environment.yml", "environment.yaml")
_REQUIREMENT_FOLDERS = ("requirements", "reqs", "requirement")
_APPLICATION_FOLDERS = ("backend", "server", "api", "app", "src", "service", "web")


def read_manifests(root: Path, member: str, files: Collection[str]) -> Manifests:
    """Read what one member declares.

    Args:
        root: the repository's folder.
        member: the member's root, posix and relative, ``""`` for the repository's own.
        files: every file that is not ignored; nothing else is read.
    """
    return _Member(Repository(root, files), member).read()


def read_members(
    root: Path,
    members: Iterable[str],
    files: Collection[str],
    opened: set[str] | None = None,
) -> dict[str, Manifests]:
    """Read what several members declare; what they share is read once.

    Args:
        root: as for `read_manifests`.
        members: their roots.
        files: as for `read_manifests`.
        opened: receives the path of every file that is opened.
    """
    repository = Repository(root, files, opened)
    members = tuple(members)
    return {member: _Member(repository, member, members).read() for member in members}


class _Member:
    """Reads the manifests of one member and gathers what fails."""

    def __init__(self, repository: Repository, member: str, members: Iterable[str] = ()) -> None:
        self._repository = repository
        self._member = member
        around = f"{member}/" if member else ""
        self._others = [each for each in members if each != member and each.startswith(around)]
        self._folder = _manifest_folder(repository, member)
        self._paths: list[str] = []
        self._failures: list[Failure] = []

    def read(self) -> Manifests:
        """Read everything."""
        declared = [
            found
            for name, reader in _DECLARING
            if (found := self._read(join(self._folder, name), reader)) is not None
        ]
        declared = self._with_core_metadata(declared)
        self._failures += (failure for found in declared for failure in found.failures)
        requirements = [item for found in declared for item in found.requirements]
        requirements += self._read(join(self._folder, "Pipfile"), read_pipfile) or []
        environments = self._environments()
        requirements += [item for items in environments.values() for item in items]
        listed = self._requirements_files(self._folder)
        compiled = {path for path in listed if self._is_compiled(path, declared)}
        requirements += [
            item
            for path, found in listed.items()
            if path not in compiled
            for item in found.requirements
        ]
        ci = read_ci(self._repository, self._member, self._failures)
        containers = dockerfiles(self._repository, self._member)
        deployment = deploy_files(self._repository, self._member)
        templates = env_templates(self._repository, self._member)
        points = tuple(dict.fromkeys(point for found in declared for point in found.entry_points))
        name = _first(found.name for found in declared)
        declaring = self._declaring()
        return Manifests(
            member=self._member,
            name=name,
            version=_first(found.version for found in declared),
            requires_python=_first(found.requires_python for found in declared),
            # An archive that was unpacked has been built, whatever its manifests leave to defaults.
            has_build_system=any(found.has_build_system for found in declared)
            or bool(find_core_metadata(self._repository, self._member)),
            entry_points=points,
            manifests=tuple(dict.fromkeys(self._paths)),
            dynamic=(
                any(found.dynamic for found in declared)
                or any(found.missing for path, found in listed.items() if not group_of(path))
            )
            and not any(found.settles for found in declared),
            requirements=tuple(dict.fromkeys(requirements)),
            nested=tuple(self._nested()),
            constraints=tuple(
                dict.fromkeys(item for found in listed.values() for item in found.constraints)
            ),
            locks=tuple(self._locks(environments, listed)),
            gitignored_locks=ignored_locks(self._repository, self._member),
            dockerfiles=containers,
            deploy_files=deployment,
            unattended=find_unattended(
                self._repository,
                self._member,
                declaring=declaring,
                containers=containers,
                programs={point.name for point in points if point.group == CONSOLE_SCRIPTS},
            ),
            instrumentation=tuple(
                instrumentation(self._repository, self._member, (*containers, *deployment))
            ),
            service_mesh=service_mesh(self._repository, deployment),
            ci=tuple(ci),
            env_templates=templates,
            documented_variables=documented_variables(
                self._repository, self._member, templates, (*containers, *deployment)
            ),
            test_extras=self._test_extras(ci),
            types_only=is_types_only(self._repository, name, declaring),
            type_checker=strict_type_checker(self._repository, self._folder, ci),
            coverage_gates=tuple(
                coverage_gates(self._repository, ("", self._member, self._folder), ci)
            ),
            setting_uses=tuple(setting_uses(self._repository, self._folder, deployment, ci)),
            failures=tuple(self._failures),
            notices=tuple(
                dict.fromkeys(notice for found in listed.values() for notice in found.missing)
            ),
        )

    def _read(self, path: str, reader: Callable[[Repository, str], _T]) -> _T | None:
        """What a reader makes of a file, or None when the file is missing or broken."""
        if path not in self._repository:
            return None
        self._paths.append(path)
        try:
            return reader(self._repository, path)
        except UnreadableManifestError as error:
            self._failures.append(error.failure)
            return None

    def _with_core_metadata(self, declared: list[Declared]) -> list[Declared]:
        """Ask the metadata of an unpacked archive where the manifests do not settle what is required."""
        path = find_core_metadata(self._repository, self._member)
        if not path or any(found.settles for found in declared):
            return declared
        built = self._read(path, read_core_metadata)
        return [*declared, built] if built is not None else declared

    def _declaring(self) -> list[str]:
        """The files that hold its metadata."""
        places = [join(self._folder, name) for name, _ in _DECLARING]
        places.append(find_core_metadata(self._repository, self._member))
        return [path for path in places if path in self._repository]

    def _environments(self) -> dict[str, list[Requirement]]:
        paths = [join(self._folder, name) for name in _ENVIRONMENTS]
        read = {path: self._read(path, read_environment) for path in paths}
        return {path: items for path, items in read.items() if items}

    def _is_compiled(self, path: str, declared: Iterable[Declared]) -> bool:
        """Whether a requirements file was made from a manifest that is read too."""
        source = compiled_from(self._repository.script(path))
        if source.startswith(("pyproject.", "setup.")):
            return any(found.settles for found in declared)
        # It is named as seen from where the command ran: mostly the member's folder.
        places = (path.rpartition(".")[0] + ".in", join(self._folder, source))
        return bool(source) and any(place in self._repository for place in places)

    def _nested(self) -> Iterator[Requirement]:
        """What the manifests in folders below require, but for those of other members."""
        below = {path.rpartition("/")[0] for path in self._repository.below(self._member)}
        folders = {folder for folder in below if folder and self._is_own(folder)}
        read = {self._member, self._folder}
        read |= {join(self._folder, name) for name in _REQUIREMENT_FOLDERS}
        for folder in sorted(folders - read):
            for name, reader in _NESTED:
                found = self._read(join(folder, name), reader)
                yield from found.requirements if isinstance(found, Declared) else found or ()
            for listed in self._requirements_files(folder).values():
                yield from listed.requirements
            if (path := join(folder, INTEGRATION)) in self._repository:
                yield from read_integration(self._repository, path)

    def _is_own(self, folder: str) -> bool:
        """Whether a folder's files are the member's own, and no data of tests or examples."""
        if not _DATA_FOLDERS.isdisjoint(folder.lower().split("/")):
            return False
        return not any(folder == other or folder.startswith(f"{other}/") for other in self._others)

    def _requirements_files(self, home: str) -> dict[str, Listed]:
        """The requirements files of a folder, those left out that another one includes."""
        folders = [home]
        if home == self._folder:
            folders += (join(home, name) for name in _REQUIREMENT_FOLDERS)
        paths = [
            path
            for folder in folders
            for path in self._repository.folder(folder)
            if is_requirements_file(path)
        ]
        found = {
            path: listed
            for path in paths
            if (listed := self._read(path, read_requirements)) is not None
        }
        self._failures += (failure for listed in found.values() for failure in listed.broken)
        included = {
            path for listed in found.values() for path in listed.files[1:] if not group_of(path)
        }
        return {
            path: listed for path, listed in found.items() if path not in included or group_of(path)
        }

    def _test_extras(self, ci: Iterable[CiConfig]) -> frozenset[str]:
        paths = [join(folder, name) for folder in ("", self._folder) for name in _TEST_SETTINGS]
        texts = [self._repository.script(path) for path in paths if path in self._repository]
        texts += [command.text for config in ci for command in config.commands]
        return frozenset(
            extra
            for extra, asked in _TEST_EXTRAS.items()
            if any(asked.search(text) for text in texts)
        )

    def _locks(
        self, environments: dict[str, list[Requirement]], listed: dict[str, Listed]
    ) -> list[Lock]:
        paths = find_locks(self._repository, self._member)
        if not paths and self._folder != self._member:
            paths = find_locks(self._repository, self._folder)
        locks = [lock for path in paths if (lock := self._read(path, read_lock)) is not None]
        runtime = {path for found in listed.values() for path in found.files if not group_of(path)}
        locks += pinned_requirements(self._repository, sorted(runtime))
        return locks + [
            lock for path, items in environments.items() for lock in pinned_environment(items, path)
        ]


def _manifest_folder(repository: Repository, member: str) -> str:
    """The folder that holds the member's manifests: its root, else the one folder below it that has some."""
    if _has_manifest(repository, member):
        return member
    below = [join(member, name) for name in _APPLICATION_FOLDERS]
    return next((folder for folder in below if _has_manifest(repository, folder)), member)


def _has_manifest(repository: Repository, folder: str) -> bool:
    names = {"pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "PKG-INFO", *_ENVIRONMENTS}
    paths = repository.folder(folder)
    return any(path.rpartition("/")[2] in names or is_requirements_file(path) for path in paths)


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value), "")
