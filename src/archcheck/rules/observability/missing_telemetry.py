"""ARC0704 missing-telemetry."""

from __future__ import annotations

from collections.abc import Iterator

from archcheck.analysis.topics.telemetry.telemetry import CORRELATION, ERRORS, LOGS, METRICS, TRACES
from archcheck.analysis.topics.telemetry.telemetry_evidence import evidence
from archcheck.model import RUNTIME_ROLES, Kind, Outcome, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

#: What a service owes its operators: name -> what is evidence of it.
_PILLARS = {
    "structured logs": (LOGS,),
    "metrics": (METRICS,),
    "traces or error tracking": (TRACES, ERRORS),
    "correlation id": (CORRELATION,),
}
#: With fewer modules it is a demonstration or a helper beside something else.
_MIN_MODULES = 3
_PYPROJECT = '[project]\nname = "shop"\nversion = "1"\n'
_MODULES = {
    f"src/shop/{name}.py": f"def {verb}(order):\n    return order\n"
    for name, verb in (("orders", "place"), ("payments", "charge"), ("stock", "reserve"))
}
_LOGS = (
    "import structlog\n\n\ndef set_up():\n    structlog.configure(\n        processors=[\n"
    "            structlog.contextvars.merge_contextvars,\n            structlog.processors.JSONRenderer(),\n        ]\n    )\n"
)
_METRICS = (
    "from prometheus_client import Counter\n\nORDERS = Counter('orders_total', 'Orders placed')\n"
)
_ERRORS = "import sentry_sdk\n\n\ndef set_up(dsn):\n    sentry_sdk.init(dsn=dsn)\n"
_IDS = (
    "from contextvars import ContextVar\n\nrequest_id: ContextVar[str] = ContextVar('request_id')\n"
)
_OBSERVED = {
    "src/shop/logs.py": _LOGS,
    "src/shop/metrics.py": _METRICS,
    "src/shop/errors.py": _ERRORS,
    "src/shop/ids.py": _IDS,
}


class MissingTelemetry(ProjectRule):
    """A service or worker does not tell the outside how it does.

    Four things are asked for: structured logs, metrics, traces or error tracking, and an id that joins what belongs
    to one request. Without them an incident is reconstructed from guesses.

    Evidence is what the product's code uses: structlog, JSON formatters and loguru's `serialize` where they are
    configured; prometheus_client, statsd, OpenTelemetry, Sentry and their like where they are called or handed over;
    middlewares and variables for request ids. Agents that start the program (`ddtrace-run`, `newrelic-admin`,
    `opentelemetry-instrument`) count, and so do log configurations that are no Python. Not flagged: projects of
    fewer than three modules; unpacked archives, where what starts the program has been left out.
    """

    code = "ARC0704"
    severity = Severity.INFO
    noun = "kinds of telemetry are there"
    message = "no {pillar} found"
    advice = "see the evidence that counts in the rule's documentation: `archcheck explain ARC0704`"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER})
    whole_repository = True
    seed = (
        "001, checklist: structured logging with correlation IDs; 002: logging, metrics, tracing configured; "
        "004: monitoring"
    )
    good = (
        Example(
            "Each of the four is there.",
            _PYPROJECT,
            path="pyproject.toml",
            files={**_MODULES, **_OBSERVED},
        ),
        Example(
            "An agent brings metrics and traces.",
            _PYPROJECT,
            path="pyproject.toml",
            files={
                **_MODULES,
                "src/shop/logs.py": _LOGS,
                "src/shop/ids.py": _IDS,
                "Dockerfile": 'FROM python:3.12-slim\nCMD ["ddtrace-run", "gunicorn", "shop.main:app"]\n',
            },
        ),
    )
    bad = (
        Example(
            "Nobody outside knows anything.",
            f"# [missing-telemetry]\n{_PYPROJECT}",
            path="pyproject.toml",
            files=_MODULES,
        ),
        Example(
            "What is only required measures nothing.",
            f'# [missing-telemetry]\n{_PYPROJECT}dependencies = ["prometheus-client"]\n',
            path="pyproject.toml",
            files={
                **_MODULES,
                **{path: code for path, code in _OBSERVED.items() if "metrics" not in path},
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        """Yield four outcomes a member."""
        for member in project.members:
            own = [each for each in project.facts_of(member) if each.role in RUNTIME_ROLES]
            if sum(bool(each.functions or each.classes) for each in own) < _MIN_MODULES:
                continue
            found = evidence(project, member)
            for pillar, proofs in _PILLARS.items():
                place = file_place(project.home_of(member), 1, pillar)
                if any(proof in found for proof in proofs):
                    yield self.complies(place)
                elif not project.unpacked:
                    yield self.violates(place, pillar=pillar)
