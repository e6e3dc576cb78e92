"""Seeds of principle 5."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterator

from archcheck.model import Role
from seeding.seed import Edit, Seed, mutates
from seeding.source import Source, body_nodes, dotted_name

_CLOSING = ("close", "stop", "shutdown", "cancel", "cleanup", "terminate", "disconnect", "teardown",
            "remove", "delete", "unlink", "kill", "release", "rollback", "exit", "del", "repr", "dispose")  # fmt: skip
_ANSWERS = ("http", "validation", "systemexit", "stopiteration", "stopasync", "importerror", "modulenotfound", "usage",
            "badparameter", "click", "exit", "abort", "api", "badrequest", "notfound", "forbidden")  # fmt: skip
_PROTOCOL = frozenset({"AttributeError", "KeyError", "IndexError", "NotImplementedError"})
#: So many have one base: whoever derives another error from `Exception` overlooked it.
_MANY_ERRORS = 6
_SIBLINGS = 2
_ROUTES = frozenset({"get", "post", "put", "patch", "delete", "route"})


def _is_broad(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.type, ast.Name) and handler.type.id == "Exception"


def _try_of(source: Source, handler: ast.ExceptHandler) -> ast.Try | None:
    found = source.parent(handler)
    return found if isinstance(found, ast.Try) else None


def _closes(name: str) -> bool:
    return any(word in name.lower() for word in _CLOSING)


def _is_followed_by_raise(source: Source, statement: ast.stmt) -> bool:
    outer = source.parent(statement)
    for block in ("body", "orelse", "finalbody"):
        statements = getattr(outer, block, None)
        if isinstance(statements, list) and statement in statements:
            rest = statements[statements.index(statement) + 1 :]
            return any(isinstance(each, ast.Raise) for each in rest)
    return False


@mutates("ARC0501", "a broad handler that does something does nothing")
def swallow(source: Source) -> Iterator[Seed]:
    for handler in source.nodes(ast.ExceptHandler):
        tried = _try_of(source, handler)
        if tried is None or not _is_broad(handler) or isinstance(handler.body[0], ast.Pass):
            continue
        if any(isinstance(each, ast.ExceptHandler) for each in source.around(handler)):
            continue
        function = source.function(handler)
        if function is not None and _closes(function.name):
            continue
        # An optional import, something that only closes, or a failure that is told right after.
        calls = [node for node in body_nodes(tried.body) if isinstance(node, ast.Call)]
        if not calls or any(isinstance(each, ast.Import | ast.ImportFrom) for each in tried.body):
            continue
        if any(_closes(dotted_name(call.func).rpartition(".")[2]) for call in calls):
            continue
        in_finally = any(
            isinstance(outer, ast.Try) and inner in outer.finalbody
            for inner, outer in zip(
                [tried, *source.around(tried)], source.around(tried), strict=False
            )
        )
        if not in_finally and not _is_followed_by_raise(source, tried):
            yield source.seed(handler, source.replace_body(handler.body, "pass"))


@mutates("ARC0502", "`except SomeError:` becomes `except:`")
def bare(source: Source) -> Iterator[Seed]:
    for handler in source.nodes(ast.ExceptHandler):
        tried = _try_of(source, handler)
        if (
            tried is None
            or handler.type is None
            or handler.name
            or handler is not tried.handlers[-1]
        ):
            continue
        if _leaves(source, handler) or any(_stops(each) for each in tried.handlers):
            continue
        if _is_followed_by_raise(source, tried):
            continue
        yield source.seed(
            handler, Edit(source.span(handler)[0], source.span(handler.type)[1], "except")
        )


def _leaves(source: Source, handler: ast.ExceptHandler) -> bool:
    for node in body_nodes(handler.body):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Call) and dotted_name(node.func).rpartition(".")[2] in {
            "exit", "_exit", "abort", "exc_info", "format_exc", "print_exc", "Failure", "fail",
        }:  # fmt: skip
            return True
    return False


def _stops(handler: ast.ExceptHandler) -> bool:
    caught = ast.dump(handler.type) if handler.type is not None else ""
    return any(name in caught for name in ("KeyboardInterrupt", "SystemExit", "BaseException"))


@mutates("ARC0503", "`raise SomeError(...)` becomes `raise Exception(...)`")
def generic(source: Source) -> Iterator[Seed]:
    for node in source.nodes(ast.Raise):
        raised = node.exc
        if not isinstance(raised, ast.Call) or not isinstance(raised.func, ast.Name):
            continue
        name = raised.func.id
        found = getattr(builtins, name, None)
        is_builtin = isinstance(found, type) and issubclass(found, Exception)
        is_ours = source.project.derives(name, {"Exception"})
        if (is_builtin and name not in {"Exception", "NotImplementedError"}) or is_ours:
            yield source.seed(node, source.replace(raised.func, "Exception"))


@mutates("ARC0504", "`raise SomeError(...) from error` without its cause")
def no_cause(source: Source) -> Iterator[Seed]:
    if source.role is Role.CLI:
        return
    for node in source.nodes(ast.Raise):
        if not isinstance(node.cause, ast.Name) or not isinstance(node.exc, ast.Call):
            continue
        name = dotted_name(node.exc.func).rpartition(".")[2]
        if not name[:1].isupper() or any(word in name.lower() for word in _ANSWERS):
            continue
        if source.project.derives(name, {"HTTPException"}) or _is_told(source, node, node.cause.id):
            continue
        function = source.function(node)
        if function is not None and function.name.startswith("__") and name in _PROTOCOL:
            continue
        if not any(each.arg and "status" in each.arg for each in node.exc.keywords):
            end = source.span(node.exc)[1]
            yield source.seed(node, Edit(end, source.span(node)[1], ""))


def _is_told(source: Source, node: ast.Raise, cause: str) -> bool:
    """Whether the handler uses what it caught, most likely in the new message, or caught a missing package."""
    handler = next(
        (each for each in source.around(node) if isinstance(each, ast.ExceptHandler)), None
    )
    if handler is None or (handler.type is not None and "Import" in ast.dump(handler.type)):
        return True
    if handler.type is not None and "ModuleNotFound" in ast.dump(handler.type):
        return True
    uses = [each for each in ast.walk(handler) if isinstance(each, ast.Name) and each.id == cause]
    causes = [each.cause for each in ast.walk(handler) if isinstance(each, ast.Raise)]
    return any(each not in causes for each in uses)


@mutates("ARC0505", "an exception leaves the project's hierarchy")
def outside(source: Source) -> Iterator[Seed]:
    root = _common_root(source)
    for node in source.tree.body:
        if not isinstance(node, ast.ClassDef) or len(node.bases) != 1 or node.name.startswith("_"):
            continue
        base = node.bases[0]
        has_children = any(node.name in bases for bases in source.project.bases.values())
        if isinstance(base, ast.Name) and base.id == root and not has_children:
            yield source.seed(node, source.replace(base, "Exception"))


def _common_root(source: Source) -> str:
    """The class of the project from which most of its exceptions derive; ``""`` where it is not most of them."""
    project = source.project
    errors = [
        name
        for name, bases in project.bases.items()
        if bases & {"Exception"} or project.derives(name, {"Exception"})
    ]
    roots = Counter(base for name in errors for base in project.bases[name] if base in errors)
    name, count = roots.most_common(1)[0] if roots else ("", 0)
    return name if count >= 10 and 2 * count > len(errors) else ""


def _only_validates(tried: ast.Try) -> bool:
    """Whether a `try` only makes or checks values of what the client sent, whose errors are meant for it."""
    calls = [node for node in body_nodes(tried.body) if isinstance(node, ast.Call)]
    names = [dotted_name(call.func).rpartition(".")[2] for call in calls]
    return all(name[:1].isupper() or "valid" in name for name in names)


@mutates("ARC0506", "an unexpected exception's text is sent to the client")
def leak(source: Source) -> Iterator[Seed]:
    is_fastapi, is_flask = "fastapi" in source.libraries, "flask" in source.libraries
    if is_fastapi == is_flask:
        return
    for handler in source.nodes(ast.ExceptHandler):
        function = source.function(handler)
        tried = _try_of(source, handler)
        if tried is None or not _is_broad(handler) or function is None or _only_validates(tried):
            continue
        verbs = {
            dotted_name(each.func).rpartition(".")[2]
            for each in function.decorator_list
            if isinstance(each, ast.Call)
        }
        last = handler.body[-1]
        if not verbs & _ROUTES or not isinstance(last, ast.Raise | ast.Return):
            continue
        error = handler.name or "error"
        edits: tuple[Edit, ...] = ()
        if handler.name is None and handler.type is not None:
            end = source.span(handler.type)[1]
            edits += (Edit(end, end, " as error"),)
        if is_fastapi:
            module, imports = source.ensure_import("fastapi")
            text = f"raise {module}.HTTPException(status_code=500, detail=str({error}))"
        else:
            module, imports = source.ensure_import("flask")
            text = f'return {module}.jsonify({{"error": str({error})}}), 500'
        yield source.seed(handler, *edits, *imports, source.replace(last, text))


def _root_of_errors(source: Source) -> str:
    """The name of the error on which most others of the project are based directly; ``""`` where none leads by far."""
    bases = source.project.bases
    errors = {name for name in bases if name.endswith(("Error", "Exception"))}
    counted = Counter(base for name in errors for base in bases[name] if base in errors)
    root, number = next(iter(counted.most_common(1)), ("", 0))
    others = [name for name in errors - {root} if bases[name] == {"Exception"}]
    leads = number >= _MANY_ERRORS and len(others) * 2 <= number
    return root if leads and bases[root] == {"Exception"} else ""


@mutates("ARC0505", "an error loses the base that most have", exclusive=True)
def outside_hierarchy(source: Source) -> Iterator[Seed]:
    root = _root_of_errors(source)
    family = [
        node
        for node in source.nodes(ast.ClassDef)
        if [dotted_name(base).rpartition(".")[2] for base in node.bases] == [root]
    ]
    # Beside others of the family: what stands elsewhere may not be meant to know it.
    if not root or len(family) < _SIBLINGS:
        return
    for node in family:
        is_base = any(node.name in bases for bases in source.project.bases.values())
        is_error = node.name.endswith(("Error", "Exception")) and not node.name.startswith("_")
        if is_error and not is_base and source.function(node) is None:
            yield source.seed(node.bases[0], source.replace(node.bases[0], "Exception"))
