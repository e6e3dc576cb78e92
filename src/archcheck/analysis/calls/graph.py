"""Which first-party function runs which other, and where does that come to a call that waits?

Only definite edges are drawn: the call leads to one function of the project, the function has no other definition and
no decorator that may replace it (the project's own may wrap it, see `wrapping`), and it is called in the way that
runs it (a coroutine is awaited, a generator iterated). A method that a first-party subclass overrides is not
definite. A function that is passed as a value, to a thread or an executor for one, is not called: there is no edge.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from archcheck.analysis.facts import AWAITED, CALLED, CallFact, FunctionFact, ModuleFacts
from archcheck.analysis.names.definitions import UNNAMED
from archcheck.analysis.names.linker import Linker
from archcheck.analysis.names.things import Thing
from archcheck.analysis.topics.remote.blocking import blocks_by_name
from archcheck.model import TraceStep

#: How many functions a chain enters at most on its way to the call that waits.
MAX_ENTERED = 3
#: Class decorators that leave an ``__init__`` of the class itself alone.
_KEEP_INIT = frozenset(
    {"attr.define", "attr.s", "attrs.define", "dataclasses.dataclass", "typing.final"}
)


class Function(Struct, frozen=True, eq=False):
    """A function or method of the project.

    Attributes:
        module: where it is defined.
        fact: what is known of it.
    """

    module: ModuleFacts
    fact: FunctionFact

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others: its file and its name there."""
        return self.module.path, self.fact.qualname


class _Callee(Struct, frozen=True, eq=False):
    """What a call leads to.

    Attributes:
        function: that it runs, if that is definite.
        keeps_arguments: the arguments are in the function as they are in the call.
        blocks: it leads to a function of a library that waits for something outside of the program.
    """

    function: Function | None = None
    keeps_arguments: bool = True
    blocks: bool = False


class CallGraph:
    """Functions, and the definite edges between them.

    Args:
        facts: of every analysed module.
        linker: follows names and paths through the modules that others can import.
    """

    def __init__(self, facts: Sequence[ModuleFacts], linker: Linker) -> None:
        self._facts = facts
        self._linker = linker
        self._alone: dict[str, Linker] = {}
        self._found: dict[tuple[str, str], _Callee] = {}

    def callee(self, call: CallFact, module: ModuleFacts) -> Function | None:
        """The function whose body a call that stands in ``module`` runs; None when that is not definite."""
        function = self._callee(call.callee, module).function
        runs = function.fact.runs if function is not None else ""
        return function if runs in (CALLED, call.how) else None

    def function(self, path: str, module: ModuleFacts) -> Function | None:
        """The function that takes the arguments of a call in ``module``, whenever its body runs; None as for `callee`.

        Args:
            path: qualified name of what is called, or the path to it.
            module: where the call stands.
        """
        found = self._callee(path, module)
        return found.function if found.keeps_arguments else None

    def _callee(self, path: str, module: ModuleFacts) -> _Callee:
        linker = self._linker_for(path, module)
        key = (path, module.path if linker is not self._linker else "")
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = _resolved(path, linker)
        return found

    def _linker_for(self, path: str, module: ModuleFacts) -> Linker:
        """The linker that knows the module's own names: one of its own where nobody can import it."""
        name = module.name or UNNAMED
        if self._linker.modules.get(name) is module or not path.startswith(f"{name}."):
            return self._linker
        if module.path not in self._alone:
            self._alone[module.path] = Linker({name: module})
        return self._alone[module.path]

    def reached(self, starts: Iterable[Function]) -> frozenset[tuple[str, str]]:
        """The keys of ``starts`` and of the functions that they run, through three further ones at most."""
        found: set[tuple[str, str]] = set()
        functions = list(starts)
        for _ in range(MAX_ENTERED + 1):
            fresh = [each for each in functions if each.key not in found]
            found.update(each.key for each in fresh)
            called = (
                self.callee(call, each.module) for each in fresh for call in each.fact.followed
            )
            functions = [each for each in called if each is not None]
        return frozenset(found)

    # --- waiting

    def wait(self, call: CallFact, module: ModuleFacts) -> tuple[TraceStep, ...]:
        """The calls from ``call`` to one that waits for something outside of the program, in the same thread.

        Chains run through functions that are not ``async``: what a coroutine does is its own matter, so that a
        call that is awaited leads nowhere. A call that a caller, an operator or a failure decides on is no part
        of a chain. Empty when nothing surely waits.

        Args:
            call: where to begin.
            module: where it stands.
        """
        way = [(call, module)]
        while not self._waits_itself(call, module):
            function = self.callee(call, module) if call.how != AWAITED else None
            onward = self._onward.get(function.key) if function is not None else None
            if function is None or onward is None:
                return ()
            call, module = onward, function.module
            way.append((call, module))
        return tuple(TraceStep(module.path, call.line, call.text) for call, module in way)

    def _waits_itself(self, call: CallFact, module: ModuleFacts) -> bool:
        if call.waits or call.how == AWAITED:
            return call.waits == "outside"
        return self._callee(call.callee, module).blocks

    @cached_property
    def _onward(self) -> Mapping[tuple[str, str], CallFact]:
        """Function -> its call that begins the shortest way to one that waits, where there is a way."""
        found: dict[tuple[str, str], CallFact] = {}
        callers: dict[tuple[str, str], list[tuple[tuple[str, str], CallFact]]] = {}
        for function in self._synchronous():
            for call in function.fact.followed:
                if call.optional or call.how == AWAITED:
                    continue
                if self._waits_itself(call, function.module):
                    found[function.key] = call
                    break
                callee = self.callee(call, function.module)
                if callee is not None:
                    callers.setdefault(callee.key, []).append((function.key, call))
        reached = list(found)
        for _ in range(MAX_ENTERED - 1):
            further = []
            for key in reached:
                for caller, call in callers.get(key, ()):
                    if caller not in found:
                        found[caller] = call
                        further.append(caller)
            reached = further
        return found

    def _synchronous(self) -> Iterator[Function]:
        """The functions that run in the thread of their caller."""
        for module in self._facts:
            for fact in module.functions:
                if not fact.is_async:
                    yield Function(module, fact)


def _resolved(path: str, linker: Linker) -> _Callee:
    thing = linker.follow(path)
    if thing is None or thing.instance:
        return _Callee()
    function = _definite(thing, linker)
    if function is not None and not linker.runs(function.fact):
        function = None
    keeps_arguments = function is None or linker.keeps_arguments(function.fact)
    return _Callee(function, keeps_arguments, blocks_by_name(thing.name))


def _definite(thing: Thing, linker: Linker) -> Function | None:
    if thing.name in linker.classes:
        return _constructor(thing.name, linker)
    fact = linker.functions.get(thing.name)
    if fact is None:
        return None
    method = thing.name.rpartition(".")[2]
    if thing.receiver and linker.method_order.is_overridden(thing.receiver, method):
        return None
    return Function(linker.modules[linker.split(thing.name)[0]], fact)


def _constructor(name: str, linker: Linker) -> Function | None:
    """The ``__init__`` that calling a class runs, unless something else has a say in that."""
    for owner in linker.method_order.order(name):
        fact = linker.classes.get(owner)
        initialiser = linker.functions.get(f"{owner}.__init__")
        left_alone = frozenset() if initialiser is None else _KEEP_INIT
        if (
            fact is None
            or fact.metaclass
            or f"{owner}.__new__" in linker.functions
            or not left_alone.issuperset(fact.decorators)
        ):
            return None
        if initialiser is not None:
            return Function(linker.modules[linker.split(owner)[0]], initialiser)
    return None
