"""Seeds of principle 10."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.model import Role
from seeding.seed import Edit, Seed, mutates
from seeding.source import Project, Source, body_nodes, dotted_name, keyword

_OPENERS = frozenset(
    {"open", "io.open", "gzip.open", "httpx.Client", "httpx.AsyncClient", "aiohttp.ClientSession", "sqlite3.connect",
     "tarfile.open", "zipfile.ZipFile", "concurrent.futures.ThreadPoolExecutor", "smtplib.SMTP",
     "concurrent.futures.ProcessPoolExecutor", "socket.socket", "socket.create_connection"}
)  # fmt: skip
_READERS = frozenset(
    {"json.load", "json.dump", "yaml.safe_load", "yaml.load", "yaml.dump", "yaml.safe_dump", "csv.reader", "csv.writer",
     "csv.DictReader", "csv.DictWriter", "pickle.load", "pickle.dump", "tomllib.load", "tomli.load", "toml.load", "list",
     "enumerate", "shutil.copyfileobj", "len", "print"}
)  # fmt: skip
_OWNED = frozenset(
    {"httpx.Client", "httpx.AsyncClient", "aiohttp.ClientSession", "sqlite3.connect", "smtplib.SMTP",
     "concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ProcessPoolExecutor", "redis.Redis", "redis.from_url",
     "redis.Redis.from_url", "redis.asyncio.Redis", "redis.asyncio.from_url", "redis.asyncio.Redis.from_url",
     "socket.socket", "socket.create_connection", "pymongo.MongoClient", "asyncpg.create_pool", "asyncpg.connect"}
)  # fmt: skip
_ENDS = frozenset({"close", "aclose", "shutdown", "disconnect", "terminate"})


@mutates("ARC1001", "`with open(...)` becomes an assignment")
def not_closed(source: Source) -> Iterator[Seed]:
    blocks: list[ast.With | ast.AsyncWith] = [*source.nodes(ast.With), *source.nodes(ast.AsyncWith)]
    for node in blocks:
        item = node.items[0]
        opened, bound = item.context_expr, item.optional_vars
        if (
            len(node.items) != 1
            or not isinstance(opened, ast.Call)
            or not isinstance(bound, ast.Name)
        ):
            continue
        if source.name(opened.func) not in _OPENERS or source.function(node) is None:
            continue
        # A client over a transport that was handed in does not own it.
        if _leaves(source, node.body, bound.id) or keyword(opened, "transport") is not None:
            continue
        body = source.dedented(node.body, source.indentation(node))
        if body is not None:
            start, end = source.span(node)
            text = f"{bound.id} = {source.code(opened)}\n{body}"
            seed = source.seed(node, Edit(start, end, text))
            yield seed


def _leaves(source: Source, body: list[ast.stmt], name: str) -> bool:
    """Whether the resource may be closed by somebody else: handed on, stored, returned, used in a closure."""
    for node in body_nodes(body):
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Yield | ast.YieldFrom
        ):
            return True
    for use in (each for statement in body for each in ast.walk(statement)):
        if not isinstance(use, ast.Name) or use.id != name:
            continue
        parent = source.parent(use)
        if isinstance(parent, ast.Attribute | ast.For | ast.comprehension | ast.AsyncFor):
            continue
        if isinstance(parent, ast.Call) and source.name(parent.func) in _READERS:
            continue
        return True
    return False


@mutates("ARC1003", "`await coroutine()` becomes a task that nobody holds")
def forgotten(source: Source) -> Iterator[Seed]:
    for node in source.nodes(ast.Await):
        call = node.value
        if not isinstance(source.parent(node), ast.Expr) or not isinstance(call, ast.Call):
            continue
        if "asyncio" in source.libraries and not source.name(call.func).startswith("asyncio."):
            asyncio, edits = source.ensure_import("asyncio")
            edits += (source.replace(node, f"{asyncio}.create_task({source.code(call)})"),)
            yield source.seed(node, *edits)


@mutates("ARC1003", "the reference to a task dropped")
def dropped(source: Source) -> Iterator[Seed]:
    for node in source.nodes(ast.Assign):
        call = node.value
        if not isinstance(call, ast.Call) or len(node.targets) != 1:
            continue
        name = source.name(call.func)
        if name in {"asyncio.create_task", "asyncio.ensure_future"} or name.endswith(
            "loop.create_task"
        ):
            start = source.span(node)[0]
            yield source.seed(node, Edit(start, source.span(call)[0], ""))


@mutates("ARC1002", "the end of a client that its class opens dropped")
def never_ended(source: Source) -> Iterator[Seed]:
    for owner in source.nodes(ast.ClassDef):
        if owner.name in source.project.lasting:
            continue
        for node in ast.walk(owner):
            if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Attribute):
                continue
            opened = node.value.value if isinstance(node.value, ast.Await) else node.value
            target = node.targets[0]
            if not isinstance(opened, ast.Call) or source.name(opened.func) not in _OWNED:
                continue
            if dotted_name(target) != f"self.{target.attr}":
                continue
            ends = _ends(source, owner, target.attr)
            if len(ends) != 1 or _is_ended_elsewhere(source.project, owner, target.attr):
                continue
            statement = next(each for each in source.around(ends[0]) if isinstance(each, ast.stmt))
            if isinstance(statement, ast.Expr) and not _is_handed_on(source, owner, target.attr):
                yield source.seed(owner, source.replace(statement, "pass"))


@mutates("ARC1002", "a class opens a client and never ends it", roles=frozenset({Role.RUNTIME}))
def opened_for_good(source: Source) -> Iterator[Seed]:
    if any(source.name(call.func) in _OWNED for call in source.calls):
        return
    for owner in source.nodes(ast.ClassDef):
        is_plain = not owner.bases and not owner.keywords and not owner.decorator_list
        # Instances that are called decorate functions, and live as long as these.
        is_decorator = any(getattr(node, "name", "") == "__call__" for node in owner.body)
        if not is_plain or is_decorator or owner.name in source.project.lasting:
            continue
        for node in owner.body:
            first = node.body[-1] if isinstance(node, ast.FunctionDef) else node
            own, inner = source.indentation(node), source.indentation(first)
            if getattr(node, "name", "") != "__init__" or not inner or first is node:
                continue
            client, edits = source.ensure_import("httpx")
            start, last = source.span(node)[0], source.span(first)[0]
            method = (
                "def rates(self):\n"
                f'{inner}return self._rates_client.get("https://rates.example").json()\n\n{own}'
            )
            opened = f"self._rates_client = {client}.Client(timeout=5)\n{inner}"
            yield source.seed(owner, *edits, Edit(start, start, method), Edit(last, last, opened))


def _ends(source: Source, owner: ast.ClassDef, name: str) -> list[ast.Attribute]:
    """Where a class ends what its attribute of this name holds."""
    return [
        node
        for node in ast.walk(owner)
        if isinstance(node, ast.Attribute)
        and node.attr in _ENDS
        and dotted_name(node.value) == f"self.{name}"
    ]


def _is_ended_elsewhere(project: Project, owner: ast.ClassDef, name: str) -> bool:
    """Whether a base, a subclass or other code ends it, by names alone."""
    for source in project.sources:
        for node in source.nodes(ast.Attribute):
            receiver = dotted_name(node.value)
            if node.attr in _ENDS and receiver.endswith(f".{name}") and receiver != f"self.{name}":
                return True
        for other in source.nodes(ast.ClassDef):
            is_akin = project.derives(other.name, {owner.name}) or project.derives(
                owner.name, {other.name}
            )
            if is_akin and _ends(source, other, name):
                return True
    return False


def _is_handed_on(source: Source, owner: ast.ClassDef, name: str) -> bool:
    """Whether the class does more with it than to bind it, test it and ask it."""
    return any(
        isinstance(node, ast.Attribute)
        and dotted_name(node) == f"self.{name}"
        and isinstance(node.ctx, ast.Load)
        and not isinstance(
            source.parent(node), ast.Attribute | ast.Compare | ast.If | ast.BoolOp | ast.UnaryOp
        )
        for node in ast.walk(owner)
    )


def _cleans_up(body: list[ast.stmt]) -> bool:
    """Whether a `finally` does more than to log, to measure or to raise."""
    nodes = list(body_nodes(body))
    calls = [dotted_name(node.func).lower() for node in nodes if isinstance(node, ast.Call)]
    tells = ("log", "notify", "time", "monotonic", "print", "perf_counter")
    return not any(isinstance(node, ast.Raise) for node in nodes) and any(
        not any(word in call for word in tells) for call in calls
    )


@mutates("ARC1004", "`try` and `finally` around a context manager's `yield` dropped")
def unprotected(source: Source) -> Iterator[Seed]:
    for function in source.functions:
        names = {dotted_name(each).rpartition(".")[2] for each in function.decorator_list}
        if not names & {"contextmanager", "asynccontextmanager"} or "lifespan" in function.name:
            continue
        for node in function.body:
            if not isinstance(node, ast.Try) or node.handlers or node.orelse:
                continue
            yields = [each for each in body_nodes(node.body) if isinstance(each, ast.Yield)]
            # A yield in a `with` is protected by that, and cleanup is a call, not a measured time.
            is_plain = any(
                isinstance(each, ast.Expr) and each.value in yields for each in node.body
            )
            if len(yields) != 1 or not is_plain:
                continue
            if not _cleans_up(node.finalbody):
                continue
            indentation = source.indentation(node)
            body = source.dedented(node.body, indentation)
            end = source.dedented(node.finalbody, indentation)
            if body is not None and end is not None:
                text = f"{body}\n{end}".removeprefix(indentation)
                yield source.seed(function, source.replace(node, text))
