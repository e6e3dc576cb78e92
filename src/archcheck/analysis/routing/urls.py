"""Which path does an expression spell? With the constants of other modules left to be looked up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.routing.facts import UNKNOWN_URL, Url, UrlPart
from archcheck.model import Role

_MAX_DEPTH = 8
_MAX_CHARACTERS = 200
_TRIMMING = frozenset({"lstrip", "rstrip", "strip"})
#: Worth remembering for other modules: ``/api``, ``api/v1/``, ``v1``.
_URL_PIECE = re.compile(r"/?[\w.~{}<:>-]+(?:/[\w.~{}<:>-]*)+|/|/[\w.~-]+|v\d+(?:\.\d+)?")


def url_of(node: ast.expr | None, module: Module, depth: int = 0) -> Url:
    """The path that ``node`` spells; nothing for an absent one or ``None``."""
    if node is None:
        return ()
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            return (UrlPart(node.value),) if node.value else ()
        return () if node.value is None else UNKNOWN_URL
    if depth > _MAX_DEPTH:
        return UNKNOWN_URL
    if isinstance(node, ast.JoinedStr):
        return tuple(part for value in node.values for part in url_of(value, module, depth + 1))
    if isinstance(node, ast.FormattedValue):
        return url_of(node.value, module, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return (*url_of(node.left, module, depth + 1), *url_of(node.right, module, depth + 1))
    if isinstance(node, (ast.Name, ast.Attribute)):
        return _named(node, module, depth)
    if isinstance(node, ast.Call):
        return _called(node, module, depth)
    return UNKNOWN_URL


def constants(module: Module) -> Iterator[tuple[str, Url]]:
    """The string constants of the module and its classes that look like a piece of a path."""
    if module.role is Role.TEST or not module.name:
        return
    assignments: list[ast.Assign | ast.AnnAssign] = [
        *module.nodes(ast.Assign),
        *module.nodes(ast.AnnAssign),
    ]
    for statement in assignments:
        value = statement.value
        if value is None or not isinstance(module.parent(statement), (ast.Module, ast.ClassDef)):
            continue
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        if not isinstance(target, ast.Name) or not _may_be_url(value):
            continue
        url = url_of(value, module)
        if url and url != UNKNOWN_URL:
            scope = module.scopes.scope_of(statement).qualname
            yield ".".join(part for part in (module.name, scope, target.id) if part), url


def _may_be_url(node: ast.expr) -> bool:
    """The cheap first question: most strings of a program are no paths."""
    if isinstance(node, ast.Constant):
        return (
            isinstance(node.value, str)
            and len(node.value) <= _MAX_CHARACTERS
            and _URL_PIECE.fullmatch(node.value) is not None
        )
    if isinstance(node, ast.JoinedStr):
        return any(
            isinstance(part, ast.Constant) and "/" in str(part.value) for part in node.values
        )
    return isinstance(node, ast.BinOp) and (_may_be_url(node.left) or _may_be_url(node.right))


def _named(node: ast.Name | ast.Attribute, module: Module, depth: int) -> Url:
    if isinstance(node, ast.Name):
        bindings = module.symbols.bindings(node)
        if len(bindings) == 1 and bindings[0].kind in ("assign", "annotated"):
            return url_of(bindings[0].value, module, depth + 1)
    names = module.names(node)
    path = names[0] if len(names) == 1 else module.paths.of(node)
    return (UrlPart(constant=path),) if module.symbols.is_first_party(path) else UNKNOWN_URL


def _called(node: ast.Call, module: Module, depth: int) -> Url:
    """What a call does not change: ``str(X)``, ``X.rstrip("/")``, a translated path of Django."""
    if isinstance(node.func, ast.Attribute) and node.func.attr in _TRIMMING:
        return url_of(node.func.value, module, depth + 1)
    names = module.names(node.func)
    if node.args and any(name == "str" or name.endswith(".gettext_lazy") for name in names):
        return url_of(node.args[0], module, depth + 1)
    return UNKNOWN_URL
