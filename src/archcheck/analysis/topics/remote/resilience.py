"""Which calls ask another service, and what provides for its failure: retries, breakers, fallbacks?

The program's own database and cache are no other service here. Clients that retry by themselves (boto3, OpenAI,
Anthropic, Stripe, Google Cloud, urllib3) are provided for, so that their calls do not count.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator

from archcheck.analysis.facts import Evidence, ResilienceFacts
from archcheck.analysis.module import Module
from archcheck.analysis.topics.errors.handlers import BROAD, handling
from archcheck.analysis.topics.remote.outbound import DEADLINES

_VERBS = ("delete", "get", "head", "options", "patch", "post", "put", "request")
_REMOTE = frozenset(
    {
        *(
            f"{owner}.{verb}"
            for owner in (
                "aiohttp.ClientSession",
                "httpx",
                "httpx.AsyncClient",
                "httpx.Client",
                "requests",
                "requests.Session",
            )
            for verb in _VERBS
        ),
        "aiohttp.ClientSession.ws_connect",
        "aiohttp.request",
        "aiosmtplib.send",
        "http.client.HTTPConnection",
        "http.client.HTTPSConnection",
        "httpx.AsyncClient.send",
        "httpx.AsyncClient.stream",
        "httpx.Client.send",
        "httpx.Client.stream",
        "httpx.stream",
        "pika.BlockingConnection",
        "requests.Session.send",
        "smtplib.SMTP",
        "smtplib.SMTP_SSL",
        "urllib.request.OpenerDirector.open",
        "urllib.request.urlopen",
        "urllib.request.urlretrieve",
        "websockets.connect",
    }
)
_REMOTE_TAILS = frozenset(name.rpartition(".")[2] for name in _REMOTE)
_CLIENTS = frozenset(name.partition(".")[0] for name in _REMOTE)

_RETRYING = frozenset(
    {"aiohttp_retry", "aioretry", "backoff", "dramatiq", "httpx_retries", "opnieuw", "retry", "retrying",
     "stamina", "temporalio", "tenacity"}
)  # fmt: skip
#: They run jobs, and run them again where they are told to.
_JOB_RUNNERS = frozenset({"airflow", "arq", "celery", "huey", "prefect", "rq", "taskiq"})
_BREAKERS = frozenset({"aiobreaker", "circuitbreaker", "hyx", "lasier", "pybreaker", "purgatory"})
_BULKHEADS = frozenset(
    {"aiolimiter.AsyncLimiter", "anyio.CapacityLimiter", "anyio.Semaphore", "asyncio.BoundedSemaphore",
     "asyncio.Semaphore", "threading.BoundedSemaphore", "threading.Semaphore", "trio.CapacityLimiter"}
)  # fmt: skip
#: Not `Retry-After`, which is read, nor the attempts of somebody to log in.
_RETRY_WORD = re.compile(
    r"retr(?:y|ies|ying)(?!_?(?:after|at)\b)|back_?off|^_*(?:max_|num_|n_)?(?:attempts?|tries)$",
    re.IGNORECASE,
)
#: One of them stands in every text with such a word; to look for them takes far less time than a pattern.
_RETRY_PARTS = (
    "retry",
    "Retry",
    "RETRY",
    "etries",
    "ETRIES",
    "ackoff",
    "ACKOFF",
    "ack_off",
    "ttempt",
    "TTEMPT",
    "_tries",
    " tries",
)
_BREAKER_WORD = re.compile(r"circuit_?breaker", re.IGNORECASE)
#: What clients raise when a service does not answer, or answers with an error.
_FAILURES = re.compile(
    r"(?:aiohttp|httpx|requests|smtplib|urllib\.error|urllib3|websockets)\.|"
    r"(?:asyncio\.|socket\.)?(?:TimeoutError|timeout|ConnectionError)$"
)
_TRIES: tuple[type[ast.AST], ...] = (ast.Try, getattr(ast, "TryStar", ast.Try))


def is_remote(name: str) -> bool:
    """Whether a call of ``name`` asks another service, through a client that does not retry by itself."""
    return name in _REMOTE


def resilience_facts(module: Module, deferred: Iterable[str] = ()) -> ResilienceFacts:
    """What the module asks other services for, and what it provides for their failure.

    Args:
        module: the file.
        deferred: the paths of its calls that lead through other modules.
    """
    calls = list(_remote_calls(module))
    asks = module.imports(*_CLIENTS) or any(
        path.rpartition(".")[2] in _REMOTE_TAILS for path in deferred
    )
    retry = _first(_retries(module))
    counts = asks or module.imports(*_RETRYING, *_JOB_RUNNERS)
    return ResilienceFacts(
        remote_calls=tuple(Evidence(module.resolve(call.func), call.lineno) for call in calls),
        retries=retry if counts else (),
        retries_something=bool(retry) and not counts,
        isolation=_first(_isolation(module, calls, asks=asks)),
    )


def _first(found: Iterator[Evidence]) -> tuple[Evidence, ...]:
    first = next(found, None)
    return (first,) if first is not None else ()


def _remote_calls(module: Module) -> Iterator[ast.Call]:
    if not module.imports(*_CLIENTS):
        return
    for tail in sorted(_REMOTE_TAILS & module.calls_by_name.keys()):
        for call in module.calls_by_name[tail]:
            names = module.names(call.func)
            if names and _REMOTE.issuperset(names):
                yield call


# --- retries


def _retries(module: Module) -> Iterator[Evidence]:
    """The signs of a policy of retries: a library, else a name."""
    yield from _imported(module, _RETRYING)
    if any(part in module.text for part in _RETRY_PARTS):
        for name, node in _identifiers(module):
            if _RETRY_WORD.search(name):
                yield Evidence(name, getattr(node, "lineno", 0))


def _identifiers(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Each identifier of the module but attributes, once, with the first node that bears it."""
    seen = {""}
    for node in module.scopes.entries:
        if isinstance(node, ast.Name):
            name = node.id
        elif isinstance(node, (ast.arg, ast.keyword)):
            name = node.arg or ""
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = node.name
        else:
            continue
        if name not in seen:
            seen.add(name)
            yield name, node


