"""How does a call run what it calls, and how must a function be called for its body to run?"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from archcheck.analysis.facts import AWAITED, CALLED, ENTERED, ITERATED, CallFact
from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.definitions import UNNAMED
from archcheck.analysis.names.value_types import ENTERING, MANAGERS
from archcheck.analysis.names.values import short
from archcheck.analysis.syntax.blocks import next_statement
from archcheck.analysis.syntax.children import descend
from archcheck.analysis.syntax.scopes import COMPREHENSIONS
from archcheck.analysis.topics.remote.blocking import waiting_calls
from archcheck.model import Role

#: Decorators that return the function, or one that runs it at least once, in the thread of its caller.
_RUNNING = frozenset(
    {
        "backoff.on_exception",
        "backoff.on_predicate",
        "classmethod",
        "functools.cache",
        "functools.lru_cache",
        "staticmethod",
        "tenacity.retry",
        "typing.final",
        "typing.no_type_check",
        "typing.override",
        "typing_extensions.deprecated",
        "typing_extensions.final",
        "typing_extensions.override",
        "warnings.deprecated",
    }
)
_OVERLOADS = frozenset({"typing.overload", "typing_extensions.overload"})
#: Take a coroutine and run it.
_TASK_MAKERS = frozenset(
    {
        "asyncio.Task",
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.gather",
        "asyncio.run",
        "asyncio.shield",
        "asyncio.wait_for",
        "twisted.internet.defer.ensureDeferred",
    }
)
#: Methods that do, of whatever loop, runner or task group.
_TASK_METHODS = frozenset({"create_task", "run_until_complete"})
#: Built-ins that take the items of what they are given, at least the first.
_COLLECTORS = frozenset(
    {"all", "any", "dict", "frozenset", "list", "max", "min", "next", "set", "sorted", "sum", "tuple"}
)  # fmt: skip
_PLATFORM = frozenset({"os.name", "platform.machine", "platform.system", "sys.platform"})
#: Nodes of which a part may be evaluated or not.
_DECIDING = frozenset(
    {ast.ExceptHandler, ast.match_case, ast.For, ast.While, ast.If, ast.IfExp, ast.BoolOp, ast.comprehension}
) | set(COMPREHENSIONS)  # fmt: skip
_UNFOLLOWED_ROLES = frozenset({Role.TEST, Role.DOCS})


class Invocations:
    """What the call graph needs to know of one module.

    Args:
        module: the file, while its tree lives.
    """

    def __init__(self, module: Module) -> None:
        self._module = module
        self._choices: dict[ast.expr, bool] = {}
        self._waits = {} if module.role in _UNFOLLOWED_ROLES else waiting_calls(module)
        self._generators = {
            module.function_of(node)
            for node in (*module.nodes(ast.Yield), *module.nodes(ast.YieldFrom))
        }

    def runs(self, function: AnyFunction, open_decorators: Iterable[str] = ()) -> str:
        """How ``function`` must be called for its body to run, see `FunctionFact.runs`.

        Args:
            function: of the module.
            open_decorators: those of its decorators that only the whole program knows, see `FunctionFact.decorators`.
        """
        decorators = (
            set(self._module.symbols.decorators(function)) if function.decorator_list else set()
        )
        decorators.difference_update(name.removesuffix("()") for name in open_decorators)
        is_generator = function in self._generators
        is_manager = is_generator and bool(decorators & MANAGERS)
        if is_manager:
            decorators -= MANAGERS
        if not decorators <= _RUNNING or not self._is_only_definition(function):
            return ""
        if is_manager:
            return ENTERED
        if is_generator:
            return ITERATED
        return AWAITED if isinstance(function, ast.AsyncFunctionDef) else CALLED

    def _is_only_definition(self, function: AnyFunction) -> bool:
        """Whether the function's name has no other meaning where it is defined, overloads left out."""
        bindings = self._module.scopes.scope_of(function).bindings.get(function.name, [])
        return all(
            binding.node is function or self._is_overload(binding.node) for binding in bindings
        )

    def _is_overload(self, node: ast.AST) -> bool:
        return isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef)
        ) and not _OVERLOADS.isdisjoint(self._module.symbols.decorators(node))

    # --- calls

    def followed(self, function: AnyFunction, calls: Iterable[ast.Call]) -> Iterator[CallFact]:
        """The calls of ``function`` that may lead into another first-party function, or that wait.

        Args:
            function: whose they are.
            calls: those of its body; what a lambda does is left out, for nobody knows who calls it.
        """
        if self._module.role in _UNFOLLOWED_ROLES:
            return
        is_plain = isinstance(function, ast.FunctionDef)
        for call in calls:
            waits = self._waits.get(call, "")
            callee = self._callee(call)
            if not (waits or self._is_first_party(callee)) or _asks_not_to_wait(call):
                continue
            if self._module.function_of(call) is function:
                how = self._how(call)
                may_block = not is_plain and (bool(waits) or how != AWAITED)
                yield CallFact(
                    callee,
                    short(call.func),
                    call.lineno,
                    how=how,
                    optional=is_plain and self.is_optional(call, function),
                    waits=waits,
                    place=self._module.place(call) if may_block else None,
                )

    def _callee(self, call: ast.Call) -> str:
        """The one name of what is called, or the path to it; ``""`` when unknown or when there are several."""
        names = self._module.names(call.func)
        if names:
            return names[0] if len(names) == 1 else ""
        return self._module.paths.of(call.func)

    def _is_first_party(self, callee: str) -> bool:
        return self._module.symbols.is_first_party(callee) or callee.startswith(f"{UNNAMED}.")

    def _how(self, node: ast.expr) -> str:
        """What becomes of the result of a call."""
        parent = self._module.parent(node)
        if isinstance(parent, ast.Await):
            return AWAITED
        if isinstance(parent, ast.withitem):
            return ENTERED
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.YieldFrom, ast.Starred)):
            return ITERATED
        if isinstance(parent, ast.comprehension) and parent.iter is node:
            comprehension = self._module.parent(parent)
            return CALLED if self._is_lazy(comprehension) else ITERATED
        if isinstance(parent, ast.Call) and parent.func is not node:
            return self._how_taken(parent)
        return CALLED

    def _how_taken(self, taker: ast.Call) -> str:
        """What becomes of an argument of ``taker``."""
        method = taker.func.attr if isinstance(taker.func, ast.Attribute) else ""
        name = self._module.resolve(taker.func)
        if method in _TASK_METHODS or name in _TASK_MAKERS:
            return AWAITED
        if name in ENTERING:
            return ENTERED
        return ITERATED if name in _COLLECTORS else CALLED

    def _is_lazy(self, comprehension: ast.AST | None) -> bool:
        """Whether it is a generator expression whose items nobody takes on the spot."""
        return isinstance(comprehension, ast.GeneratorExp) and self._how(comprehension) != ITERATED

    def is_optional(self, call: ast.Call, function: AnyFunction) -> bool:
        """Whether a caller, an operator or a failure decides if ``function`` makes ``call`` at all."""
        if isinstance(next_statement(self._module.statement_of(call), self._module), ast.Raise):
            return True  # what is done before giving up
        child: ast.AST = call
        for ancestor in self._module.ancestors(call):
            if ancestor is function:
                return False
            if ancestor.__class__ not in _DECIDING:
                child = ancestor
                continue
            if isinstance(ancestor, (ast.ExceptHandler, ast.match_case)):
                return True
            if isinstance(ancestor, (ast.For, ast.While)) and child in ancestor.orelse:
                return True
            if _is_item(child, ancestor) and self._is_lazy(self._comprehension(ancestor)):
                return True
            if any(self._is_choice(test) for test in _conditions(child, ancestor)):
                return True
            child = ancestor
        return True

    def _comprehension(self, node: ast.AST) -> ast.AST | None:
        return self._module.parent(node) if isinstance(node, ast.comprehension) else node

    def _is_choice(self, test: ast.expr) -> bool:
        """Whether a condition asks for what a caller or an operator decides, the platform included."""
        known = self._choices.get(test)
        if known is None:
            known = self._choices[test] = self._module.operator_chosen(test) or any(
                isinstance(part, ast.Attribute) and self._module.resolve(part) in _PLATFORM
                for part in descend(test)
            )
        return known


def _is_item(child: ast.AST, parent: ast.AST) -> bool:
    """Whether ``child`` is evaluated for each item of a comprehension: its element, a filter, a further loop."""
    if isinstance(parent, ast.comprehension):
        return child is not parent.iter
    return isinstance(parent, COMPREHENSIONS) and child is not parent.generators[0]


def _conditions(child: ast.AST, parent: ast.AST) -> Sequence[ast.expr]:
    """The conditions of ``parent`` under which ``child`` is evaluated."""
    if isinstance(parent, (ast.If, ast.IfExp)):
        return () if child is parent.test else (parent.test,)
    if isinstance(parent, ast.BoolOp):
        return parent.values[: parent.values.index(child)] if child in parent.values else ()
    if isinstance(parent, COMPREHENSIONS) and not isinstance(child, ast.comprehension):
        return [test for generator in parent.generators for test in generator.ifs]
    return ()


def _asks_not_to_wait(call: ast.Call) -> bool:
    """Whether a flag asks a function that has two modes for the asynchronous one: ``acquire(name, is_async=True)``."""
    return any(
        isinstance(word.value, ast.Constant)
        and word.value.value is True
        and word.arg is not None
        and "async" in word.arg
        for word in call.keywords
    )
