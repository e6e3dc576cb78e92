"""What does ``**options`` pass: a dict in braces, one that the function fills, or what the caller passed?"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from archcheck.analysis.calls.site import HIDDEN, Value
from archcheck.analysis.names.flow import position, reaching, surely_before
from archcheck.analysis.names.tracing import Tracing
from archcheck.analysis.syntax.bindings import Binding
from archcheck.analysis.syntax.children import descend

if TYPE_CHECKING:
    from archcheck.analysis.module import Module

#: Given, but nobody knows with which value.
_SOMETHING = Value("given")
#: They look at a dict and leave it as it is.
_READING = frozenset({"copy", "get", "items", "keys", "values"})
_LOOKING = frozenset(
    {"bool", "dict", "isinstance", "len", "list", "print", "repr", "set", "sorted", "str", "tuple"}
)


class Spread(Struct, frozen=True):
    """What a ``**`` passes.

    Attributes:
        pairs: keyword -> its value; in state ``unknown`` where it may not be passed.
        open: there may be others.
    """

    pairs: Mapping[str, Value]
    open: bool = False


_NOTHING = Spread({})
_ANYTHING = Spread({}, open=True)


def spread_of(node: ast.expr, module: Module) -> Spread:
    """What ``**node`` passes.

    Args:
        node: behind the stars of a call.
        module: the file of the call.
    """
    return _Reading(module, node).of(node)


class _Reading(Tracing):
    """What the dicts hold that reach one call."""

    def __init__(self, module: Module, use: ast.expr) -> None:
        super().__init__(module, depth=6, steps=60)
        self._use = use
        self._home = module.function_of(use)

    def of(self, node: ast.expr) -> Spread:
        """What a dict holds once the call is made."""
        return self._within(self._of, node, _ANYTHING)

    def _of(self, node: ast.expr) -> Spread:
        if isinstance(node, ast.Dict):
            return _joined(self._parts(node))
        if isinstance(node, ast.Name):
            return self._of_name(node)
        if isinstance(node, ast.IfExp):
            return _either(map(self.of, (node.body, node.orelse)))
        if isinstance(node, ast.BoolOp):
            return _either(map(self.of, node.values))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return _joined(map(self.of, (node.left, node.right)))
        return self._of_call(node) if isinstance(node, ast.Call) else _ANYTHING

    def _parts(self, node: ast.Dict) -> Iterator[Spread]:
        for key, value in zip(node.keys, node.values, strict=True):
            name = _text(key)
            if key is None:
                yield self.of(value)
            else:
                yield Spread({name: self._module.value(value)}) if name else _ANYTHING

    def _of_call(self, node: ast.Call) -> Spread:
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr == "copy" and not node.args:
            return self.of(func.value)
        return self._passed(node) if self._module.names(func) == ("dict",) else _ANYTHING

    def _passed(self, node: ast.Call) -> Spread:
        """What the arguments of ``dict(...)`` or ``options.update(...)`` come to."""
        parts = [self.of(each) for each in node.args]
        for keyword in node.keywords:
            if keyword.arg is None:
                parts.append(self.of(keyword.value))
            else:
                parts.append(Spread({keyword.arg: self._module.value(keyword.value)}))
        return _joined(parts)

    # --- variables

    def _of_name(self, node: ast.Name) -> Spread:
        bindings = reaching(node, self._module)
        if not bindings:
            return _ANYTHING
        since = max(position(each.node) for each in bindings)
        parts = [_either(self._of_binding(each) for each in bindings)]
        removed: set[str] = set()
        for use in self._uses(node, bindings):
            change = self._change(use, removed)
            if change is None:
                return _ANYTHING
            statement = self._module.statement_of(use)
            surely = since <= position(statement) < position(self._use) and surely_before(
                use, self._use, self._module
            )
            parts.append(change if surely else _either((change, _NOTHING)))
        found = _joined(parts)
        return Spread({**found.pairs, **dict.fromkeys(removed, HIDDEN)}, found.open)

    def _of_binding(self, binding: Binding) -> Spread:
        if binding.kind not in ("assign", "annotated") or binding.value is None:
            return _ANYTHING
        found = self.of(binding.value)
        # What a module or a function around this one holds, others fill as well.
        return found if self._is_own(binding) else Spread(found.pairs, open=True)

    def _is_own(self, binding: Binding) -> bool:
        return self._home is not None and self._module.function_of(binding.node) is self._home

    def _uses(self, node: ast.Name, bindings: Iterable[Binding]) -> Iterator[ast.Name]:
        """The other places that read the variable."""
        scopes = self._module.scopes
        variable = scopes.scope_of(node).lookup(node.id)
        is_own = self._home is not None and all(
            each.kind == "parameter" or self._is_own(each) for each in bindings
        )
        for each in descend(self._home if is_own and self._home else self._module.tree):
            if (
                isinstance(each, ast.Name)
                and each.id == node.id
                and each is not node
                and isinstance(each.ctx, ast.Load)
                and scopes.scope_of(each).lookup(each.id) is variable
            ):
                yield each

    def _change(self, use: ast.Name, removed: set[str]) -> Spread | None:
        """What one use of a dict puts into it; None where the dict leaves our sight.

        Args:
            use: its name.
            removed: receives what the use takes out of it.
        """
        parent = self._module.parent(use)
        if isinstance(parent, ast.Subscript) and parent.value is use:
            return self._stored(parent, removed)
        if isinstance(parent, ast.Attribute):
            call = self._module.parent(parent)
            if isinstance(call, ast.Call) and call.func is parent:
                return self._done(call, parent.attr, removed)
            return None
        return _NOTHING if self._is_look(use, parent) else None

    def _stored(self, item: ast.Subscript, removed: set[str]) -> Spread:
        """What ``options["timeout"] = 5`` puts in; nothing for a look."""
        name = _text(item.slice)
        if isinstance(item.ctx, ast.Load):
            return _NOTHING
        if not name:
            return _ANYTHING
        if isinstance(item.ctx, ast.Del):
            removed.add(name)
            return _NOTHING
        statement = self._module.parent(item)
        if isinstance(statement, ast.Assign):
            return Spread({name: self._module.value(statement.value)})
        return Spread({name: _SOMETHING})

    def _done(self, call: ast.Call, method: str, removed: set[str]) -> Spread | None:
        """What the call of a method puts in; None for a method that may do anything."""
        if method in _READING:
            return _NOTHING
        if method == "update":
            return self._passed(call)
        name = _text(call.args[0]) if call.args else ""
        if method == "setdefault":
            return Spread({name: _SOMETHING}) if name else _ANYTHING
        if method != "pop" or not name:
            return None
        removed.add(name)
        return _NOTHING

    def _is_look(self, use: ast.expr, parent: ast.AST | None) -> bool:
        """Whether a dict is only looked at, or its items are handed on."""
        if isinstance(parent, ast.Call):
            return _LOOKING.issuperset(self._module.names(parent.func) or ("?",))
        if isinstance(parent, ast.keyword):
            return parent.arg is None
        if isinstance(parent, ast.Dict):
            return parent.keys[parent.values.index(use)] is None
        if isinstance(parent, (ast.If, ast.IfExp, ast.While)):
            return parent.test is use
        if isinstance(parent, ast.BoolOp):
            return self._is_look(parent, self._module.parent(parent))
        return isinstance(parent, (ast.Compare, ast.FormattedValue, ast.UnaryOp))


def _text(key: ast.expr | None) -> str:
    """The literal text of a key; ``""`` for any other."""
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def _joined(parts: Iterable[Spread]) -> Spread:
    """What several dicts come to that are put into one, the later on top of the earlier."""
    pairs: dict[str, Value] = {}
    is_open = False
    for part in parts:
        if part.open:
            is_open = True
            for name, value in pairs.items():
                pairs[name] = _SOMETHING if value.given else value
        for name, value in part.pairs.items():
            stays = not value.given and name in pairs and pairs[name].given
            pairs[name] = _SOMETHING if stays else value
    return Spread(pairs, is_open)


def _either(parts: Iterable[Spread]) -> Spread:
    """What one of several dicts holds, nobody knows which."""
    found = list(parts)
    names = dict.fromkeys(name for part in found for name in part.pairs)
    pairs: dict[str, Value] = {}
    for name in names:
        values = [part.pairs.get(name, HIDDEN) for part in found]
        if not all(value.given for value in values):
            pairs[name] = HIDDEN
        else:
            pairs[name] = values[0] if len(set(values)) == 1 else _SOMETHING
    return Spread(pairs, any(part.open for part in found))
