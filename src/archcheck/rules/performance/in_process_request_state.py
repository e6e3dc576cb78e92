"""ARC1106."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archcheck.analysis.facts import FunctionFact, ModuleFacts, StateChange
from archcheck.analysis.routing.model import ResolvedRoute
from archcheck.model import Confidence, Kind, Outcome, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule, file_place

#: Collections of open connections belong to the process that holds these; others have to be told another way.
_CONNECTIONS = re.compile(
    r"(?:^|_)(?:clients|conns?|connections?|listeners|peers|sids?|sockets?|subscribers|transports?|websockets?|ws)(?:_|$)",
    re.IGNORECASE,
)


class InProcessRequestState(ProjectRule):
    """A request handler keeps what it was told in a variable of the module.

    Such a variable belongs to one process. The next worker does not have it, the next start has forgotten it, and a
    second request may change it while this one still reads it.

    Judged is each route handler, and what it does through functions of its own module: it adds to, changes or
    removes from a dictionary, list or set at module level, or binds a global variable to what it computed.
    Not flagged: what stands in for a store that is not configured (`else` of `if redis:`); caches, counters, metrics, locks and tasks, by their names; what is made when it is first needed;
    attributes of objects. Open connections, and what handlers of web sockets keep, are advice: they belong to one
    process, though others cannot reach them.
    """

    code = "ARC1106"
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    preview = True
    noun = "route handlers keep no state in the process"
    message = "`{handler}` keeps state in `{variable}`: other workers do not see it, and a restart loses it"
    advice = "keep it in a database or in Redis"
    kinds = frozenset({Kind.SERVICE})
    seed = "Seed 003, 12-factor VI, Processes: stateless execution"
    good = (
        Example(
            "The database remembers.",
            "from fastapi import APIRouter\n\nfrom app.db import Session\n\nrouter = APIRouter()\n\n\n"
            "@router.post('/carts/{cart}')\ndef add(cart: str, sku: str, db: Session):\n    db.add(Line(cart, sku))\n",
            path="src/app/api.py",
        ),
        Example(
            "A table that handlers only read, and one that is filled when it is first needed.",
            "from flask import Blueprint\n\nbp = Blueprint('rates', __name__)\nRATES = {}\nNAMES = {'eur': 'Euro'}\n\n\n"
            "@bp.get('/rates/<code>')\ndef rate(code):\n    if not RATES:\n        RATES.update(load())\n"
            "    return {'name': NAMES[code], 'rate': RATES[code]}\n",
            path="src/app/api.py",
        ),
    )
    bad = (
        Example(
            "Every worker has another cart.",
            "from fastapi import APIRouter\n\nrouter = APIRouter()\nCARTS: dict[str, list[str]] = {}\n\n\n"
            "@router.post('/carts/{cart}')\ndef add(cart: str, sku: str):\n"
            "    CARTS[cart] = [*CARTS.get(cart, ()), sku]  # [in-process-request-state]\n",
            path="src/app/api.py",
        ),
        Example(
            "The same through a function of the module.",
            "from flask import Blueprint, request\n\nbp = Blueprint('users', __name__)\nusers = []\n\n\n"
            "def register(user):\n    users.append(user)  # [in-process-request-state]\n\n\n"
            "@bp.post('/users')\ndef create():\n    register(request.get_json())\n    return {}, 201\n",
            path="src/app/api.py",
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for name, route in project.routing.handlers.items():
            module, qualname = project.linker.split(name)
            facts = project.modules.get(module)
            if facts is not None and facts.role in self.roles:
                yield self._judge(qualname, route, facts, project.functions[name])

    def _judge(
        self, qualname: str, route: ResolvedRoute, module: ModuleFacts, handler: FunctionFact
    ) -> Outcome:
        changes = list(_changes(qualname, module, handler))
        if not changes:
            return self.complies(file_place(module.path, handler.line, subject=qualname))
        lesser = "WEBSOCKET" in route.fact.methods
        weighty = [each for each in changes if not (lesser or _CONNECTIONS.search(each.variable))]
        first, *others = weighty or changes
        return self.violates(
            first.place,
            advice=not weighty,
            group=f"{module.path}:{first.place.location.line}",
            trace=[_step(each, module) for each in others],
            handler=qualname,
            variable=first.variable,
        )


def _changes(qualname: str, module: ModuleFacts, handler: FunctionFact) -> Sequence[StateChange]:
    """What a handler changes itself, or else through functions of its module."""
    own = [each for each in module.state_changes if each.function == qualname]
    called = {
        call.removeprefix(f"{module.name}.")
        for call in handler.calls
        if call.startswith(f"{module.name}.")
    }
    return own or [each for each in module.state_changes if each.function in called]


def _step(change: StateChange, module: ModuleFacts) -> TraceStep:
    line = change.place.location.line
    return TraceStep(module.path, line, f"`{change.variable}` is changed too")
