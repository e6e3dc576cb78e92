"""Seeds of principle 3."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from seeding.seed import Seed, mutates
from seeding.source import Source, body_nodes, is_open, keyword

_VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "request"})
_ENDLESS = frozenset(
    {"urllib.request.urlopen", "smtplib.SMTP", "smtplib.SMTP_SSL", "ftplib.FTP", "imaplib.IMAP4_SSL",
     "http.client.HTTPConnection", "http.client.HTTPSConnection", "socket.create_connection"}
)  # fmt: skip
_HTTP_CLIENTS = frozenset({"requests", "httpx", "aiohttp"})
_STOPS = frozenset({"stop", "max_tries", "max_time"})


def _library(source: Source, call: ast.Call) -> str:
    """The HTTP library that a call with ``timeout=`` belongs to, as its name or its receiver's tells."""
    name = source.name(call.func)
    head, _, last = name.rpartition(".")
    if name in _ENDLESS:
        return "requests"
    if last not in _VERBS:
        return ""
    if head in _HTTP_CLIENTS:
        return head
    here = _HTTP_CLIENTS & source.libraries
    receiver = head.rpartition(".")[2].lower()
    return (
        next(iter(here))
        if len(here) == 1 and ("session" in receiver or "client" in receiver)
        else ""
    )


@mutates("ARC0301", "drop `timeout=`, or make it `None` where the library has a default")
def drop_timeout(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        timeout = keyword(call, "timeout")
        if timeout is None or is_open(call):
            continue
        if isinstance(timeout.value, ast.Constant) and timeout.value.value is None:
            continue
        library = _library(source, call)
        if library == "requests":
            yield source.seed(call, source.remove_argument(call, timeout))
        elif library:
            yield source.seed(call, source.replace(timeout.value, "None"))


@mutates("ARC0301", "a call of requests without a timeout in place of one of httpx")
def bare_request(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        name = source.name(call.func)
        if name.startswith("httpx.") and name[6:] in _VERBS and not is_open(call):
            requests, edits = source.ensure_import("requests")
            timeout = keyword(call, "timeout")
            edits += (source.replace(call.func, f"{requests}.{name[6:]}"),)
            if timeout is not None:
                edits += (source.remove_argument(call, timeout),)
            yield source.seed(call, *edits)


@mutates("ARC0302", "drop what stops a retry")
def drop_stop(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        name = source.name(call.func)
        stops = [each for each in call.keywords if each.arg in _STOPS]
        is_policy = name.startswith(("tenacity.", "backoff.on_"))
        if is_policy and len(stops) == 1 and not is_open(call):
            yield source.seed(call, source.remove_argument(call, stops[0]))


@mutates("ARC0302", "`for attempt in range(n)` made endless")
def endless_loop(source: Source) -> Iterator[Seed]:
    for loop in source.nodes(ast.For):
        tried = loop.body[0] if len(loop.body) == 1 else None
        if not isinstance(tried, ast.Try) or loop.orelse or tried.finalbody:
            continue
        is_counted = isinstance(loop.iter, ast.Call) and source.name(loop.iter.func) == "range"
        if not is_counted or not isinstance(loop.target, ast.Name):
            continue
        handlers = list(body_nodes(each for handler in tried.handlers for each in handler.body))
        leaves = any(
            isinstance(node, ast.Raise | ast.Return | ast.Break | ast.Call) and not _logs(node)
            for node in handlers
        )
        ends = any(
            isinstance(node, ast.Return | ast.Break)
            for node in body_nodes([*tried.body, *tried.orelse])
        )
        counts = any(
            isinstance(node, ast.Name) and node.id == loop.target.id
            for node in body_nodes(loop.body)
        )
        if ends and not leaves and not counts:
            start, end = source.span(loop)[0], source.span(loop.iter)[1]
            yield source.seed(loop, type(source.replace(loop, ""))(start, end, "while True"))


def _logs(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and any(
        isinstance(each, ast.Name | ast.Attribute) and "log" in ast.dump(each).lower()
        for each in ast.walk(node.func)
    )
