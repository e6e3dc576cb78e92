"""``setup.py``: the literal arguments of its ``setup()`` call. It is read as syntax and never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from archcheck.analysis.manifests.model import CONSOLE_SCRIPTS, EntryPoint, Requirement
from archcheck.analysis.manifests.pep508 import parse_requirement
from archcheck.analysis.manifests.pyproject import Declared
from archcheck.analysis.manifests.repository import Repository
from archcheck.analysis.manifests.setup_cfg import entry_points_of, ini_groups
from archcheck.analysis.syntax.parse import Parsed, parse

_MAX_DEPTH = 20
#: Methods that leave a list or dictionary as it is.
_READING = frozenset({"items", "keys", "values", "get", "copy", "index", "count"})


class _Literal(NamedTuple):
    """A string of a literal and its line."""

    text: str
    line: int


def read_setup_py(repository: Repository, path: str) -> Declared:
    """Read one; what is computed makes the requirements dynamic.

    A file that is no Python is said to be so where sources are analysed; here it only makes them dynamic.

    Raises:
        UnreadableManifestError: it cannot be opened.
    """
    parsed = parse(repository.text(path).encode(), path)
    if not isinstance(parsed, Parsed):
        return Declared(dynamic=True)
    for node in ast.walk(parsed.tree):
        if isinstance(node, ast.Call) and _is_setup(node.func):
            return _SetupCall(node, parsed.tree, path).declared()
    return Declared(has_build_system=False)


def _is_setup(function: ast.expr) -> bool:
    return (isinstance(function, ast.Name) and function.id == "setup") or (
        isinstance(function, ast.Attribute) and function.attr == "setup"
    )


class _SetupCall:
    """The call, and the module-level names that its arguments may use."""

    def __init__(self, call: ast.Call, tree: ast.Module, path: str) -> None:
        self._path = path
        self._computed = any(keyword.arg is None for keyword in call.keywords)
        self._arguments = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        self._names = _constants(tree)

    def declared(self) -> Declared:
        """What it says."""
        required = self._strings(self._argument("install_requires"))
        extras = [*self._extras(), *self._development()]
        return Declared(
            name=self._string("name"),
            version=self._string("version"),
            requires_python=self._string("python_requires"),
            has_build_system=True,
            entry_points=tuple(self._entry_points()),
            dynamic=self._computed or required is None,
            settles=bool(required) and not self._computed,
            requirements=(*self._requirements(required or [], ""), *extras),
        )

    def _argument(self, name: str) -> ast.expr | None:
        return self._arguments.get(name)

    def _value(self, node: ast.expr | None) -> ast.expr | None:
        """The expression that a name stands for, when it is bound once in the module."""
        for _ in range(_MAX_DEPTH):
            if not isinstance(node, ast.Name):
                break
            node = self._names.get(node.id)
        return node

    def _string(self, name: str) -> str:
        node = self._value(self._argument(name))
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""

    def _strings(self, node: ast.expr | None, depth: int = 0) -> list[_Literal] | None:
        """The strings of a literal list, or None when some are computed."""
        if node is None:
            return []
        node = self._value(node)
        if depth > _MAX_DEPTH:
            return None
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            lines = enumerate(node.value.split("\n"), node.lineno)
            return [_Literal(text.strip(), line) for line, text in lines if text.strip()]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts = [self._strings(node.left, depth + 1), self._strings(node.right, depth + 1)]
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            items = [item.value if isinstance(item, ast.Starred) else item for item in node.elts]
            parts = [self._strings(item, depth + 1) for item in items]
        else:
            return None
        if any(part is None for part in parts):
            return None
        return [literal for part in parts if part for literal in part]

    def _items(self, node: ast.expr | None) -> Iterator[tuple[str, ast.expr]]:
        node = self._value(node)
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value

    def _extras(self) -> Iterator[Requirement]:
        for extra, value in self._items(self._argument("extras_require")):
            # `":python_version < '3.8'"` is no extra but a marker on what is always required.
            name, _, marker = extra.partition(":")
            for literal in self._strings(value) or []:
                text = f"{literal.text}; {marker}" if marker else literal.text
                yield from self._requirements([_Literal(text, literal.line)], name.strip())

    def _development(self) -> Iterator[Requirement]:
        """What only its tests and its build need."""
        for argument, group in (("tests_require", "test"), ("setup_requires", "build")):
            yield from self._requirements(self._strings(self._argument(argument)) or [], group)

    def _entry_points(self) -> Iterator[EntryPoint]:
        node = self._value(self._argument("entry_points"))
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from entry_points_of(ini_groups(node.value))
        for group, value in self._items(node):
            literals = self._strings(value) or []
            yield from entry_points_of({group: "\n".join(literal.text for literal in literals)})
        # Files that are installed as they are: commands too, of which only the name is known.
        for literal in self._strings(self._argument("scripts")) or []:
            yield EntryPoint(CONSOLE_SCRIPTS, PurePosixPath(literal.text).name)

    def _requirements(self, literals: list[_Literal], group: str) -> Iterator[Requirement]:
        for literal in literals:
            found = parse_requirement(literal.text, self._path, literal.line, group)
            if found is not None:
                yield found


def _constants(tree: ast.Module) -> Mapping[str, ast.expr]:
    """Module-level names that are bound once, and what they are bound to."""
    found: dict[str, ast.expr] = {}
    changed: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            if node.id in found:
                changed.add(node.id)
            found.setdefault(node.id, node)
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.attr not in _READING
        ):
            changed.add(node.value.id)  # `requirements.append(...)`: no longer what it was bound to
    values: dict[str, ast.expr] = {}
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
        for target in targets:
            value = getattr(statement, "value", None)
            if (
                isinstance(target, ast.Name)
                and target.id not in changed
                and isinstance(value, ast.expr)
            ):
                values[target.id] = value
    return values
