"""Which modules can the tests reach? By imports of all kinds, by texts that name modules, by commands they start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.project import Project
from archcheck.model import RUNTIME_ROLES, Member, Role

#: Calls with which a test runs the program as a process.
STARTING_CALLS = frozenset(
    {
        "asyncio.create_subprocess_exec",
        "asyncio.create_subprocess_shell",
        "os.system",
        "pexpect.spawn",
        "subprocess.Popen",
        "subprocess.call",
        "subprocess.check_call",
        "subprocess.check_output",
        "subprocess.getoutput",
        "subprocess.run",
    }
)
#: What tests read or run, and do not import.
_DATA_FOLDERS = frozenset(
    {"cases", "data", "examples", "fixtures", "resources", "samples", "snapshots", "templates", "test_data", "testdata"}
)  # fmt: skip


def reached_by_tests(project: Project) -> frozenset[str]:
    """Names of the first-party modules that the tests lead to; empty when they lead to none.

    What is reached may still be untested; what is not, is.
    """
    tests = [module for module in project.facts if module.role is Role.TEST]
    starts = {name for test in tests for name in _named_by(test, project)}
    if any("doctest" in manifests.test_extras for manifests in project.manifests.values()):
        starts |= {module.name for module in project.facts if module.doctests}
    if any(map(_starts_programs, tests)):
        starts |= set(_programs(project))
    reached: frozenset[str] = frozenset()
    while starts - reached:
        known = reached
        reached = project.graph.reachable(starts)
        starts = set(reached)
        for name in reached - known:
            module = project.modules[name]
            starts.update(_mentioned(module, project), _imported_from_a_folder(module, project))
    own = {test.name for test in tests}
    return reached if reached - own else frozenset()


def may_reach_more(project: Project, member: Member) -> bool:
    """Whether a file of the member, or a test of any, could not be read: nobody knows what it leads to.

    What lies among the data of tests is left out: a broken file may be what they are about.
    """
    return any(
        _DATA_FOLDERS.isdisjoint(path.split("/")[:-1])
        and (role is Role.TEST or (role in RUNTIME_ROLES and project.member_of(path) is member))
        for path, role in project.unread.items()
    )


def _named_by(module: ModuleFacts, project: Project) -> Iterator[str]:
    for fact in module.imports:
        target = project.graph.target(fact.module, fact.name)
        if target:
            yield target
    yield from _imported_from_a_folder(module, project)
    yield from _mentioned(module, project)


def _imported_from_a_folder(module: ModuleFacts, project: Project) -> Iterator[str]:
    """What it imports by shorter names than those known here: a folder inside of a package was put on the path."""
    parts = module.name.split(".")
    for fact in module.imports:
        if not project.graph.target(fact.module, fact.name):
            for depth in range(1, len(parts)):
                outer = ".".join(parts[:depth])
                target = project.graph.target(f"{outer}.{fact.module}", fact.name)
                if target:
                    yield target


def _mentioned(module: ModuleFacts, project: Project) -> Iterator[str]:
    """The modules that a file names in texts."""
    for text in module.mentions:
        found = project.linker.split(text)[0]
        if found:
            yield found


def _starts_programs(test: ModuleFacts) -> bool:
    calls = (call for function in test.functions for call in function.calls)
    return not STARTING_CALLS.isdisjoint(calls) or not STARTING_CALLS.isdisjoint(test.calls)


def _programs(project: Project) -> Iterator[str]:
    """The modules with which the program's commands begin."""
    yield from (name for name in project.modules if name.rpartition(".")[2] == "__main__")
    for manifests in project.manifests.values():
        for point in manifests.entry_points:
            if point.target:
                yield project.linker.split(point.target.replace(":", "."))[0]


def loaded_by_name(modules: Iterable[ModuleFacts]) -> tuple[str, ...]:
    """The packages below which some module loads others whose names nobody can read, each with a final dot."""
    return tuple(
        f"{module.name if module.is_package else module.name.rpartition('.')[0]}."
        for module in modules
        if module.loads_modules and module.name
    )
