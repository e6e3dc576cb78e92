"""What do the decorators of a module make of the functions below them?

One may hand the function back as it came, or a wrapper that surely calls it, in its own thread and with its own
arguments. Where the function goes anywhere else, to a thread, a task or a queue for one, nobody
knows when it runs.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import cached_property

from archcheck.analysis.calls.facts import Wrapping
from archcheck.analysis.facts import AWAITED, CALLED, ENTERED, ITERATED
from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.definitions import results
from archcheck.analysis.syntax.children import descend

_EVERY_WAY = frozenset({CALLED, AWAITED, ITERATED, ENTERED})
_ITSELF = Wrapping(_EVERY_WAY, returns=True)
_WRAPS = ("functools.wraps",)
_CAST = ("typing.cast",)
#: They tell a coroutine function from others, so that each gets a wrapper of its kind.
_TELLING = frozenset({"asyncio.iscoroutinefunction", "inspect.iscoroutinefunction"})
#: They ask or name the function that they are given, and do not keep it.
_HARMLESS = _TELLING | {
    "callable",
    "functools.update_wrapper",
    "functools.wraps",
    "getattr",
    "hasattr",
    "id",
    "inspect.getdoc",
    "inspect.getfullargspec",
    "inspect.getmodule",
    "inspect.isasyncgenfunction",
    "inspect.isclass",
    "inspect.isfunction",
    "inspect.isgeneratorfunction",
    "inspect.ismethod",
    "inspect.signature",
    "isinstance",
    "repr",
    "setattr",
    "str",
    "typing.cast",
    "typing.get_type_hints",
}


class Wrappings:
    """The decorators of one module.

    Args:
        module: the file, while its tree lives.
        is_optional: whether a function makes one of its calls at all is up to a caller, an operator or a failure.
    """

    def __init__(
        self, module: Module, is_optional: Callable[[ast.Call, AnyFunction], bool]
    ) -> None:
        self._module = module
        self._is_optional = is_optional

    def of(self, function: AnyFunction) -> Wrapping | None:
        """What ``function``, or what a call of it gives, makes of a function as its decorator; None when unknown."""
        if not self._is_candidate(function):
            return None
        parameter = _parameter(function)
        found = self._made_by(function, parameter) if parameter is not None else None
        if found is not None:
            return found
        made = {
            each
            for value in results(function, self._module.scopes)
            for each in self._nested(value, function) or (None,)
        }
        decorator = made.pop() if len(made) == 1 else None
        found = self.of(decorator) if decorator is not None else None
        if found is None or found.configured:
            return None
        return Wrapping(found.runs, found.returns, configured=True)

    def _is_candidate(self, function: AnyFunction) -> bool:
        """Whether a function ends as decorators do, ``return wrapper``: of most others nothing more need be asked."""
        last = function.body[-1]
        if (
            not isinstance(last, ast.Return)
            or not isinstance(last.value, (ast.Name, ast.Call))
            or not isinstance(function, ast.FunctionDef)
            or function.decorator_list
            or isinstance(self._module.parent(function), ast.ClassDef)
        ):
            return False
        parameter = _parameter(function)
        if parameter is not None and self._is(last.value, parameter):
            return True
        return function in self._around and bool(self._nested(last.value, function))

    @cached_property
    def _around(self) -> frozenset[ast.AST | None]:
        """The functions with a function in them."""
        return frozenset(map(self._module.function_of, self._module.functions))

    def _made_by(self, decorator: AnyFunction, parameter: ast.arg) -> Wrapping | None:
        values = results(decorator, self._module.scopes)
        if values and all(self._is(value, parameter) for value in values):
            return _ITSELF
        wrappers: dict[AnyFunction, None] = {}
        found: list[Wrapping] = []
        for value in values:
            nested = self._nested(value, decorator)
            wrappers.update(dict.fromkeys(nested))
            if not nested:
                if not self._is(value, parameter):
                    return None
                found.append(_ITSELF)
        for wrapper in wrappers:
            made = self._wrapped(wrapper, parameter)
            if made is None:
                return None
            found.append(made)
        if not found or not self._stays(decorator, parameter, wrappers):
            return None
        return self._either(found, decorator)

    def _either(self, found: list[Wrapping], decorator: AnyFunction) -> Wrapping | None:
        """What is true of a decorator that does one of several things."""
        telling = any(
            _TELLING.issuperset(self._module.names(call.func) or ("?",))
            for call in self._module.calls_by_function.get(decorator, ())
        )
        ways = [each.runs for each in found]
        runs = frozenset[str].union(*ways) if telling else frozenset[str].intersection(*ways)
        return Wrapping(runs, all(each.returns for each in found)) if runs else None

    def _nested(self, value: ast.expr, function: AnyFunction) -> list[AnyFunction]:
        """The functions inside of ``function`` that an expression may name, a cast left aside; empty when unknown."""
        if isinstance(value, ast.Call) and len(value.args) == 2:
            value = value.args[1] if self._module.names(value.func) == _CAST else value
        bound = self._module.symbols.bindings(value) if isinstance(value, ast.Name) else []
        found = [
            each.node
            for each in bound
            if isinstance(each.node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and self._module.function_of(each.node) is function
        ]
        return found if len(found) == len(bound) else []

    def _wrapped(self, wrapper: AnyFunction, parameter: ast.arg) -> Wrapping | None:
        """What a wrapper makes of the function that it is made for; None where it is no such wrapper."""
        if not self._is_plain(wrapper, parameter):
            return None
        calls = [
            call
            for call in self._module.calls_by_function.get(wrapper, ())
            if self._is(call.func, parameter) and self._module.function_of(call) is wrapper
        ]
        if all(self._is_optional(call, wrapper) for call in calls) or not all(
            self._hands_on(call, wrapper) for call in calls
        ):
            return None
        values = results(wrapper, self._module.scopes)
        returns = bool(values) and all(self._is_result(value, parameter) for value in values)
        if isinstance(wrapper, ast.AsyncFunctionDef):
            awaited = all(isinstance(self._module.parent(call), ast.Await) for call in calls)
            return Wrapping(frozenset({AWAITED}), returns) if awaited else None
        return Wrapping(_EVERY_WAY if returns else frozenset({CALLED}), returns)

    def _is_plain(self, wrapper: AnyFunction, parameter: ast.arg) -> bool:
        """Whether nothing but `functools.wraps` decorates a wrapper, and it is no generator."""
        return all(
            isinstance(each, ast.Call)
            and self._module.names(each.func) == _WRAPS
            and len(each.args) > 0
            and self._is(each.args[0], parameter)
            for each in wrapper.decorator_list
        ) and not any(
            isinstance(node, (ast.Yield, ast.YieldFrom)) for node in self._module.own_nodes(wrapper)
        )

    def _is(self, node: ast.expr, parameter: ast.arg) -> bool:
        """Whether an expression is what a parameter was given."""
        return isinstance(node, ast.Name) and [
            binding.node for binding in self._module.symbols.bindings(node)
        ] == [parameter]

    def _is_result(self, value: ast.expr, parameter: ast.arg) -> bool:
        """Whether an expression is what the function gave, straight or by a variable."""
        values: list[ast.expr | None] = [value]
        if isinstance(value, ast.Name):
            values = [
                binding.value if binding.kind in ("assign", "annotated") else None
                for binding in self._module.symbols.bindings(value)
            ]
        called = (each.value if isinstance(each, ast.Await) else each for each in values)
        return bool(values) and all(
            isinstance(each, ast.Call) and self._is(each.func, parameter) for each in called
        )

    def _hands_on(self, call: ast.Call, wrapper: AnyFunction) -> bool:
        """Whether a call has the arguments of the function around it, each in its place."""
        expected = wrapper.args
        positional = [*expected.posonlyargs, *expected.args]
        given: list[tuple[str | None, ast.expr]] = [
            *(("", each) for each in call.args),
            *((each.arg, each.value) for each in call.keywords),
        ]
        wanted: list[tuple[str | None, ast.arg]] = [
            *(("", each) for each in positional),
            *([("", expected.vararg)] if expected.vararg is not None else []),
            *((each.arg, each) for each in expected.kwonlyargs),
            *([(None, expected.kwarg)] if expected.kwarg is not None else []),
        ]
        return len(given) == len(wanted) and all(
            name == wanted_name and self._is(_unstarred(value), parameter)
            for (name, value), (wanted_name, parameter) in zip(given, wanted, strict=True)
        )

    def _stays(
        self, decorator: AnyFunction, parameter: ast.arg, wrappers: Iterable[AnyFunction]
    ) -> bool:
        """Whether the function that a decorator is given goes nowhere but into its wrappers."""
        homes = frozenset(wrappers)
        return all(
            self._is_harmless(node, homes)
            for node in descend(decorator)
            if isinstance(node, ast.Name) and node.id == parameter.arg and self._is(node, parameter)
        )

    def _is_harmless(self, node: ast.Name, wrappers: frozenset[AnyFunction]) -> bool:
        """Whether the function that a name stands for is called by a wrapper, asked or given back here."""
        parent = self._module.parent(node)
        if isinstance(parent, ast.Attribute):
            return isinstance(parent.ctx, ast.Store) or parent.attr.startswith("__")
        if isinstance(parent, ast.Call):
            if parent.func is node:
                return self._module.function_of(parent) in wrappers
            return _HARMLESS.issuperset(self._module.names(parent.func) or ("?",))
        return isinstance(parent, (ast.Return, ast.FormattedValue))


def _parameter(function: AnyFunction) -> ast.arg | None:
    """The one parameter of a function that has no other."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    if len(positional) != 1 or given.vararg or given.kwonlyargs or given.kwarg:
        return None
    return positional[0]


def _unstarred(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Starred) else node
