"""How is a string built? Literals, formatting and concatenation as one flat sequence of pieces.

``f"a {x}" + "b"``, ``"a %s" % x + "b"`` and ``"a {}".format(x) + "b"`` all become ``"a "``, ``x``, ``"b"``. Local
names are followed to their definitions, lists to their elements, so that a rule sees what reaches the end.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from itertools import islice, product

from archcheck.analysis.module import Module
from archcheck.analysis.names.flow import reaching
from archcheck.analysis.names.tracing import Tracing
from archcheck.analysis.names.values import dotted
from archcheck.analysis.syntax.bindings import Binding
from archcheck.analysis.topics.values.membership import is_one_of_a_set

Piece = str | ast.expr
"""Literal text, or an expression whose text only the running program knows."""
Pieces = tuple[Piece, ...]

_MAX_VARIANTS = 16
_MAX_PIECES = 500
_MAX_DEPTH = 12
_MAX_STEPS = 2000
_PERCENT = re.compile(
    r"%(?:\((?P<key>[^)]{0,80})\))?[#0 +-]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?P<type>[a-zA-Z%])"
)
_BRACES = re.compile(
    r"\{\{|\}\}|\{(?P<key>[A-Za-z0-9_]{0,80})[^{}:!]{0,80}(?:![rsa])?(?::(?P<spec>[^{}]{0,80}))?\}"
)
_NUMERIC = frozenset("bcdeEfFgGnoxXiu%")
#: String methods and helpers whose result is made of the same pieces.
_SAME_TEXT = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "dedent", "cleandoc", "expandtabs"}
)
_NUMBER = "0"


def variants(node: ast.expr, module: Module) -> list[Pieces]:
    """The ways in which the string ``node`` may be put together: one for each combination of branches.

    An expression that is no visible string comes back as itself: ``[(node,)]``.
    """
    return _Expansion(module).expand(node)


class _Expansion(Tracing):
    """One expansion."""

    def __init__(self, module: Module) -> None:
        super().__init__(module, depth=_MAX_DEPTH, steps=_MAX_STEPS)

    def expand(self, node: ast.expr) -> list[Pieces]:
        return self._within(self._expand, node, given_up=[(node,)])

    def _expand(self, node: ast.expr) -> list[Pieces]:
        found: list[Pieces] | None = None
        if isinstance(node, ast.Constant):
            found = [(node.value,)] if isinstance(node.value, str) else [(node,)]
        elif isinstance(node, ast.JoinedStr):
            found = self._joined([self._field(value) for value in node.values])
        elif isinstance(node, ast.BinOp):
            found = self._operation(node)
        elif isinstance(node, ast.IfExp):
            found = [*self.expand(node.body), *self.expand(node.orelse)]
        elif isinstance(node, ast.BoolOp):
            found = [pieces for value in node.values for pieces in self.expand(value)]
        elif isinstance(node, ast.NamedExpr):
            found = self.expand(node.value)
        elif isinstance(node, ast.Call):
            found = self._call(node)
        elif isinstance(node, ast.Name):
            found = self._name(node)
        return found[:_MAX_VARIANTS] if found is not None else [(node,)]

    def _joined(self, parts: Sequence[list[Pieces]]) -> list[Pieces]:
        """Every combination of the parts' variants, at most `_MAX_VARIANTS`, each as far as it can be followed."""
        found: list[Pieces] = [()]
        kept: list[
            Piece
        ] = []  # what all parts of one variant add, in place: there may be thousands of them
        for part in parts:
            if len(part) == 1:
                kept += part[0]
                continue
            pairs = islice(product(found, part), _MAX_VARIANTS)
            found = [(*left, *kept, *right)[:_MAX_PIECES] for left, right in pairs]
            kept = []
        return [(*pieces, *kept)[:_MAX_PIECES] for pieces in found]

    def _field(self, node: ast.expr) -> list[Pieces]:
        if not isinstance(node, ast.FormattedValue):
            return self.expand(node)
        spec = node.format_spec
        if isinstance(spec, ast.JoinedStr) and len(spec.values) == 1:
            only = spec.values[0]
            if isinstance(only, ast.Constant) and str(only.value)[-1:] in _NUMERIC:
                return [(_NUMBER,)]
        return self.expand(node.value)

    def _operation(self, node: ast.BinOp) -> list[Pieces] | None:
        if isinstance(node.op, ast.Add):
            return self._joined([self.expand(item) for item in _summands(node)])
        if isinstance(node.op, ast.Mult):
            for side in (node.left, node.right):
                if isinstance(side, ast.Constant) and isinstance(side.value, str):
                    return [(side.value,)]
        if isinstance(node.op, ast.Mod):
            given = self._mapping(node.right)
            return self._filled(node.right, node.left, _PERCENT, _percent_values(given))
        return None

    def _mapping(self, node: ast.expr) -> ast.expr:
        """The dictionary that a local name stands for, else ``node`` itself."""
        if isinstance(node, ast.Name):
            bindings = reaching(node, self._module)
            if len(bindings) == 1 and isinstance(bindings[0].value, ast.Dict):
                return bindings[0].value
        return node

    def _call(self, node: ast.Call) -> list[Pieces] | None:
        func = node.func
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if isinstance(func, ast.Attribute):
            if name == "format":
                values: dict[str, ast.expr] = {str(n): arg for n, arg in enumerate(node.args)}
                values.update((item.arg, item.value) for item in node.keywords if item.arg)
                return self._filled(node, func.value, _BRACES, values)
            if name == "join" and len(node.args) == 1:
                return self._separated(func.value, node.args[0])
            if name in _SAME_TEXT and not node.args:
                found = self.expand(func.value)
                return found if found != [(func.value,)] else None
        if name in _SAME_TEXT and node.args:
            return self.expand(node.args[0])
        return None

    def _filled(
        self,
        whole: ast.expr,
        template: ast.expr,
        fields: re.Pattern[str],
        values: dict[str, ast.expr],
    ) -> list[Pieces] | None:
        """The template's text with its fields replaced by what fills them."""
        found: list[Pieces] = []
        for pieces in self.expand(template):
            if not any(isinstance(piece, str) for piece in pieces):
                return None
            parts: list[list[Pieces]] = []
            number = 0
            for piece in pieces:
                if not isinstance(piece, str):
                    parts.append([(piece,)])
                    continue
                end = 0
                for field in fields.finditer(piece):
                    parts.append([(piece[end : field.start()],)])
                    end = field.end()
                    key, kind = field.groupdict().get("key"), field.groupdict()
                    if key is None and field.group() in ("%%", "{{", "}}"):
                        parts.append([(field.group()[0],)])
                        continue
                    if not key:
                        key, number = str(number), number + 1
                    if (kind.get("type") or (kind.get("spec") or "")[-1:]) in _NUMERIC:
                        parts.append([(_NUMBER,)])
                    elif key in values:
                        parts.append(self.expand(values[key]))
                    else:  # hidden in ``*args``
                        parts.append([(whole,)])
                parts.append([(piece[end:],)])
            found.extend(self._joined(parts))
        return found

    def _separated(self, separator: ast.expr, items: ast.expr) -> list[Pieces] | None:
        elements = self._elements(items)
        if elements is None:
            return None
        parts: list[list[Pieces]] = []
        for element in elements:
            parts.extend((self.expand(separator), self.expand(element)))
        return self._joined(parts[1:])

    def _elements(self, node: ast.expr) -> list[ast.expr] | None:
        """The expressions that a list, tuple, set or generator is made of; None when they are not visible."""
        return self._within(self._visible_elements, node, given_up=None)

    def _visible_elements(self, node: ast.expr) -> list[ast.expr] | None:
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return list(node.elts)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return [node.elt]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
            return self._elements(node.left) or self._elements(node.right)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = (
                self._elements(node.left),
                self._elements(node.right),
            )
            return left + right if left is not None and right is not None else None
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [node]
        if isinstance(node, ast.Call) and self._module.resolve(node.func) == "itertools.repeat":
            return node.args[:1]
        if isinstance(node, ast.Name):
            return self._list(node)
        return None

    def _list(self, node: ast.Name) -> list[ast.expr] | None:
        """Elements of a local list: of its display and of every ``append`` and ``extend``."""
        bindings = self._module.scopes.scope_of(node).lookup(node.id)
        found: list[ast.expr] = []
        for binding in bindings:
            if binding.kind not in ("assign", "annotated", "augmented") or binding.value is None:
                return None
            elements = self._elements(binding.value)
            if elements is None:
                return None
            found.extend(elements)
        for call in self._module.nodes(ast.Call):
            func = call.func
            if not (isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name)):
                continue
            if func.value.id != node.id or not call.args:
                continue
            if self._module.scopes.scope_of(func).lookup(node.id) is not bindings:
                continue
            if func.attr in ("append", "add", "insert"):
                found.append(call.args[-1])
            elif func.attr == "extend":
                elements = self._elements(call.args[0])
                if elements is None:
                    return None
                found.extend(elements)
        return found if bindings else None

    def _name(self, node: ast.Name) -> list[Pieces] | None:
        bindings = reaching(node, self._module)
        if not bindings or not all(_is_text(binding) for binding in bindings):
            return None
        if is_one_of_a_set(node, self._module):
            return None  # its definitions hold what a condition has ruled out
        found: list[Pieces] = []
        known: list[Pieces] = [()]  # a loop comes round to a definition again
        for binding in bindings:
            values = self._once(self._defined, binding, again=known)
            if binding.kind == "augmented":
                found = self._joined([found, values])
            else:
                found.extend(values)
        return found

    def _defined(self, binding: Binding) -> list[Pieces]:
        return self.expand(binding.value) if binding.value is not None else [()]


def _summands(node: ast.expr) -> list[ast.expr]:
    """The operands of a chain of ``+``, first to last."""
    found: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        found.append(node.right)
        node = node.left
    return [node, *reversed(found)]


def _is_text(binding: Binding) -> bool:
    """Whether the binding shows a value: an assignment of one name, or ``+=``."""
    if binding.kind == "augmented":
        return isinstance(binding.node, ast.AugAssign) and isinstance(binding.node.op, ast.Add)
    return binding.kind in ("assign", "annotated") and binding.value is not None


def _percent_values(node: ast.expr) -> dict[str, ast.expr]:
    if isinstance(node, ast.Tuple):
        return {str(n): item for n, item in enumerate(node.elts)}
    if isinstance(node, ast.Dict):
        return {
            str(key.value): value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant)
        }
    return {"0": node}


def is_constant_name(node: ast.expr) -> bool:
    """Whether a name or attribute is spelt as a constant: ``TABLE``, ``schema.TABLE``."""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return False
    name = dotted(node).rpartition(".")[2].strip("_")
    return name.isupper() and len(name) > 1
