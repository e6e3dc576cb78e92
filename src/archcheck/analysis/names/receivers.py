"""What else does a module do with the objects whose methods it calls?

A library's class is only as known as its instances are left alone: a session with a replaced method or a mounted
adapter no longer behaves as the library's documentation says, and rules about its calls must keep quiet.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cached_property

from archcheck.analysis.names.symbols import Symbols
from archcheck.analysis.names.values import dotted

#: Method that gives an instance a collaborator -> the instance's class and the collaborator that changes nothing.
_MOUNTS = {"mount": ("requests.Session", "requests.adapters.HTTPAdapter")}


class Receivers:
    """The receivers of one module.

    Args:
        calls: all its calls.
        assigns: all its assignments.
        symbols: resolves its names.
    """

    def __init__(
        self, calls: Iterable[ast.Call], assigns: Iterable[ast.Assign], symbols: Symbols
    ) -> None:
        self._calls = calls
        self._assigns = assigns
        self._symbols = symbols

    def uses(self, receiver: ast.expr) -> frozenset[str]:
        """The attributes that are called or set anywhere on a receiver written like this one."""
        return frozenset(self._uses.get(dotted(receiver), ()))

    @cached_property
    def _uses(self) -> dict[str, set[str]]:
        uses: dict[str, set[str]] = {}
        for call in self._calls:
            if isinstance(call.func, ast.Attribute):
                uses.setdefault(dotted(call.func.value), set()).add(call.func.attr)
        for target, _ in self._stores():
            uses.setdefault(dotted(target.value), set()).add(target.attr)
        return uses

    @cached_property
    def customised(self) -> frozenset[str]:
        """Classes (and modules) that are altered here, or have an instance that is.

        By class and not by variable, for the altered instance is often returned, stored or handed on.
        """
        found: set[str] = set()
        for receiver, owner in self._alterations:
            known = self._symbols.types(receiver) or self._symbols.names(receiver)
            found.update((owner,) if owner else known)
        return frozenset(found)

    @cached_property
    def altered(self) -> tuple[ast.expr, ...]:
        """The receivers that are altered here."""
        return tuple(receiver for receiver, _ in self._alterations)

    @cached_property
    def _alterations(self) -> list[tuple[ast.expr, str]]:
        """Altered receivers, and their class where the alteration itself tells it."""
        found: list[tuple[ast.expr, str]] = []
        for call in self._calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr in _MOUNTS:
                owner, plain = _MOUNTS[call.func.attr]
                receiver = self._symbols.types(call.func.value) or (owner,)
                adapters = [self._symbols.types(argument) for argument in call.args[1:2]]
                if owner in receiver and adapters != [(plain,)]:
                    found.append((call.func.value, owner))
        for target, value in self._stores():
            if self._is_callable(value, target):
                found.append((target.value, ""))
        return found

    def _stores(self) -> Iterable[tuple[ast.Attribute, ast.expr]]:
        for assign in self._assigns:
            for target in assign.targets:
                if isinstance(target, ast.Attribute):
                    yield target, assign.value

    def _is_callable(self, value: ast.expr, target: ast.Attribute) -> bool:
        """Whether what is stored replaces a method rather than data."""
        if isinstance(value, ast.Lambda) or self._symbols.is_function(value):
            return True
        # session.request = functools.partial(session.request, timeout=5)
        return isinstance(value, ast.Call) and any(
            isinstance(argument, ast.Attribute) and argument.attr == target.attr
            for argument in value.args
        )
