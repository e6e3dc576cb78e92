"""What does a module put away, and when: attributes that it closes, hooks that run at the end?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.facts import Evidence, LifecycleFacts
from archcheck.analysis.module import Module
from archcheck.analysis.names.values import simple_name
from archcheck.analysis.topics.lifecycle.fate import CLOSERS
from archcheck.analysis.topics.lifecycle.resources import CLOSED_BY_HAND
from archcheck.model import Role

#: Exit stacks and the like, which close what they are given.
_TAKERS = frozenset(
    {"aclosing", "closing", "enter_async_context", "enter_context", "push", "finalize"}
)
#: Arguments of applications that run something when they stop.
_ARGUMENTS = frozenset({"after_shutdown", "lifespan", "on_cleanup", "on_shutdown"})
#: Functions and decorators that register something for the end, whatever their arguments.
_REGISTERS = frozenset(
    {"add_signal_handler", "after_server_stop", "after_serving", "after_shutdown", "before_server_stop",
     "main_process_stop", "on_shutdown", "shutdown_process", "while_serving"}
)  # fmt: skip
#: Those that register for several events: the event is their first argument.
_EVENTS = {
    "add_event_handler": frozenset({"shutdown"}),
    "listener": frozenset({"after_server_stop", "before_server_stop", "main_process_stop"}),
    "on_event": frozenset({"shutdown"}),
}
#: Lists and signals of an application or worker to which hooks are added.
_SIGNALS = frozenset(
    {"cleanup_ctx", "on_cleanup", "on_shutdown", "worker_process_shutdown", "worker_shutdown", "worker_shutting_down"}
)  # fmt: skip
_ADDERS = frozenset({"append", "connect", "extend"})
_FUNCTIONS = frozenset({"atexit.register", "signal.signal", "contextlib.AsyncExitStack"})
#: Attributes under which applications keep what belongs to them: ``app.state.client``, ``app.ctx.client``.
_STATES = frozenset({"ctx", "state"})
_APPLICATION = "aiohttp.web.Application"


def lifecycle_facts(module: Module) -> LifecycleFacts:
    """The facts of ``module``; tests and examples tell none."""
    if module.role in (Role.TEST, Role.DOCS):
        return LifecycleFacts()
    return LifecycleFacts(
        tuple(sorted(set(_closed_attributes(module)))),
        tuple(_held(module)),
        _has_hook(module),
    )


def attribute_name(node: ast.Attribute, module: Module) -> str:
    """What a closed attribute is called in the facts: with its class where that is known."""
    owner = module.symbols.owner_class(node)
    return f"{module.symbols.definition_name(owner) if owner is not None else ''}.{node.attr}"


def _closed_attributes(module: Module) -> Iterator[str]:
    for name in CLOSERS & module.calls_by_name.keys():
        for call in module.calls_by_name[name]:
            func = call.func
            if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Attribute):
                yield attribute_name(func.value, module)
    for name in _TAKERS & module.calls_by_name.keys():
        for call in module.calls_by_name[name]:
            for argument in call.args:
                if isinstance(argument, ast.Attribute):
                    yield attribute_name(argument, module)
    statements: list[ast.With | ast.AsyncWith] = [
        *module.nodes(ast.With),
        *module.nodes(ast.AsyncWith),
    ]
    for statement in statements:
        for item in statement.items:
            if isinstance(item.context_expr, ast.Attribute):
                yield attribute_name(item.context_expr, module)


def _held(module: Module) -> Iterator[Evidence]:
    assigns: list[ast.Assign | ast.AnnAssign] = [
        *module.nodes(ast.Assign),
        *module.nodes(ast.AnnAssign),
    ]
    for assign in assigns:
        value = assign.value.value if isinstance(assign.value, ast.Await) else assign.value
        if not isinstance(value, ast.Call):
            continue
        for target in assign.targets if isinstance(assign, ast.Assign) else [assign.target]:
            name = _held_name(target, module)
            if name and CLOSED_BY_HAND.issuperset(module.types(value) or ("",)):
                yield Evidence(name, assign.lineno)


def _held_name(target: ast.expr, module: Module) -> str:
    """How a module-level variable, or an attribute or item of an application, is written; ``""`` for another target."""
    if isinstance(target, ast.Name):
        bindings = module.scopes.module_scope.bindings.get(target.id)
        return target.id if module.scopes.scope_of(target).lookup(target.id) is bindings else ""
    if isinstance(target, ast.Attribute) and simple_name(target.value) in _STATES:
        return f"{simple_name(target.value)}.{target.attr}"
    if (
        isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and module.types(target.value) == (_APPLICATION,)
    ):
        return f"{simple_name(target.value)}[{target.slice.value!r}]"
    return ""


def _has_hook(module: Module) -> bool:
    calls = module.calls_by_name
    if any(
        keyword.arg in _ARGUMENTS for call in module.nodes(ast.Call) for keyword in call.keywords
    ):
        return True
    if not _REGISTERS.isdisjoint(calls):
        return True
    for name, events in _EVENTS.items():
        for call in calls.get(name, ()):
            first = call.args[0] if call.args else None
            if isinstance(first, ast.Constant) and first.value in events:
                return True
    for name in _ADDERS & calls.keys():
        for call in calls[name]:
            if isinstance(call.func, ast.Attribute) and simple_name(call.func.value) in _SIGNALS:
                return True
    if any(
        _is_bare_hook(each, module)
        for function in module.functions
        for each in function.decorator_list
    ):
        return True
    return any(
        name in _FUNCTIONS
        for tail in ("register", "signal", "AsyncExitStack")
        for call in calls.get(tail, ())
        for name in module.names(call.func)
    )


def _is_bare_hook(decorator: ast.expr, module: Module) -> bool:
    """``@app.after_serving`` or ``@worker_shutdown.connect``, without a call."""
    if not isinstance(decorator, ast.Attribute):
        return False
    return decorator.attr in _REGISTERS or (
        decorator.attr in _ADDERS and simple_name(decorator.value) in _SIGNALS
    )
