"""From a parsed file to its facts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from archcheck.analysis import facts
from archcheck.analysis.calls import CallSite
from archcheck.analysis.kinds import EVIDENCE_CALLS, EVIDENCE_NAMES
from archcheck.analysis.logs import log_level
from archcheck.analysis.module import Module, is_main_guard
from archcheck.analysis.scopes import FUNCTIONS
from archcheck.analysis.values import dotted
from archcheck.model import Role

_ASSERTING = re.compile(
    r"^_*(assert|check|verify|expect|validate|ensure|should|compare|match|snapshot|raises|warns|approve|fail)"
    r"|(^|_)assert(_|$)|Assert",
    re.IGNORECASE,
)
_SETTINGS_BASES = frozenset(
    {
        "pydantic_settings.BaseSettings",
        "pydantic.BaseSettings",
        "pydantic.v1.BaseSettings",
        "environs.Env",
        "traitlets.config.Configurable",
    }
)
_DYNAMIC = frozenset({"importlib.import_module", "__import__"})


def collect(module: Module, deferred_calls: Iterable[CallSite] = ()) -> facts.ModuleFacts:
    """The facts of ``module``."""
    return facts.ModuleFacts(
        path=module.path,
        name=module.name,
        role=module.role,
        is_package=module.is_package,
        lines=module.text.count("\n") + 1,
        imports=tuple(_imports(module)),
        functions=tuple(_functions(module)),
        classes=tuple(_classes(module)),
        variables=tuple(_variables(module)),
        constructs=tuple(_constructs(module)),
        environment_reads=tuple(environment_reads(module)),
        deferred_calls=tuple(deferred_calls),
        settings_class=_defines_settings(module),
    )


# --- imports


def _imports(module: Module) -> Iterable[facts.ImportFact]:
    for node in module.nodes(ast.Import):
        kind = import_kind(module, node)
        for alias in node.names:
            local = alias.asname or alias.name.partition(".")[0]
            yield facts.ImportFact(alias.name, "", local, node.lineno, kind)
    for from_node in module.nodes(ast.ImportFrom):
        source = module.scopes.absolute(from_node)
        if not source:
            continue
        kind = import_kind(module, from_node)
        for alias in from_node.names:
            yield facts.ImportFact(
                source, alias.name, alias.asname or alias.name, from_node.lineno, kind
            )
    for call in module.nodes(ast.Call):
        if not call.args or not isinstance(call.args[0], ast.Constant):
            continue
        target = call.args[0].value
        if isinstance(target, str) and module.resolve(call.func) in _DYNAMIC:
            if not target.startswith("."):
                yield facts.ImportFact(target, "", "", call.lineno, facts.DYNAMIC)


def import_kind(module: Module, node: ast.AST) -> str:
    """Which kind of edge an import statement makes."""
    kind = facts.RUNTIME
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.If):
            if _is_typing_guard(ancestor.test, module):
                in_body = child in ancestor.body
                if in_body:
                    return facts.TYPING
            elif is_main_guard(ancestor.test):
                return facts.MAIN_GUARD
            elif _is_platform_check(ancestor.test, module) and kind == facts.RUNTIME:
                kind = facts.GUARDED
        elif isinstance(ancestor, FUNCTIONS):
            kind = facts.DEFERRED
        elif isinstance(ancestor, ast.Try) and kind == facts.RUNTIME:
            caught = {name for handler in ancestor.handlers for name in module.caught(handler)}
            if caught & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException", "*"}:
                kind = facts.GUARDED
        child = ancestor
    return kind


def _is_typing_guard(test: ast.expr, module: Module) -> bool:
    if isinstance(test, ast.Constant):
        return test.value is False
    if isinstance(test, (ast.Name, ast.Attribute)):
        names = module.names(test)
        return any(name.rpartition(".")[2] == "TYPE_CHECKING" for name in names) or (
            isinstance(test, ast.Name) and test.id in ("TYPE_CHECKING", "MYPY")
        )
    return False


def _is_platform_check(test: ast.expr, module: Module) -> bool:
    for part in ast.walk(test):
        if isinstance(part, ast.Attribute) and dotted(part) in (
            "sys.platform",
            "sys.version_info",
            "os.name",
            "sys.implementation",
        ):
            return True
    return False


# --- definitions


def _functions(module: Module) -> Iterable[facts.FunctionFact]:
    functions = [*module.nodes(ast.FunctionDef), *module.nodes(ast.AsyncFunctionDef)]
    if not functions:
        return
    calls: dict[ast.AST, list[ast.Call]] = {}
    for call in module.nodes(ast.Call):
        function = module.function_of(call)
        while isinstance(function, ast.Lambda):
            function = module.function_of(function)
        if function is not None:
            calls.setdefault(function, []).append(call)
    asserting = _containing(module, ast.Assert)
    raising = _containing(module, ast.Raise)
    for function in sorted(functions, key=lambda node: node.lineno):
        own = calls.get(function, [])
        scope = module.scopes.scope_of(function).qualname
        yield facts.FunctionFact(
            qualname=f"{scope}.{function.name}" if scope else function.name,
            line=function.lineno,
            is_async=isinstance(function, ast.AsyncFunctionDef),
            calls=tuple(dict.fromkeys(name for call in own for name in called_names(module, call))),
            asserts=function in asserting or any(_asserts(call) for call in own),
            logs=any(log_level(call, module) for call in own),
            raises=function in raising,
            is_test=module.role is Role.TEST and is_test_function(module, function),
        )


def _containing(module: Module, kind: type[ast.AST]) -> set[ast.AST]:
    found: set[ast.AST] = set()
    for node in module.nodes(kind):
        function = module.function_of(node)
        if function is not None:
            found.add(function)
    return found


def called_names(module: Module, call: ast.Call) -> tuple[str, ...]:
    """Qualified names of the callee; ``.name`` for a method of an unknown receiver."""
    func = call.func
    if isinstance(func, ast.Attribute):
        names = module.names(func)
        if names:
            return names
        owner = module.symbols.owner_class(func)
        if owner is not None:
            return (f"{module.symbols.definition_name(owner)}.{func.attr}",)
        return (f".{func.attr}",)
    return module.names(func)


def _asserts(call: ast.Call) -> bool:
    func = call.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return bool(name and _ASSERTING.search(name))


def is_test_function(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether pytest or unittest would collect it by its name and place."""
    if not function.name.startswith("test"):
        return False
    owner = module.parent(function)
    if isinstance(owner, ast.Module):
        return True
    if isinstance(owner, ast.ClassDef):
        return owner.name.startswith("Test") or owner.name.endswith(("Test", "Tests", "TestCase")) or bool(owner.bases)
    return isinstance(owner, (ast.If, ast.Try))


