"""Where does a module read environment variables, and which does it set?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.facts import EnvironmentRead
from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.topics.values.options import declares_option

_MAPPINGS = frozenset({"os.environ", "os.environb"})
_READERS = frozenset(
    {
        "decouple.config",
        "os.environ.get",
        "os.environ.pop",
        "os.environ.setdefault",
        "os.environb.get",
        "os.getenv",
        "os.getenvb",
    }
)
#: Their last segments.
READERS = frozenset(name.rpartition(".")[2] for name in _READERS)
#: Packages whose reader objects stand between the environment and the program, and the classes of these.
_READER_PACKAGES = ("decouple", "environ", "environs", "starlette")
_READER_CLASSES = frozenset(
    {"environs.Env", "environ.Env", "starlette.config.Config", "decouple.Config"}
)
#: Their methods that read no variable.
_OTHER_METHODS = frozenset(
    {
        "add_parser",
        "dump",
        "parser_for",
        "prefixed",
        "read_env",
        "read_envfile",
        "reload",
        "seal",
        "unset",
    }
)
_SETTERS = frozenset({"os.environ.setdefault"})
#: What a mapping is called that becomes the environment of another process.
_ENVIRONMENT_NAME = re.compile(r"(?:^|_)env(?:iron(?:ment)?)?(?:_vars?)?$", re.IGNORECASE)

# --- reads


def environment_reads(module: Module) -> Iterator[EnvironmentRead]:
    """Every read of an environment variable, in source order."""
    if not module.imports("os", *_READER_PACKAGES):
        return
    nodes = (*module.nodes(ast.Call), *module.nodes(ast.Subscript), *module.nodes(ast.Compare))
    found = [
        read
        for node in nodes
        if (read := environment_read(node, module) or _read_by_library(node, module)) is not None
    ]
    yield from sorted(found, key=lambda read: (read.line, read.name))


def environment_read(node: ast.expr, module: Module) -> EnvironmentRead | None:
    """The read that ``node`` itself is: a call, a subscript or an ``in``; None for anything else."""
    variable: ast.expr | None = None
    if not module.imports("os", "decouple"):
        return None
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr not in READERS:
            return None
        if module.resolve(node.func) not in _READERS:
            return None
        if module.resolve(node.func) in _SETTERS and isinstance(module.parent(node), ast.Expr):
            return None  # it gives the variable a value, and does not ask for it
        named = [keyword.value for keyword in node.keywords if keyword.arg == "key"]
        variable = next(iter([*node.args, *named]), None)
    elif isinstance(node, ast.Subscript):
        if not (isinstance(node.ctx, ast.Load) and _is_environment(node.value, module)):
            return None
        variable = node.slice
    elif isinstance(node, ast.Compare):
        asks = isinstance(node.ops[0], (ast.In, ast.NotIn))
        if not (asks and _is_environment(node.comparators[0], module)):
            return None
        variable = node.left
    else:
        return None
    return EnvironmentRead(_string(variable, module), node.lineno, _as_script(node, module))


def is_reader(func: ast.expr, module: Module) -> bool:
    """Whether what is called is a reader of `environs`, django-environ, Starlette or decouple, or a method of one."""
    if not module.imports(*_READER_PACKAGES):
        return False
    if not _READER_CLASSES.isdisjoint(module.types(func)):
        return True
    return (
        isinstance(func, ast.Attribute)
        and func.attr not in _OTHER_METHODS
        and not _READER_CLASSES.isdisjoint(module.types(func.value))
    )


def _read_by_library(node: ast.expr, module: Module) -> EnvironmentRead | None:
    """The read that a reader object of a package does: ``env.int("SHOP_ROWS")``."""
    if not (isinstance(node, ast.Call) and node.args and is_reader(node.func, module)):
        return None
    return EnvironmentRead(_string(node.args[0], module), node.lineno, _as_script(node, module))


def _as_script(node: ast.expr, module: Module) -> bool:
    function = module.function_of(node)
    return (
        getattr(function, "name", "") == "main"
        or module.in_main_guard(node)
        or _is_option_default(node, module)
    )


def _is_option_default(node: ast.expr, module: Module) -> bool:
    """``parser.add_argument("--rows", default=int(os.environ.get("ROWS", 5)))``: it is set on the command line."""
    child: ast.AST = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.stmt):
            return False
        if isinstance(child, ast.keyword) and child.arg == "default":
            return isinstance(ancestor, ast.Call) and declares_option(ancestor)
        child = ancestor
    return False


def _is_environment(node: ast.expr, module: Module) -> bool:
    # The cheap first question: whatever the mapping is called here, the module that has it was imported.
    return (
        module.imports("os")
        and isinstance(node, (ast.Name, ast.Attribute))
        and module.resolve(node) in _MAPPINGS
    )


def _string(node: ast.expr | None, module: Module) -> str:
    """The variable's name, also through a constant of the module; ``""`` when it is computed."""
    if isinstance(node, ast.Name):
        bindings = module.scopes.module_scope.bindings.get(node.id, [])
        if bindings == module.scopes.scope_of(node).lookup(node.id) and len(bindings) == 1:
            node = bindings[0].value if bindings[0].kind in ("assign", "annotated") else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


# --- writes


def environment_writes(module: Module) -> Iterator[str]:
    """Names of the variables that a module sets, for itself or for a process that it starts.

    Both ``os.environ["X"] = ...`` and the same on a mapping called ``env`` or the like count, and so does a
    display: ``run(..., env={"X": ...})``.
    """
    if "env" not in module.text.lower():
        return
    for node in module.nodes(ast.Subscript):
        if isinstance(node.ctx, ast.Store) and _becomes_environment(node.value, module):
            name = _string(node.slice, module)
            if name:
                yield name
    for call in module.nodes(ast.Call):
        for keyword in call.keywords:
            if keyword.arg and _ENVIRONMENT_NAME.search(keyword.arg):
                yield from _keys(keyword.value, module)
        func = call.func
        if (
            isinstance(func, ast.Attribute)
            and func.attr == "update"
            and _becomes_environment(func.value, module)
        ):
            for argument in call.args[:1]:
                yield from _keys(argument, module)
            yield from (keyword.arg for keyword in call.keywords if keyword.arg)
    for assign in module.nodes(ast.Assign):
        if any(_becomes_environment(target, module) for target in assign.targets):
            yield from _keys(assign.value, module)


def _becomes_environment(node: ast.expr, module: Module) -> bool:
    tail = dotted(node).rpartition(".")[2]
    return bool(_ENVIRONMENT_NAME.search(tail)) or _is_environment(node, module)


def _keys(node: ast.expr, module: Module) -> Iterator[str]:
    if isinstance(node, ast.BinOp):
        yield from (*_keys(node.left, module), *_keys(node.right, module))
    elif isinstance(node, ast.Dict):
        for key in node.keys:
            name = _string(key, module)
            if name:
                yield name
