"""What do the decorators of a module make of the functions below them?

One may hand the function back as it came, or a wrapper that surely calls it, in its own thread and with its own
arguments. Where the function goes anywhere else, to a thread, a task or a queue for one, nobody
knows when it runs.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import cached_property

from archcheck.analysis.calls.facts import Wrapping, composed, configured
from archcheck.analysis.facts import AWAITED, CALLED, ENTERED, ITERATED
from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.definitions import results
from archcheck.analysis.syntax.bindings import Binding
from archcheck.analysis.syntax.children import descend

_EVERY_WAY = frozenset({CALLED, AWAITED, ITERATED, ENTERED})
_ITSELF = Wrapping(_EVERY_WAY, returns=True)
_CACHED = Wrapping(frozenset({CALLED}), returns=True)
_CACHES = frozenset({"functools.cache", "functools.lru_cache"})
_WRAPS = ("functools.wraps",)
#: They give back one of their arguments -> which.
_GIVING_BACK: dict[tuple[str, ...], int] = {("typing.cast",): 1, ("functools.update_wrapper",): 0}
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
        self._known: dict[AnyFunction, Wrapping | None] = {}

    def of(self, function: AnyFunction) -> Wrapping | None:
        """What ``function``, or what a call of it gives, makes of a function as its decorator; None when unknown.

        Of a class that is a decorator its ``__init__`` tells it, and its ``__call__`` where it is configured.
        """
        if function not in self._known:
            self._known[function] = None  # decorators that hand on to each other are unknown
            self._known[function] = self._of(function)
        return self._known[function]

    def _of(self, function: AnyFunction) -> Wrapping | None:
        owner = self._module.parent(function)
        if isinstance(owner, ast.ClassDef):
            return self._of_method(function, owner)
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
        return configured(self.of(decorator) if decorator is not None else None)

    def _is_candidate(self, function: AnyFunction) -> bool:
        """Whether a function ends as decorators do, ``return wrapper``: of most others nothing more need be asked."""
        if not isinstance(function, ast.FunctionDef) or function.decorator_list:
            return False
        value = _last_value(function.body)
        if not isinstance(value, (ast.Name, ast.Call)):
            return False
        parameter = _parameter(function)
        if parameter is not None and self._is(_innermost(value), parameter):
            return True
        return function in self._around

    @cached_property
    def _around(self) -> frozenset[ast.AST | None]:
        """The functions with a function in them."""
        return frozenset(map(self._module.function_of, self._module.functions))

    # --- classes

    def _of_method(self, method: AnyFunction, owner: ast.ClassDef) -> Wrapping | None:
        parameter = _parameter(method, of_method=True)
        if parameter is None or method.decorator_list:
            return None
        if method.name == "__call__":
            return configured(self._made_by(method, parameter) if method in self._around else None)
        return (
            self._called_by_instance(method, parameter, owner)
            if method.name == "__init__"
            else None
        )

    def _called_by_instance(
        self, initialiser: AnyFunction, parameter: ast.arg, owner: ast.ClassDef
    ) -> Wrapping | None:
        """What the instances make, when called, of the function that they were made with."""
        called = self._module.symbols.definitions.method(owner, "__call__")
        stored = [
            name
            for name, bindings in self._module.symbols.definitions.own_attributes(owner).items()
            if len(bindings) == 1 and self._holds(bindings[0], parameter)
        ]
        if called is None or len(stored) != 1 or called.decorator_list:
            return None
        return self._wrapped(
            called,
            lambda node: (
                isinstance(node, ast.Attribute)
                and node.attr == stored[0]
                and self._module.symbols.definitions.owner(node.value) is owner
            ),
        )

    def _holds(self, binding: Binding, parameter: ast.arg) -> bool:
        return (
            binding.kind in ("assign", "annotated")
            and binding.value is not None
            and self._is(binding.value, parameter)
        )

    # --- functions

    def _made_by(self, decorator: AnyFunction, parameter: ast.arg) -> Wrapping | None:
        values = results(decorator, self._module.scopes)
        if values and all(self._is(value, parameter) for value in values):
            return _ITSELF
        found: list[Wrapping] = []
        for value in values:
            made = self._made_of(value, decorator, parameter)
            if not made:
                return None
            found.extend(made)
        wrappers = {each for value in values for each in self._nested(_innermost(value), decorator)}
        if not found or not self._stays(decorator, parameter, wrappers):
            return None
        return self._either(found, decorator)

    def _made_of(
        self, value: ast.expr, decorator: AnyFunction, parameter: ast.arg
    ) -> list[Wrapping]:
        """What a decorator gives back is one of these; empty when unknown."""
        if self._is(value, parameter):
            return [_ITSELF]
        nested = self._nested(value, decorator)
        if nested:
            made = [self._wrapper(each, parameter) for each in nested]
            return [each for each in made if each is not None] if all(made) else []
        argument = _only_argument(value)
        outer = self._applied(value.func) if isinstance(value, ast.Call) else None
        if argument is None or outer is None:
            return []
        return composed(outer, self._made_of(argument, decorator, parameter))

    def _applied(self, func: ast.expr) -> Wrapping | None:
        """What another decorator makes of what it is given."""
        target, is_configured = (func.func, True) if isinstance(func, ast.Call) else (func, False)
        if _CACHES.issuperset(self._module.names(target) or ("?",)):
            return _CACHED
        definition = self._module.symbols.definitions.of(target)
        if not isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        found = self.of(definition)
        return found if found is not None and found.configured == is_configured else None

    def _either(self, found: list[Wrapping], decorator: AnyFunction) -> Wrapping | None:
        """What is true of a decorator that does one of several things."""
        telling = any(
            _TELLING.issuperset(self._module.names(call.func) or ("?",))
            for call in self._module.calls_by_function.get(decorator, ())
        )
        ways = [each.runs for each in found]
        runs = frozenset[str].union(*ways) if telling else frozenset[str].intersection(*ways)
        returns, shifts = all(each.returns for each in found), any(each.shifts for each in found)
        return Wrapping(runs, returns, shifts=shifts) if runs else None

    def _nested(self, value: ast.expr, function: AnyFunction) -> list[AnyFunction]:
        """The functions inside of ``function`` that an expression may name, a cast left aside; empty when unknown."""
        if isinstance(value, ast.Call) and len(value.args) == 2:
            place = _GIVING_BACK.get(self._module.names(value.func))
            value = value.args[place] if place is not None else value
        bound = self._module.symbols.bindings(value) if isinstance(value, ast.Name) else []
        found = [
            each.node
            for each in bound
            if isinstance(each.node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and self._module.function_of(each.node) is function
        ]
        return found if len(found) == len(bound) else []

    def _wrapper(self, wrapper: AnyFunction, parameter: ast.arg) -> Wrapping | None:
        """What a wrapper, with its own decorators, makes of the function that it is made for."""
        found = self._wrapped(wrapper, lambda node: self._is(node, parameter))
        made = [found] if found is not None else []
        for decorator in reversed(wrapper.decorator_list):
            if self._is_wraps(decorator, parameter):
                continue
            outer = self._applied(decorator)
            made = composed(outer, made) if outer is not None else []
        return made[0] if made else None

    def _wrapped(
        self, wrapper: AnyFunction, is_function: Callable[[ast.expr], bool]
    ) -> Wrapping | None:
        """What a wrapper makes of the function that it is made for; None where it is no such wrapper."""
        if any(
            isinstance(node, (ast.Yield, ast.YieldFrom)) for node in self._module.own_nodes(wrapper)
        ):
            return None
        calls = [
            call
            for call in self._module.calls_by_function.get(wrapper, ())
            if is_function(call.func) and self._module.function_of(call) is wrapper
        ]
        handed = [self._handed_on(call, wrapper) for call in calls]
        if all(self._is_optional(call, wrapper) for call in calls) or None in handed:
            return None
        values = results(wrapper, self._module.scopes)
        returns = bool(values) and all(self._is_result(value, is_function) for value in values)
        runs = _EVERY_WAY if returns else frozenset({CALLED})
        if isinstance(wrapper, ast.AsyncFunctionDef):
            if not all(isinstance(self._module.parent(call), ast.Await) for call in calls):
                return None
            runs = frozenset({AWAITED})
        return Wrapping(runs, returns, shifts=any(handed))

    def _is_wraps(self, decorator: ast.expr, parameter: ast.arg) -> bool:
        return (
            isinstance(decorator, ast.Call)
            and self._module.names(decorator.func) == _WRAPS
            and len(decorator.args) > 0
            and self._is(decorator.args[0], parameter)
        )

    def _is(self, node: ast.expr, parameter: ast.arg) -> bool:
        """Whether an expression is what a parameter was given."""
        return isinstance(node, ast.Name) and [
            binding.node for binding in self._module.symbols.bindings(node)
        ] == [parameter]

    def _is_result(self, value: ast.expr, is_function: Callable[[ast.expr], bool]) -> bool:
        """Whether an expression is what the function gave, straight or by a variable."""
        values: list[ast.expr | None] = [value]
        if isinstance(value, ast.Name):
            values = [
                binding.value if binding.kind in ("assign", "annotated") else None
                for binding in self._module.symbols.bindings(value)
            ]
        called = (each.value if isinstance(each, ast.Await) else each for each in values)
        return bool(values) and all(
            isinstance(each, ast.Call) and is_function(each.func) for each in called
        )

    def _handed_on(self, call: ast.Call, wrapper: AnyFunction) -> bool | None:
        """Whether a call puts arguments before those of the function around it; None where it changes these."""
        expected = wrapper.args
        positional = [*expected.posonlyargs, *expected.args]
        if isinstance(self._module.parent(wrapper), ast.ClassDef):
            positional = positional[1:]
        wanted: list[tuple[str | None, ast.arg]] = [
            *(("", each) for each in positional),
            *([("", expected.vararg)] if expected.vararg is not None else []),
            *((each.arg, each) for each in expected.kwonlyargs),
            *([(None, expected.kwarg)] if expected.kwarg is not None else []),
        ]
        own = [parameter for _, parameter in wanted]
        given: list[tuple[str | None, ast.expr]] = [
            *(("", each) for each in call.args),
            *((each.arg, each.value) for each in call.keywords),
        ]
        injected = [
            (name, value)
            for name, value in given
            if name is not None
            and not isinstance(value, ast.Starred)
            and not any(self._is(value, parameter) for parameter in own)
        ]
        given = [each for each in given if each not in injected]
        if len(given) != len(wanted) or not all(
            name == wanted_name and self._is(_unstarred(value), parameter)
            for (name, value), (wanted_name, parameter) in zip(given, wanted, strict=True)
        ):
            return None
        return any(not name for name, _ in injected)

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
            if _HARMLESS.issuperset(self._module.names(parent.func) or ("?",)):
                return True
            is_handed_back = isinstance(self._module.parent(parent), (ast.Return, ast.Call))
            return is_handed_back and self._applied(parent.func) is not None
        return isinstance(parent, (ast.Return, ast.FormattedValue))


def _parameter(function: AnyFunction, *, of_method: bool = False) -> ast.arg | None:
    """The one parameter of a function that has no other, that of a method's instance left aside."""
    given = function.args
    positional = [*given.posonlyargs, *given.args][1 if of_method else 0 :]
    if len(positional) != 1 or given.vararg or given.kwonlyargs or given.kwarg:
        return None
    return positional[0]


def _last_value(body: list[ast.stmt]) -> ast.expr | None:
    """What the last ``return`` of a function gives; of two branches the second tells it."""
    last = body[-1]
    while isinstance(last, ast.If) and last.orelse:
        last = last.orelse[-1]
    return last.value if isinstance(last, ast.Return) else None


def _only_argument(value: ast.expr) -> ast.expr | None:
    """The argument of a call that has no other; None for anything else."""
    if isinstance(value, ast.Call) and len(value.args) == 1 and not value.keywords:
        return value.args[0]
    return None


def _innermost(value: ast.expr) -> ast.expr:
    """What is given to decorators that are applied one after the other."""
    while (argument := _only_argument(value)) is not None:
        value = argument
    return value


def _unstarred(node: ast.expr) -> ast.expr:
    return node.value if isinstance(node, ast.Starred) else node
