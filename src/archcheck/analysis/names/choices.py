"""Who decides what a condition asks: the program itself, or its caller or operator?"""

from __future__ import annotations

import ast

from archcheck.analysis.names.symbols import Symbols
from archcheck.analysis.names.values import dotted
from archcheck.analysis.syntax.children import descend
from archcheck.analysis.syntax.scopes import Scopes

_SETTING_ROOTS = frozenset(
    {
        "settings",
        "config",
        "conf",
        "cfg",
        "options",
        "opts",
        "args",
        "env",
        "self",
        "cls",
        "environ",
    }
)
_ENVIRONMENT = frozenset({"os.getenv", "os.environ"})
#: Methods that give an item of a dict.
_TAKING = frozenset({"get", "pop", "setdefault"})


class Choices:
    """The conditions of one module.

    Args:
        scopes: its scopes and bindings.
        symbols: resolves its names.
        has_environment: it imports the module that holds the environment.
    """

    def __init__(self, scopes: Scopes, symbols: Symbols, *, has_environment: bool) -> None:
        self._scopes = scopes
        self._symbols = symbols
        self._has_environment = has_environment
        self._known: dict[ast.expr, bool] = {}

    def of_operator(self, test: ast.expr) -> bool:
        """Whether a condition asks a parameter, a setting or the environment."""
        known = self._known.get(test)
        if known is None:
            known = self._known[test] = any(
                map(self._is_chosen, descend(test))
            ) or self.reads_environment(test)
        return known

    def reads_environment(self, node: ast.AST) -> bool:
        """Whether an environment variable is read anywhere in ``node``."""
        return self._has_environment and any(
            isinstance(part, (ast.Name, ast.Attribute))
            and not _ENVIRONMENT.isdisjoint(self._symbols.names(part))
            for part in descend(node)
        )

    def _is_chosen(self, part: ast.AST) -> bool:
        if isinstance(part, ast.Attribute):
            segments = {segment.lower() for segment in dotted(part).split(".")[:-1]}
            return not _SETTING_ROOTS.isdisjoint(segments)
        if not isinstance(part, ast.Name):
            return False
        if part.id.lower() in _SETTING_ROOTS:
            return True
        return any(
            isinstance(binding.node, ast.arg)
            or (
                binding.value is not None
                and (self._is_passed(binding.value) or self.reads_environment(binding.value))
            )
            for binding in self._scopes.scope_of(part).lookup(part.id)
        )

    def _is_passed(self, value: ast.expr) -> bool:
        """Whether a value is an item of the caller's ``**kwargs``, or all of them on top of others."""
        if isinstance(value, ast.Dict):
            return any(
                key is None and self._is_kwargs(item)
                for key, item in zip(value.keys, value.values, strict=True)
            )
        if isinstance(value, ast.Subscript):
            return self._is_kwargs(value.value)
        func = value.func if isinstance(value, ast.Call) else None
        return (
            isinstance(func, ast.Attribute) and func.attr in _TAKING and self._is_kwargs(func.value)
        )

    def _is_kwargs(self, node: ast.expr) -> bool:
        """Whether an expression is the ``**kwargs`` of the function around it."""
        if not isinstance(node, ast.Name):
            return False
        for binding in self._scopes.scope_of(node).lookup(node.id):
            arguments = self._scopes.parents.get(binding.node)
            if isinstance(arguments, ast.arguments) and arguments.kwarg is binding.node:
                return True
        return False
