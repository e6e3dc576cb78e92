"""From a call in a tree to a `CallSite`, which holds no tree."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from msgspec import Struct

from archcheck.analysis.calls.local_addresses import OPENERS, opens_local_address
from archcheck.analysis.calls.site import ABSENT, CallSite, Value
from archcheck.analysis.calls.spread import spread_of
from archcheck.analysis.names.values import short
from archcheck.analysis.syntax.bindings import Scope

if TYPE_CHECKING:
    from archcheck.analysis.module import Module


class _Passed(Struct):
    """What a call passes, `functools.partial` around the callee included."""

    arguments: list[Value]
    keywords: dict[str, Value]
    star: bool = False
    double_star: bool = False


def call_site(module: Module, node: ast.Call, target: str) -> CallSite:
    """``node`` as plain data, called ``target``."""
    parent = module.parent(node)
    awaited = isinstance(parent, ast.Await)
    outer = module.parent(parent) if awaited and parent is not None else parent
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
    passed = _passed(module, node)
    scope = module.scopes.scope_of(node)
    return CallSite(
        target=target,
        text=short(node.func),
        place=module.place(node),
        role=module.role,
        arguments=tuple(passed.arguments),
        keywords=tuple(passed.keywords.items()),
        star=passed.star,
        double_star=passed.double_star,
        function=_qualname(scope, "function"),
        owner=_qualname(scope, "class"),
        in_async=module.in_async(node),
        awaited=awaited,
        in_loop=module.in_loop(node),
        usage=_usage(node if not awaited else parent, outer),
        guarded=module.guarded(node),
        main_guard=module.in_main_guard(node),
        contexts=module.contexts(node),
        handled=module.handled(node),
        passed_to=_passed_to(module, outer),
        receiver=_made_by(module, receiver) if receiver is not None else ABSENT,
        receiver_uses=module.receivers.uses(receiver) if receiver is not None else frozenset(),
        customised=target.rpartition(".")[0] in module.receivers.customised,
        local_address=target in OPENERS and opens_local_address(node, module),
    )


def _passed(module: Module, node: ast.Call) -> _Passed:
    """The arguments as the callee sees them: those that a partial binds stand first."""
    passed = _Passed([], {})
    for call in (*reversed(module.symbols.partials(node.func)), node):
        own = call.args if call is node else call.args[1:]
        for argument in own:
            if isinstance(argument, ast.Starred):
                passed.star = True
            if passed.star:
                break
            passed.arguments.append(module.value(argument))
        for keyword in call.keywords:
            if keyword.arg is None:
                spread = spread_of(keyword.value, module)
                passed.double_star = passed.double_star or spread.open
                passed.keywords = {**spread.pairs, **passed.keywords}
            else:
                passed.keywords[keyword.arg] = module.value(keyword.value)
    return passed


def _qualname(scope: Scope | None, kind: str) -> str:
    """The qualified name of the nearest function or class around a scope, inside the module."""
    while scope is not None and scope.kind != kind:
        scope = scope.parent
    return scope.qualname if scope is not None else ""


def _passed_to(module: Module, parent: ast.AST | None) -> tuple[str, ...]:
    """The callee of the call whose argument has this parent."""
    if isinstance(parent, ast.keyword):
        parent = module.parent(parent)
    return module.names(parent.func) if isinstance(parent, ast.Call) else ()


def _made_by(module: Module, receiver: ast.expr) -> Value:
    call = module.symbols.origin(receiver)
    return module.value(call) if call is not None else ABSENT


def _usage(node: ast.AST | None, parent: ast.AST | None) -> str:
    if isinstance(parent, ast.Expr):
        return "discarded"
    if isinstance(parent, ast.withitem):
        return "entered"
    if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        return "assigned"
    if isinstance(parent, (ast.Return, ast.Yield)):
        return "returned"
    if isinstance(parent, (ast.Attribute, ast.Subscript)):
        return "chained"
    if isinstance(parent, ast.keyword) or (
        isinstance(parent, ast.Call) and parent.func is not node
    ):
        return "argument"
    return "other"
