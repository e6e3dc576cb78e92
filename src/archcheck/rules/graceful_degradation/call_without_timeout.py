"""ARC0301."""

from __future__ import annotations

from archcheck.analysis.calls.site import Value
from archcheck.analysis.queries import Called, Locked
from archcheck.analysis.topics.remote.outbound import (
    DEADLINES,
    GRPC_STUB,
    OUTBOUND,
    REDIS,
    TIMEOUT_OBJECTS,
    Wait,
    wait_of,
)
from archcheck.model import Outcome, Severity
from archcheck.rule import CallRule, CallSite, Example, Judgement, Pending

_SWITCHED_OFF = "`{call}` switches its timeout off: a stalled peer blocks it for ever"
#: Without a host these connect later, where another bound may be given.
_CONNECT_LATER = frozenset({"ftplib.FTP", "ftplib.FTP_TLS"})


class CallWithoutTimeout(CallRule):
    """An outbound network call can wait for ever.

    A peer that never answers then holds the thread or task that asked, and one slow dependency takes the whole
    service down. Libraries differ: requests, urllib, smtplib, psycopg2 and others wait for ever unless told
    otherwise; httpx, aiohttp, the SDKs of OpenAI, Slack and others have a default and are reported only where it is
    switched off. redis-py has had one since 8.0, so the locked version decides, and without one nothing is said.

    A stream whose timeout is switched off is advice: it may be silent for long, but its connection should be bound. So is
    a call under `if __name__ == "__main__"`, where somebody sits in front and stops what hangs.

    Not flagged: a timeout passed through ``**kwargs`` or held by a DSN, a pool or a socket; a session of a subclass,
    with a replaced method or with an adapter of its own; an awaited call inside `asyncio.timeout`, `wait_for` and
    their kin; where the project calls `socket.setdefaulttimeout`, the calls that heed it (requests does not);
    ``httpx.Timeout(read=None, connect=5)``, as streams need it; an address that surely is a ``data:`` or ``file:`` one; ``socket_timeout=None`` of redis, as listeners need
    it; calls of a gRPC stub whose channel this module did not make.
    """

    code = "ARC0301"
    severity = Severity.ERROR
    noun = "outbound calls have a timeout"
    message = "`{call}` has no timeout: a stalled peer blocks it for ever"
    advice = "pass a timeout in seconds, with its value from the settings"
    waived_by = ("S113", "B113", "W3101")
    seed = (
        "Seed 001, principle 3: cascade failures occur when one component failure triggers others"
    )
    calls = frozenset({*OUTBOUND, f"{GRPC_STUB}.*"})
    good = (
        Example(
            "A bound wait.",
            "import requests\n\n\ndef fetch(url):\n    return requests.get(url, timeout=5).json()\n",
        ),
        Example(
            "httpx waits five seconds at most unless told otherwise.",
            "import httpx\n\n\ndef fetch(url):\n    return httpx.get(url).json()\n",
        ),
        Example(
            "An adapter of the session's own may bound every call.",
            "import requests\n\nfrom app.http import TimeoutAdapter\n\nsession = requests.Session()\n"
            'session.mount("https://", TimeoutAdapter(seconds=5))\n\n\ndef fetch(url):\n'
            "    return session.get(url).json()\n",
        ),
        Example(
            "A stream may be silent for long, but its connection is bound.",
            "import httpx\n\n\ndef listen(url):\n    timeout = httpx.Timeout(10, read=None)\n"
            '    return httpx.stream("GET", url, timeout=timeout)\n',
        ),
    )
    bad = (
        Example(
            "Waits for ever.",
            "import requests\n\n\ndef fetch(url):\n"
            "    return requests.get(url).json()  # [call-without-timeout]\n",
        ),
        Example(
            "So does a session.",
            "import requests\n\n\nclass Prices:\n    def __init__(self):\n        self._session = requests.Session()\n"
            "\n    def of(self, item):\n"
            "        return self._session.get(item.url).json()  # [call-without-timeout]\n",
        ),
        Example(
            "The default is switched off.",
            "import httpx\n\nclient = httpx.AsyncClient(timeout=None)  # [call-without-timeout]\n",
        ),
        Example(
            "A mail server can stall as well.",
            "import smtplib\n\n\ndef send(message):\n"
            '    with smtplib.SMTP("mail", 25) as server:  # [call-without-timeout]\n'
            "        server.send_message(message)\n",
        ),
    )

    def judge(self, call: CallSite) -> Judgement | None:
        wait = wait_of(call.target)
        if wait is None or call.customised or not _speaks(call):
            return None
        given = _arguments(call, wait)
        if any(_endless(value, wait) for value in given):
            if call.target in REDIS:
                return None
            return self._unbounded(call, _SWITCHED_OFF, advice=_is_stream(call))
        if any(value.given for value in given):
            return self.complies(call)
        if any(value.unknown for value in given) or _carried(call, wait):
            return None
        if wait.from_receiver:
            kept = [call.receiver.keyword(name) for name in wait.parameters]
            if any(_endless(value, wait) for value in kept):
                return None  # the client is made here, and reported there
            if any(value.given for value in kept):
                return self.complies(call)
            if not wait.bounded and (call.receiver.absent or call.receiver.open):
                return None
        if wait.bounded:
            return self.complies(call)
        return self._unless_bounded_elsewhere(call, wait)

    def _unless_bounded_elsewhere(self, call: CallSite, wait: Wait) -> Judgement | None:
        """The verdict on a call without a timeout that the locked version or a default may bound."""
        violation = self._unbounded(call, self.message)
        path = call.place.location.path
        if violation is not None and call.target in REDIS:
            return Pending(Locked("redis", ">=8.0.0", path), self.complies(call), violation)
        if violation is not None and wait.socket_default:
            called = Called("socket.setdefaulttimeout", path)
            return Pending(called, self.complies(call), violation)
        return violation

    def _unbounded(self, call: CallSite, message: str, *, advice: bool = False) -> Outcome | None:
        if not DEADLINES.isdisjoint((*call.contexts, *call.passed_to)):
            # A deadline ends what is awaited; a call that blocks the thread is not interrupted by it.
            return self.complies(call) if call.awaited or call.passed_to else None
        return self.violates(call, message=message, advice=advice or call.main_guard)


