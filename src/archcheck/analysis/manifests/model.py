"""What a project declares, as values without absolute paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from msgspec import Struct, field
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from archcheck.analysis.versions import admits_python, at_least
from archcheck.model import Failure, Notice

UNKNOWN = "?"
"""A specifier that cannot be told."""


class Requirement(Struct, frozen=True):
    """One declared dependency.

    Attributes:
        name: normalised (PEP 503).
        text: as written, without comments and hashes.
        specifier: version specifiers in PEP 440 form, ``""`` for none, ``?`` when it cannot be told.
        url: of a direct reference or version-control link, ``""`` for none.
        extras: requested extras.
        marker: environment marker.
        group: ``""`` at run time, else the name of the extra or group.
        path: manifest it stands in.
        line: there; 0 when it cannot be told.
        local: editable, a path or a member of the workspace.
        brought: a compiled file lists it for the sake of another distribution alone.
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
    brought: bool = False


class EntryPoint(Struct, frozen=True):
    """What an installed distribution offers under a name.

    Attributes:
        group: such as ``console_scripts``.
        name: of the script or plugin.
        target: ``package.module:object``, ``""`` when unknown.
    """

    group: str
    name: str
    target: str = ""


CONSOLE_SCRIPTS = "console_scripts"


class Lock(Struct, frozen=True):
    """A lock file.

    Attributes:
        path: its path.
        kind: its usual name.
        versions: that it fixes, by normalised name. Where it holds several of one distribution (for several Pythons,
            say), it is the highest.
        requires: what each of them requires, whatever the extra or marker; empty where the lock does not say.
    """

    path: str
    kind: str
    versions: Mapping[str, str] = field(default_factory=dict)
    requires: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def closure(self, names: Iterable[str]) -> frozenset[str]:
        """The distributions in the lock that come with some, and these themselves; normalised names.

        All of them, when the lock does not say what requires what.
        """
        if not self.requires:
            return frozenset(self.versions)
        found: set[str] = set()
        # What the repository builds itself may be locked without a version.
        pending = [name for name in names if name in self.versions or name in self.requires]
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                pending.extend(self.requires.get(name, ()))
        return frozenset(found)


class Command(Struct, frozen=True):
    """One command that a CI job runs.

    Attributes:
        line: where it stands.
        text: the shell line, continuation lines joined.
        path: the script it stands in, ``""`` for the CI configuration itself.
    """

    line: int
    text: str
    path: str = ""


class CiConfig(Struct, frozen=True):
    """A CI configuration.

    Attributes:
        path: its file.
        commands: what its jobs run, those of the repository's own scripts and tasks included.
        remote: it calls workflows or templates from elsewhere, which cannot be seen.
    """

    path: str
    commands: tuple[Command, ...] = ()
    remote: bool = False


class TypeChecker(Struct, frozen=True):
    """A type checker that refuses functions without types.

    Attributes:
        path: the file that asks for it.
        in_ci: a job runs it.
        files: files, folders and globs that it looks at; all when empty.
        lenient: modules in which it lets such functions pass, ``shop.*`` with those below.
    """

    path: str
    in_ci: bool
    files: tuple[str, ...] = ()
    lenient: tuple[str, ...] = ()

    def covers(self, path: str, module: str) -> bool:
        """Whether it would refuse a function without types in this file."""
        if any(
            fnmatchcase(module, each) or module == each.removesuffix(".*") for each in self.lenient
        ):
            return False
        return not self.files or any(
            path == each or path.startswith(f"{each}/") or fnmatchcase(path, each)
            for each in self.files
        )


class Instrumentation(Struct, frozen=True):
    """Something outside of the code that makes the program tell how it does.

    Attributes:
        path: its file.
        line: there.
        name: an agent's command or annotation, or the class of a log formatter.
    """

    path: str
    line: int
    name: str


class Unattended(Struct, frozen=True):
    """Something beside the code that says that the program runs with nobody in front of it.

    Attributes:
        path: its file.
        reason: what it is, to be read after "and".
        loads: the modules that it imports, when it is a script that a server loads.
        by_itself: it says so whatever the program waits for, and the project is no library besides.
    """

    path: str
    reason: str
    loads: tuple[str, ...] = ()
    by_itself: bool = False


class CoverageGate(Struct, frozen=True):
    """A limit below which the coverage of the tests may not fall.

    Attributes:
        path: the file that sets it.
        line: there; 0 when it cannot be told.
        percent: the limit; None when a service compares with what was covered before.
        certain: False when an action of another repository may hold the coverage, or only show it.
    """

    path: str
    line: int
    percent: float | None = None
    certain: bool = True


class SettingUse(Struct, frozen=True):
    """A setting or command of a tool that changed how it is told what to do.

    Attributes:
        path: its file.
        line: there; 0 when it cannot be told.
        kind: ``[tool.ruff]`` (settings of ruff's linter), ``setup.py test`` or ``version:`` (of a compose file).
        name: as written.
        outdated: it is the old way.
    """

    path: str
    line: int
    kind: str
    name: str
    outdated: bool = True