def _imported(module: Module, roots: Collection[str]) -> Iterator[Evidence]:
    if not module.imports(*roots):
        return
    found = [
        *((alias.name, node) for node in module.nodes(ast.Import) for alias in node.names),
        *((module.scopes.absolute(node), node) for node in module.nodes(ast.ImportFrom)),
    ]
    for name, node in found:
        root = name.partition(".")[0]
        if root in roots:
            yield Evidence(root, node.lineno)


# --- isolation


def _isolation(module: Module, calls: list[ast.Call], *, asks: bool) -> Iterator[Evidence]:
    yield from _imported(module, _BREAKERS)
    for owner in module.nodes(ast.ClassDef):
        if _BREAKER_WORD.search(owner.name):
            yield Evidence(owner.name, owner.lineno)
    if not asks:
        return
    for handler in module.nodes(ast.ExceptHandler):
        if _is_fallback(handler, module, calls):
            yield Evidence("fallback", handler.lineno)
    for call in module.nodes(ast.Call):
        for name in module.names(call.func):
            if name in DEADLINES or name in _BULKHEADS:
                yield Evidence(name, call.lineno)


def _is_fallback(handler: ast.ExceptHandler, module: Module, calls: list[ast.Call]) -> bool:
    """Whether the program goes on without a service that failed, and tells of it."""
    caught = module.caught(handler)
    if not any(_FAILURES.match(name) for name in caught):
        attempt = module.parent(handler)
        attempts = {each for call in calls for each in _attempts(call, module)}
        if BROAD.isdisjoint(caught) or attempt not in attempts:
            return False
    done = handling(handler, module)
    return not (done.reraises or done.raises_after or done.exits) and (done.logs or done.reports)


def _attempts(call: ast.Call, module: Module) -> Iterator[ast.AST]:
    """The ``try`` statements whose handlers see what ``call`` raises."""
    child: ast.AST = call
    for ancestor in module.ancestors(call):
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return
        if isinstance(ancestor, _TRIES) and child in getattr(ancestor, "body", ()):
            yield ancestor
        child = ancestor
