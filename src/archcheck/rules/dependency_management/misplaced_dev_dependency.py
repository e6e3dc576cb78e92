"""ARC0204: a tool of development stands among the run-time requirements, or a test library is needed at run time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from packaging.utils import canonicalize_name

from archcheck.analysis.distributions.development_tools import TEST_LIBRARIES, tool_import
from archcheck.analysis.facts import RUNTIME, TYPING, ModuleFacts
from archcheck.analysis.imports.loading import loaded_modules
from archcheck.analysis.manifests import Manifests, Requirement
from archcheck.analysis.names.module_names import ancestry
from archcheck.model import Confidence, Kind, Member, Outcome, Role, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

_PROJECT = "[project]\nname = 'shop'\nversion = '1'\n"
#: Files that show no use of a tool at run time: they test or describe the program.
_ASIDE = frozenset({Role.TEST, Role.DOCS})
#: What a published package offers to the tests of others.
_TEST_HELPERS = re.compile(
    r"(?:^|/)(?:testing|test_?utils?|test_helpers|factories|pytest_\w+|\w*pytest\w*plugin)(?:/|\.py$)"
)
_MOCK = ("unittest", "mock")
_HOSTS = ("pytest", "flake8", "pylint", "mypy", "tox", "nox", "hypothesis", "coverage", "sphinx")


class MisplacedDevDependency(ProjectRule):
    """A development tool is required at run time, or a test library is imported by the program itself.

    Whoever installs the program installs the tool, its own dependencies and their vulnerabilities with it, and the
    tool's version constraints may clash with what the program needs. The other way round a test library that the
    program imports is missing where only the run-time requirements are installed.

    Not flagged: tools that the program imports or calls by name; plugins of a tool, which need it; helpers that a
    package publishes for the tests of others; type stubs that a library hands on to its users; requirements files
    beside a manifest that says what is needed at run time; extras and groups. `unittest.mock` in the program is advice.
    """

    code = "ARC0204"
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    noun = "run-time requirements are no development tools"
    message = "`{tool}` is a development tool among the run-time requirements"
    advice = "move it to a dependency group or extra for development"
    waived_by = ("DEP002", "DEP004")
    seed = "001, principle 2: development dependencies stand apart (`[project.optional-dependencies] dev`)"
    good = (
        Example(
            "The tools stand in a group of their own.",
            f"{_PROJECT}dependencies = ['httpx>=0.28']\n\n[dependency-groups]\ndev = ['pytest', 'ruff']\n",
            path="pyproject.toml",
            files={"src/shop/service.py": "import httpx\n"},
        ),
        Example(
            "The program formats code with the tool.",
            f"{_PROJECT}dependencies = ['black']\n",
            path="pyproject.toml",
            files={"src/shop/service.py": "import black\n"},
        ),
    )
    bad = (
        Example(
            "Everybody who installs the program gets the test runner.",
            f"{_PROJECT}dependencies = [\n    'httpx>=0.28',\n    'pytest>=8',  # [misplaced-dev-dependency]\n]\n",
            path="pyproject.toml",
            files={"src/shop/service.py": "import httpx\n"},
        ),
        Example(
            "The program needs what only its tests install.",
            "import httpx\nfrom faker import Faker  # [misplaced-dev-dependency]\n",
            files={
                "pyproject.toml": f"{_PROJECT}dependencies = ['httpx']\n\n[dependency-groups]\ndev = ['faker']\n"
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            manifests = project.manifests[member.root]
            required = _runtime(manifests)
            if required:
                yield from self._requirements(project, member, required)
                yield from self._imports(project, member, {item.name for item in required})

    def _requirements(
        self, project: Project, member: Member, required: list[Requirement]
    ) -> Iterator[Outcome]:
        """One outcome for each run-time requirement."""
        for item in required:
            place = file_place(item.path, item.line, item.name)
            used = tool_import(item.name)
            if used is None:
                yield self.complies(place)
            elif not (_belongs(member, item.name, project) or _uses(project, member, item, used)):
                yield self.violates(place, tool=item.name)

    def _imports(self, project: Project, member: Member, required: set[str]) -> Iterator[Outcome]:
        """One outcome for each test library that the program imports and does not require."""
        modules = [module for module in project.facts_of(member) if module.role in self.roles]
        if not any(_is_test_library(fact.module) for module in modules for fact in module.imports):
            return
        loaded = loaded_modules(modules, project.graph)
        seen: set[str] = set()
        for module in sorted(modules, key=lambda module: module.path):
            if module.path not in loaded or _TEST_HELPERS.search(module.path):
                continue
            for fact in sorted(module.imports, key=lambda fact: fact.line):
                root = fact.module.partition(".")[0]
                library = "unittest.mock" if root == "unittest" else root
                is_mock = fact.module == "unittest.mock" or (fact.module, fact.name) == _MOCK
                if (
                    fact.kind != RUNTIME
                    or fact.conditional
                    or library in seen
                    or not (is_mock or root in TEST_LIBRARIES)
                    or any(tool_import(name) == root for name in required)
                    or project.first_party.provides(fact.module, module.path)
                ):
                    continue
                seen.add(library)
                yield self.violates(
                    file_place(module.path, fact.line, library),
                    message="`{library}` is for tests, and the program imports it",
                    advice=is_mock,
                    library=library,
                )


def _is_test_library(module: str) -> bool:
    root = module.partition(".")[0]
    return root in TEST_LIBRARIES or root == "unittest"


def _runtime(manifests: Manifests) -> list[Requirement]:
    """The run-time requirements that somebody chose, those of requirements files only where no manifest speaks of them."""
    own = canonicalize_name(manifests.name)
    items = [
        item for item in manifests.runtime_requirements() if item.name != own and not item.brought
    ]
    declared = [
        item for item in items if not item.path.endswith((".txt", ".in", ".pip", ".yml", ".yaml"))
    ]
    return declared or items


def _belongs(member: Member, tool: str, project: Project) -> bool:
    """Whether the project is a plugin of the tool, or a library that hands type stubs on."""
    if tool.startswith("types-"):
        return Kind.LIBRARY in member.kinds
    own = canonicalize_name(member.name).split("-")
    groups = project.manifests[member.root].entry_point_groups
    return any(
        host in own or any(group.startswith(host) for group in groups) for host in (tool, *_HOSTS)
    )


def _uses(project: Project, member: Member, item: Requirement, used: str) -> bool:
    """Whether the program, or what it publishes for tests, imports the tool or names it in a command.

    A plugin is used where its host is: ``flake8-json`` by what runs flake8.
    """
    modules = project.facts_of(member)
    aside = {module.name for module in modules if module.role in _ASIDE}
    shipped = {
        fact.module
        for module in modules
        if module.role is Role.RUNTIME
        for fact in module.imports
        if fact.module in aside
    }
    if any(_imports_it(module, used, shipped) for module in modules):
        return True
    host = item.name.partition("-")[0]
    named = {item.name, host} if tool_import(host) is not None else {item.name}
    paths = [module.path for module in modules if module.role not in _ASIDE]
    return any(project.mentions(name, paths) for name in sorted(named))


def _imports_it(module: ModuleFacts, used: str, shipped: Collection[str]) -> bool:
    """Whether a module of the program, or one in a package for tests that the program needs, imports the tool."""
    is_used = any(name in shipped for name in ancestry(module.name))
    is_aside = module.role in _ASIDE and not is_used and not _TEST_HELPERS.search(module.path)
    return not is_aside and any(
        fact.kind != TYPING and fact.module.partition(".")[0] == used for fact in module.imports
    )