def _speaks(call: CallSite) -> bool:
    """Whether this call connects, and is one that should end soon."""
    if call.local_address:
        return False
    if call.target in _CONNECT_LATER:
        return not call.argument("host", 0).absent
    if call.target.startswith(f"{GRPC_STUB}."):
        # Any other use may be a stream, which is open for as long as there is something to tell.
        return call.awaited or call.usage == "chained"
    return True


def _is_stream(call: CallSite) -> bool:
    """Whether the answer is read piece by piece, for as long as there is something to tell."""
    return call.target.endswith(".stream") or call.argument("stream").literal is True


def _arguments(call: CallSite, wait: Wait) -> list[Value]:
    first, *others = wait.parameters
    return [call.argument(first, wait.position), *(call.argument(name) for name in others)]


def _endless(value: Value, wait: Wait) -> bool:
    """Whether an argument switches the bound off."""
    if value.is_literal:
        return value.literal in wait.endless
    if value.open:
        return False
    if value.call in TIMEOUT_OBJECTS:
        kind = TIMEOUT_OBJECTS[value.call]
        bounds = [value.keyword(name) for name in kind.parameters]
        given = [bound for bound in (*value.items, *bounds) if bound.given]
        switched_off = all(bound.is_literal and bound.literal in kind.endless for bound in given)
        return switched_off and (bool(given) or not kind.bounded)
    return bool(value.items) and not value.call and all(item.is_none for item in value.items)


def _carried(call: CallSite, wait: Wait) -> bool:
    """Whether another argument may hold the bound in itself."""
    if wait.carrier is None:
        return False
    value = call.argument(*wait.carrier)
    if value.absent or value.is_none:
        return False
    return value.string is None or any(name in value.string for name in wait.parameters)