def _classes(module: Module) -> Iterable[facts.ClassFact]:
    for node in module.nodes(ast.ClassDef):
        bases: list[str] = []
        for base in node.bases:
            expression = base.value if isinstance(base, ast.Subscript) else base
            bases.extend(module.names(expression) or ("?",))
        scope = module.scopes.scope_of(node).qualname
        yield facts.ClassFact(
            f"{scope}.{node.name}" if scope else node.name, node.lineno, tuple(bases)
        )


def _variables(module: Module) -> Iterable[tuple[str, str]]:
    scope = module.scopes.module_scope
    for name, bindings in scope.bindings.items():
        if not any(binding.kind in ("assign", "annotated", "with") for binding in bindings):
            continue
        types = module.symbols.types_of_bindings(bindings)
        if len(types) == 1:
            yield name, types[0]


# --- marks


def _constructs(module: Module) -> Iterable[facts.Evidence]:
    for call in module.nodes(ast.Call):
        for name in module.names(call.func) if _may_be_evidence(call.func, module) else ():
            if name in EVIDENCE_CALLS and not module.in_main_guard(call):
                yield facts.Evidence(name, call.lineno)
    for node in module.nodes(ast.ClassDef):
        for base in node.bases:
            for name in module.names(base):
                if name in EVIDENCE_CALLS:
                    yield facts.Evidence(name, node.lineno)
    for assign in module.nodes(ast.Assign):
        for target in assign.targets:
            if isinstance(target, ast.Name) and target.id in EVIDENCE_NAMES:
                yield facts.Evidence(target.id, assign.lineno)


def _may_be_evidence(func: ast.expr, module: Module) -> bool:
    tail = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return bool(tail) and (tail in _EVIDENCE_TAILS or isinstance(func, ast.Name))


_EVIDENCE_TAILS = frozenset(name.rpartition(".")[2] for name in EVIDENCE_CALLS)


def environment_reads(module: Module) -> Iterable[facts.EnvironmentRead]:
    """Every read of an environment variable, in source order."""
    if not module.imports("os", "decouple", "environs"):
        return
    found: list[facts.EnvironmentRead] = []
    for call in module.nodes(ast.Call):
        func = call.func
        tail = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
        if tail not in ("getenv", "get", "setdefault", "config", "getenvb") and not isinstance(
            func, ast.Name
        ):
            continue
        if module.resolve(func) in (
            "os.getenv",
            "os.environ.get",
            "os.environ.setdefault",
            "decouple.config",
        ):
            found.append(facts.EnvironmentRead(_literal_name(call.args), call.lineno))
    for node in module.nodes(ast.Subscript):
        if isinstance(node.ctx, ast.Load) and isinstance(node.value, (ast.Name, ast.Attribute)):
            if module.resolve(node.value) == "os.environ":
                found.append(facts.EnvironmentRead(_literal_name([node.slice]), node.lineno))
    for compare in module.nodes(ast.Compare):
        if isinstance(compare.ops[0], (ast.In, ast.NotIn)):
            right = compare.comparators[0]
            if (
                isinstance(right, (ast.Name, ast.Attribute))
                and module.resolve(right) == "os.environ"
            ):
                found.append(facts.EnvironmentRead(_literal_name([compare.left]), compare.lineno))
    yield from sorted(found, key=lambda read: (read.line, read.name))


def _literal_name(arguments: list[ast.expr]) -> str:
    if arguments and isinstance(arguments[0], ast.Constant) and isinstance(arguments[0].value, str):
        return arguments[0].value
    return ""


def _defines_settings(module: Module) -> bool:
    for node in module.nodes(ast.ClassDef):
        if any(name in _SETTINGS_BASES for base in node.bases for name in module.names(base)):
            return True
    return False
