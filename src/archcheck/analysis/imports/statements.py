"""What does a module import, and under which condition?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.facts import (
    DEFERRED,
    DYNAMIC,
    GUARDED,
    MAIN_GUARD,
    RUNTIME,
    TYPING,
    ImportFact,
)
from archcheck.analysis.module import Module
from archcheck.analysis.syntax.children import descend
from archcheck.analysis.syntax.main_guard import is_main_guard
from archcheck.analysis.syntax.scopes import FUNCTIONS
from archcheck.analysis.syntax.typing_only import never_runs

_DYNAMIC_IMPORTS = frozenset({"importlib.import_module", "__import__"})
_DYNAMIC_NAMES = frozenset(name.rpartition(".")[2] for name in _DYNAMIC_IMPORTS)
#: Handlers of these take a missing module into account.
_IMPORT_FAILURES = frozenset(
    {"ImportError", "ModuleNotFoundError", "Exception", "BaseException", "*"}
)
#: Contexts that keep the failure of an import for later: those of haystack and of optuna.
_ATTEMPTS = frozenset({"LazyImport", "try_import"})
_PLATFORM_FACTS = frozenset(
    {
        "os.name",
        "platform.machine",
        "platform.python_implementation",
        "platform.python_version",
        "platform.python_version_tuple",
        "platform.system",
        "sys.hexversion",
        "sys.implementation",
        "sys.platform",
        "sys.version_info",
    }
)


def import_facts(module: Module) -> Iterator[ImportFact]:
    """Every imported name; a relative import that leaves the source root is left out."""
    for node in module.nodes(ast.Import):
        kind, for_types, conditional = _circumstances(module, node)
        for alias in node.names:
            local = alias.asname or alias.name.partition(".")[0]
            yield ImportFact(alias.name, "", local, node.lineno, kind, for_types, conditional)
    for from_node in module.nodes(ast.ImportFrom):
        kind, for_types, conditional = _circumstances(module, from_node)
        source = module.scopes.absolute(from_node)
        beside = from_node.level == 1 and module.scopes.package == ""
        for alias in from_node.names:
            local = alias.asname or alias.name
            if source:
                taken = (source, alias.name)
            elif beside and alias.name != "*":
                taken = (alias.name, "")
            else:
                continue
            yield ImportFact(*taken, local, from_node.lineno, kind, for_types, conditional)
    for call in module.calls.named(_DYNAMIC_NAMES):
        target = _dynamic_target(call, module)
        if target:
            yield ImportFact(target, "", "", call.lineno, DYNAMIC)


def _circumstances(module: Module, node: ast.Import | ast.ImportFrom) -> tuple[str, bool, bool]:
    """The kind of an import statement, whether it stands under ``TYPE_CHECKING``, and whether it is conditional."""
    if module.parent(node) is module.tree:  # as nearly all do
        return RUNTIME, False, False
    return (
        import_kind(module, node),
        _under_type_checking(module, node),
        _is_conditional(module, node),
    )


def _dynamic_target(call: ast.Call, module: Module) -> str:
    """The absolute module that a call imports by a literal name, or ``""``."""
    written = _argument(call, 0, "name")
    if not isinstance(written, ast.Constant) or not isinstance(written.value, str):
        return ""
    function, target = module.resolve(call.func), written.value
    if function not in _DYNAMIC_IMPORTS:
        return ""
    if not target.startswith("."):
        return target
    return _relative_target(target, call, module) if function != "__import__" else ""


def _relative_target(target: str, call: ast.Call, module: Module) -> str:
    """What ``import_module(".name", package)`` imports, or ``""`` when the package is computed."""
    anchor = _argument(call, 1, "package")
    if isinstance(anchor, ast.Constant) and isinstance(anchor.value, str):
        package = anchor.value
    elif isinstance(anchor, ast.Name) and anchor.id == "__name__":
        package = module.name
    elif isinstance(anchor, ast.Name) and anchor.id == "__package__":
        package = module.scopes.package or ""
    else:
        return ""
    name = target.lstrip(".")
    steps_up = len(target) - len(name) - 1
    parts = package.split(".") if package else []
    if not name or steps_up >= len(parts):
        return ""
    return ".".join([*parts[: len(parts) - steps_up], name])


def _argument(call: ast.Call, position: int, keyword: str) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((item.value for item in call.keywords if item.arg == keyword), None)


def _under_type_checking(module: Module, node: ast.AST) -> bool:
    """See `ImportFact.under_type_checking`."""
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.If) and child in ancestor.body:
            match ancestor.test:
                case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
                    return True
        child = ancestor
    return False


def _is_conditional(module: Module, node: ast.AST) -> bool:
    """See `ImportFact.conditional`."""
    return has_fallback(node, module) or any(
        isinstance(each, (ast.If, ast.Match)) for each in module.ancestors(node)
    )


def import_kind(module: Module, node: ast.AST) -> str:
    """Which kind of edge an import statement makes; see `ImportFact.kind`."""
    kind = RUNTIME
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.If):
            if never_runs(child, ancestor, module.names):
                return TYPING
            if is_main_guard(ancestor.test) and child in ancestor.body:
                return MAIN_GUARD
            if kind == RUNTIME and _asks_platform(ancestor.test, module):
                kind = GUARDED
        elif isinstance(ancestor, FUNCTIONS):
            kind = DEFERRED
        elif kind == RUNTIME and _expects_failure(child, ancestor, module):
            kind = GUARDED
        child = ancestor
    return kind


def has_fallback(node: ast.AST, module: Module) -> bool:
    """Whether the program copes without the import at ``node``, or chooses it by version or platform."""
    child = node
    for ancestor in module.ancestors(node):
        if _expects_failure(child, ancestor, module):
            return True
        child = ancestor
    return depends_on_platform(node, module)


def depends_on_platform(node: ast.AST, module: Module) -> bool:
    """Whether a question for the version or platform decides if ``node`` runs, or only type checkers read it."""
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.If) and (
            never_runs(child, ancestor, module.names) or _asks_platform(ancestor.test, module)
        ):
            return True
        child = ancestor
    return False


def _asks_platform(test: ast.expr, module: Module, depth: int = 3) -> bool:
    """Whether a condition looks at the version or platform, itself or through names: ``PY3 = sys.version_info > ...``."""
    for part in descend(test):
        if not isinstance(part, (ast.Name, ast.Attribute)):
            continue
        if not _PLATFORM_FACTS.isdisjoint(module.names(part)):
            return True
        if depth and isinstance(part, ast.Name):
            for binding in module.scopes.scope_of(part).lookup(part.id):
                value = binding.value if binding.kind == "assign" else None
                if value is not None and _asks_platform(value, module, depth - 1):
                    return True
    return False


def _expects_failure(child: ast.AST, ancestor: ast.AST, module: Module) -> bool:
    """Whether the program goes on when the import at ``child`` fails."""
    if isinstance(ancestor, ast.Try) and child not in ancestor.finalbody:
        caught = {name for handler in ancestor.handlers for name in module.caught(handler)}
        return not caught.isdisjoint(_IMPORT_FAILURES)
    if isinstance(ancestor, ast.With):
        for item in ancestor.items:
            call = item.context_expr
            name = module.resolve(call.func) if isinstance(call, ast.Call) else ""
            if name.rpartition(".")[2] in _ATTEMPTS:
                return True
            if isinstance(call, ast.Call) and name == "contextlib.suppress":
                suppressed = {name for argument in call.args for name in module.names(argument)}
                return not suppressed.isdisjoint(_IMPORT_FAILURES)
    return False
