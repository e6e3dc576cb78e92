"""Everything a project rule may ask, and every answer that needs the whole program. Holds no tree."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from archcheck.analysis.calls.deeds import Deeds
from archcheck.analysis.calls.graph import CallGraph, Function
from archcheck.analysis.facts import ClassFact, FunctionFact, ModuleFacts
from archcheck.analysis.imports.contracts import Contracts
from archcheck.analysis.imports.first_party import FirstParty
from archcheck.analysis.imports.graph import ImportGraph
from archcheck.analysis.imports.library_part import library_part
from archcheck.analysis.layers.assignment import Layers
from archcheck.analysis.manifests import Manifests, Repository
from archcheck.analysis.manifests.instrumentation import AGENTS
from archcheck.analysis.names.hierarchy import Hierarchy
from archcheck.analysis.names.linker import Linker
from archcheck.analysis.routing.model import Routing
from archcheck.analysis.topics.database.legacy_queries import LegacyQueries
from archcheck.analysis.topics.lifecycle.lifetimes import Lifetimes
from archcheck.analysis.topics.requests.client_values import ClientValues
from archcheck.analysis.topics.security.token_search import WrittenToken, written_tokens
from archcheck.analysis.topics.telemetry.logger_names import covers
from archcheck.analysis.topics.telemetry.telemetry import library_of, structured_libraries
from archcheck.model import RUNTIME_ROLES, Kind, Member, Role

_NOTHING_DECLARED = Manifests()


class Project:
    """The target as a whole, immutable.

    Attributes:
        members: the projects of the repository, the root's own first.
        files: all files that are not ignored, posix and relative.
        facts: of every analysed module.
        modules: the same by qualified name; where two files share a name, the first path wins.
        by_path: the same by path.
        hierarchy: what kinds of classes there are.
        linker: follows names and paths from module to module, excluded ones too: leaving a file out of the
            judgement must not hide what the others call.
        graph: imports between them.
        layers: declared layers, else detected ones; None without either.
        manifests: by member root.
        contracts: what came of the project's own import contracts.
        unpacked: the target is an unpacked source archive, which has lost its tests, CI and lock.
        unread: path -> role of the Python files of which nothing is known, since they could not be read or parsed.
    """

    def __init__(
        self,
        *,
        members: Sequence[Member],
        files: frozenset[str],
        facts: Sequence[ModuleFacts],
        manifests: Mapping[str, Manifests],
        linker: Linker | None = None,
        graph: ImportGraph | None = None,
        layers: Layers | None = None,
        contracts: Contracts | None = None,
        unpacked: bool = False,
        unread: Mapping[str, Role] | None = None,
        copies: Collection[str] = (),
        repository: Repository | None = None,
    ) -> None:
        self.members = tuple(members)
        self.files = files
        self.facts = tuple(facts)
        self.modules: dict[str, ModuleFacts] = {}
        for module in self.facts:
            if module.name:
                self.modules.setdefault(module.name, module)
        self.linker = linker if linker is not None else Linker(self.modules)
        self.hierarchy = Hierarchy(self.linker)
        self.by_path = {module.path: module for module in self.facts}
        self.graph = graph if graph is not None else ImportGraph(self.modules)
        self.layers = layers
        self.manifests = manifests
        self.contracts = contracts or Contracts()
        self.unpacked = unpacked
        self.unread = unread or {}
        self.copies = copies
        self._repository = repository
        self._roots = sorted((member.root for member in members), key=len, reverse=True)
        self._by_root = {member.root: member for member in members}
        self._programs: dict[str, tuple[ModuleFacts, ...]] = {}
        self._library_parts: dict[str, frozenset[str]] = {}
        self._structured: dict[str, Mapping[str, frozenset[str]]] = {}

    @cached_property
    def written_tokens(self) -> tuple[WrittenToken, ...]:
        """The credentials of known services in the repository's text files; read when first asked for."""
        return tuple(written_tokens(self._repository)) if self._repository is not None else ()

    def mentions(self, word: str, paths: Iterable[str]) -> bool:
        """Whether the text of one of the files holds ``word`` in quotes, or at the start of a quoted command.

        For questions that are seldom asked: the files are read anew.
        """
        quoted = re.compile(rf"""['"]{re.escape(word)}(?:['"]| )""")
        repository = self._repository
        return repository is not None and any(
            quoted.search(repository.script(path)) for path in paths
        )

    def source(self, path: str) -> bytes:
        """What is in a file, for questions that are seldom asked: it is read anew; empty when it cannot be."""
        return self._repository.script(path).encode() if self._repository is not None else b""

    # --- members

    def member_of(self, path: str) -> Member:
        """The member that a file belongs to: the one with the longest root around it."""
        for root in self._roots:
            if not root or path.startswith(f"{root}/"):
                return self._by_root[root]
        return self.members[0]

    def facts_of(self, member: Member) -> Sequence[ModuleFacts]:
        """The analysed modules of one member."""
        return self._facts_by_root.get(member.root, ())

    @cached_property
    def _facts_by_root(self) -> Mapping[str, Sequence[ModuleFacts]]:
        found: dict[str, list[ModuleFacts]] = {}
        for module in self.facts:
            found.setdefault(self.member_of(module.path).root, []).append(module)
        return found

    def program_of(self, member: Member) -> tuple[ModuleFacts, ...]:
        """The product's modules that run for a member: its own, and those of other members that it imports."""
        if member.root not in self._programs:
            own = [module for module in self.facts_of(member) if module.role in RUNTIME_ROLES]
            imported = self.graph.reachable(module.name for module in own if module.name)
            others = (
                module
                for name in sorted(imported)
                if (module := self.modules[name]).role in RUNTIME_ROLES
                and self.member_of(module.path) is not member
            )
            self._programs[member.root] = (*own, *others)
        return self._programs[member.root]

    def manifests_of(self, path: str) -> Manifests:
        """What the member declares that a file belongs to."""
        return self.manifests.get(self.member_of(path).root, _NOTHING_DECLARED)

    def home_of(self, member: Member) -> str:
        """The file that stands for a member as a whole: its first manifest or module, ``""`` when it has none."""
        own = [
            path for path in self.manifests[member.root].manifests if self.member_of(path) is member
        ]
        return next(iter([*own, *sorted(module.path for module in self.facts_of(member))]), "")

    def kinds_of(self, path: str) -> frozenset[Kind]:
        """The kinds of the member that a file belongs to."""
        return self.member_of(path).kinds

    def runs_unattended(self, name: str, path: str) -> bool:
        """Whether nobody need sit in front of the module ``name`` of the file ``path`` when it runs.

        Of a library that is a command-line tool as well, that are the modules which its importers load.
        """
        member = self.member_of(path)
        if Kind.CLI not in member.kinds or not member.kinds.isdisjoint({Kind.SERVICE, Kind.WORKER}):
            return True
        if member.root not in self._library_parts:
            self._library_parts[member.root] = library_part(
                self.facts_of(member),
                self.graph,
                self.manifests_of(path).programs,
                lambda text: self.linker.split(text)[0],
            )
        return name in self._library_parts[member.root]

    # --- names

    @cached_property
    def first_party(self) -> FirstParty:
        """The import names that the repository's files provide."""
        return FirstParty(self.files, self.linker.modules, self.copies)

    @cached_property
    def legacy_queries(self) -> LegacyQueries:
        """What is known of the queries of SQLAlchemy."""
        return LegacyQueries(self.linker, self.hierarchy)

    def lookup(self, name: str) -> str:
        """Follow a first-party qualified name through re-exports to where it is defined.

        Names of other parties, and those that lead nowhere, come back unchanged.
        """
        return self.linker.lookup(name)

    def instance(self, name: str) -> str:
        """Rewrite the path of a callee to ``Class.method`` or the function that it leads to, when that is known."""
        return self.linker.instance(name)

    def callees(self, path: str) -> tuple[str, ...]:
        """The functions and methods that the path of a callee may lead to; empty when nobody can know."""
        return self.linker.callees(path)

    def defines(self, name: str) -> bool:
        """Whether ``name`` is, or leads to, a first-party module, class, function or method."""
        name = self.instance(name)
        return name in self.modules or name in self.classes or name in self.functions

    def lacks_definition(self, name: str) -> bool:
        """Whether ``name`` starts from something in a first-party module that is no module, class or function."""
        module, rest = self.linker.split(self.lookup(name))
        return bool(module and rest) and not self.defines(f"{module}.{rest.partition('.')[0]}")

    # --- classes

    @property
    def classes(self) -> Mapping[str, ClassFact]:
        """Every first-party class by qualified name."""
        return self.linker.classes

    def overrides(self, name: str) -> bool | None:
        """Whether the method ``name`` replaces one of a first-party base class; None when a base is unknown."""
        owner, _, method = name.rpartition(".")
        pending, unknown = [owner], False
        seen: set[str] = set()
        while pending and len(seen) < 1000:
            current = self.lookup(pending.pop())
            if current in seen:
                continue
            seen.add(current)
            if current != owner and f"{current}.{method}" in self.functions:
                return True
            fact = self.classes.get(current)
            unknown = unknown or current == "?"
            pending.extend(fact.bases if fact is not None else ())
        return None if unknown else False

    @cached_property
    def lifetimes(self) -> Lifetimes:
        """How long instances live, and who closes what they hold."""
        return Lifetimes(self.facts, self.linker, self.hierarchy)

    # --- functions

    def assures_types(self, path: str) -> bool:
        """Whether a stub beside a file, or a strict type checker that CI runs, sees to the types of its functions.

        An unpacked archive has lost its CI: there the checker's configuration is enough.
        """
        checker = self.manifests_of(path).type_checker
        if checker is not None and (checker.in_ci or self.unpacked):
            module = self.by_path[path].name
            return checker.covers(path, module) or f"{path}i" in self.files
        return f"{path}i" in self.files

    @property
    def functions(self) -> Mapping[str, FunctionFact]:
        """Every first-party function by qualified name."""
        return self.linker.functions

    @cached_property
    def call_graph(self) -> CallGraph:
        """Which first-party function runs which other."""
        return CallGraph(self.facts, self.linker)

    def declares_result(self, name: str) -> bool | None:
        """Whether a first-party function says by an annotation what it gives; None when ``name`` is no such function.

        A class does by being one.
        """
        name = self.lookup(name)
        function = self.functions.get(name)
        return function.declares if function is not None else True if name in self.classes else None

    @cached_property
    def deeds(self) -> Deeds:
        """What functions do, themselves or through those they call."""
        return Deeds(self.linker)

    def calls(self, name: str, path: str) -> bool:
        """Whether the runtime code of ``path``'s member calls ``name``, which is not first-party."""
        member = self.member_of(path)
        return any(self.member_of(caller) is member for caller in self.callers(name))

    def answers_misfits(self, path: str) -> bool:
        """Whether ``path``'s member registers a handler for values of clients that do not fit."""
        return any(
            module.answers_misfits and module.role in RUNTIME_ROLES
            for module in self.facts_of(self.member_of(path))
        )

    def callers(self, name: str) -> tuple[str, ...]:
        """Paths of the runtime files that call ``name``, as far as they spell it so."""
        return self._callers.get(name, ())

    @cached_property
    def _callers(self) -> Mapping[str, tuple[str, ...]]:
        """Qualified name -> paths of the runtime files that call it."""
        found: dict[str, list[str]] = {}
        for module in self.facts:
            if module.role in RUNTIME_ROLES:
                functions = (function.calls for function in module.functions)
                for name in set(module.calls).union(*functions):
                    found.setdefault(name, []).append(module.path)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def variables_set(self) -> frozenset[str]:
        """The environment variables that the project sets, for itself or for processes that it starts.

        A test that sets one tries out what reads it; whoever runs the program sets it still.
        """
        return frozenset(
            name
            for module in self.facts
            if module.role is not Role.TEST
            for name in module.environment_writes
        )

    # --- routes

    @cached_property
    def routing(self) -> Routing:
        """The routes of all web frameworks, with their full paths."""
        return Routing(self.facts, self.linker)

    def serves_requests(self, path: str, qualname: str) -> bool:
        """Whether a function answers requests, or surely runs for one that does or that such a one depends on."""
        return (path, qualname) in self._serving

    @cached_property
    def route_dependencies(self) -> frozenset[str]:
        """Qualified names of what frameworks run for handlers that take what it gives."""
        return frozenset(
            self.lookup(each) for route in self.routing.routes for each in route.dependencies
        )

    @cached_property
    def _serving(self) -> frozenset[tuple[str, str]]:
        names = {*self.routing.handlers, *self.route_dependencies}
        return self.call_graph.reached(
            Function(self.linker.modules[self.linker.split(name)[0]], self.functions[name])
            for name in sorted(names & self.functions.keys())
        )

    @cached_property
    def client_values(self) -> ClientValues:
        """What clients sent on its way from one function to the next."""
        return ClientValues(self.facts, self.call_graph)

    # --- logs

    def structured_logging(self, member: Member) -> Mapping[str, frozenset[str]]:
        """The libraries (``logging``, ``loguru``, ``structlog``) whose loggers write structured records in a member.

        Each with the names of the loggers that do; an empty set where all do.
        """
        if member.root not in self._structured:
            declared = self.manifests[member.root].instrumentation
            self._structured[member.root] = structured_libraries(
                (mark for module in self.program_of(member) for mark in module.telemetry),
                outside=any(each.name not in AGENTS for each in declared),
            )
        return self._structured[member.root]

    def writes_structured(self, logger: str, path: str, name: str | None) -> bool | None:
        """Whether a logger writes structured records in the member of ``path``; None when nobody knows whose it is.

        Args:
            logger: its class, or the path to it, see `archcheck.analysis.names.paths`.
            path: a file of the member.
            name: that it was made with, where the file of the call tells; else None.
        """
        thing = None if library_of(logger) else self.linker.follow(logger)
        instance = thing.name if thing is not None and thing.instance else logger
        served = self.structured_logging(self.member_of(path)).get(library_of(instance))
        if served is None:
            return False if library_of(instance) else None
        if not served:
            return True
        name = name if name is not None else self._logger_name(logger)
        return covers(served, name) if name is not None else None

    def _logger_name(self, path: str) -> str | None:
        """The name of the logger that a module-level variable holds; None for anything else."""
        module, variable = self.linker.split(self.lookup(path))
        return dict(self.linker.modules[module].loggers).get(variable) if module else None