class Manifests(Struct, frozen=True):
    """Everything one member declares.

    Attributes:
        member: its root, ``""`` for the repository's own.
        name: distribution name as written, ``""`` when unknown.
        version: as written, ``""`` when unknown or computed.
        requires_python: specifier of supported Pythons, ``""`` when unknown.
        has_build_system: it can be built into a distribution.
        entry_points: everything it offers to other programs, console scripts included.
        manifests: paths of the manifests that were read.
        dynamic: some run-time dependencies are computed or lie elsewhere, and cannot be seen.
        requirements: declared dependencies of all groups.
        nested: what requirements files and manifests of setuptools, pipenv, conda and of integrations of Home Assistant
            in folders below require.
        constraints: bounds that constraint files add to whatever is required.
        locks: lock files, those of folders above included.
        gitignored_locks: lock names that an ignore file hides.
        dockerfiles: container build files of the product.
        deploy_files: compose, Kubernetes, Helm and Procfile.
        unattended: what says that the program runs with nobody in front of it.
        instrumentation: agents that start the program, and log formatters named in configuration files.
        service_mesh: the first of them that puts the product into a service mesh, ``""`` for none.
        ci: CI configurations of the repository.
        env_templates: templates of environment files.
        documented_variables: names of environment variables that templates, README, pages about configuration and
            deployment files mention, in upper case.
        test_extras: what a test runner is told to collect besides tests: ``doctest``, ``nbmake``.
        types_only: it holds the types of a library alone.
        type_checker: the one that refuses functions without types, None without one.
        coverage_gates: what holds the coverage of its tests.
        setting_uses: of tools that changed how they are told what to do, the old way and the new.
        failures: manifests that could not be read.
        notices: what they refer to and is not there.
    """

    member: str = ""
    name: str = ""
    version: str = ""
    requires_python: str = ""
    has_build_system: bool = False
    entry_points: tuple[EntryPoint, ...] = ()
    manifests: tuple[str, ...] = ()
    dynamic: bool = False
    requirements: tuple[Requirement, ...] = ()
    nested: tuple[Requirement, ...] = ()
    constraints: tuple[Requirement, ...] = ()
    locks: tuple[Lock, ...] = ()
    gitignored_locks: tuple[str, ...] = ()
    dockerfiles: tuple[str, ...] = ()
    deploy_files: tuple[str, ...] = ()
    unattended: tuple[Unattended, ...] = ()
    instrumentation: tuple[Instrumentation, ...] = ()
    service_mesh: str = ""
    ci: tuple[CiConfig, ...] = ()
    env_templates: tuple[str, ...] = ()
    documented_variables: frozenset[str] = frozenset()
    test_extras: frozenset[str] = frozenset()
    types_only: bool = False
    type_checker: TypeChecker | None = None
    coverage_gates: tuple[CoverageGate, ...] = ()
    setting_uses: tuple[SettingUse, ...] = ()
    failures: tuple[Failure, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def scripts(self) -> tuple[str, ...]:
        """Names of its console scripts."""
        return tuple(point.name for point in self.entry_points if point.group == CONSOLE_SCRIPTS)

    @property
    def programs(self) -> frozenset[str]:
        """The modules in which its console scripts start."""
        return frozenset(
            point.target.partition(":")[0]
            for point in self.entry_points
            if point.group == CONSOLE_SCRIPTS and point.target
        )

    @property
    def entry_point_groups(self) -> tuple[str, ...]:
        """Groups of its entry points that are no scripts: it plugs into other programs."""
        groups = dict.fromkeys(point.group for point in self.entry_points)
        return tuple(group for group in groups if group not in (CONSOLE_SCRIPTS, "gui_scripts"))

    def runtime_requirements(self) -> tuple[Requirement, ...]:
        """What is needed at run time: no extras, no development groups."""
        return tuple(item for item in self.requirements if not item.group)

    def locked_version(self, distribution: str) -> Version | None:
        """The version a lock fixes, else the one an exact ``==`` requires; None when neither does."""
        name = canonicalize_name(distribution)
        for lock in self.locks:
            if name in lock.versions:
                return _version(lock.versions[name])
        for item in (*self.runtime_requirements(), *self.constraints, *self.requirements):
            pins = [part for part in _specifiers(item) if part.operator in ("==", "===")]
            if item.name == name and pins and not pins[0].version.endswith(".*"):
                return _version(pins[0].version)
        return None

    def locks_within(self, distribution: str, specifier: str) -> bool | None:
        """Whether the locked version of a distribution satisfies ``specifier``; None when unlocked."""
        version = self.locked_version(distribution)
        if version is None:
            return None
        return SpecifierSet(specifier).contains(version, prereleases=True)

    def runs_at_least(self, distribution: str, version: str) -> bool | None:
        """Whether ``version`` of a distribution or a later one surely runs.

        Decided by the lock, else by what is required; False when an earlier one surely runs.
        """
        locked = self.locked_version(distribution)
        if locked is not None:
            return locked >= Version(version)
        name = canonicalize_name(distribution)
        answers = {
            at_least(item.specifier, version) for item in self.requirements if item.name == name
        }
        return answers.pop() if len(answers) == 1 else None

    def admits_python(self, version: str) -> bool | None:
        """Whether it may run on Python ``version`` or later; None when it does not say."""
        return admits_python(self.requires_python, version)

    def requires(self, distributions: frozenset[str]) -> bool:
        """Whether one of these distributions, by normalised name, is declared."""
        return any(item.name in distributions for item in self.requirements)


def _specifiers(item: Requirement) -> SpecifierSet:
    try:
        return SpecifierSet("" if item.specifier == UNKNOWN else item.specifier)
    except InvalidSpecifier:
        return SpecifierSet()


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except ValueError:  # no version, or a number of thousands of digits
        return None
