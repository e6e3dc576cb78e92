"""What makes a program tell how it does without a line of its own code: agents and log configurations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archcheck.analysis.manifests.model import Instrumentation
from archcheck.analysis.manifests.repository import Repository

DATADOG, NEW_RELIC, OPENTELEMETRY = "ddtrace-run", "newrelic-admin", "opentelemetry-instrument"
OPENTELEMETRY_OPERATOR = "instrumentation.opentelemetry.io/inject-python"
AGENTS = (DATADOG, NEW_RELIC, OPENTELEMETRY, OPENTELEMETRY_OPERATOR)
_AGENT = re.compile("|".join(map(re.escape, AGENTS)))
_FORMATTER = re.compile(
    r"\b(?:pythonjsonlogger|json_log_formatter|ecs_logging|structlog)(?:\.\w+)+"
    # The limit keeps a hostile text from being read once for each of its letters.
    r"|\b[A-Za-z_][\w.]{0,200}J(?:son|SON)Formatter\b"
)
_START_SCRIPT = re.compile(
    r"(?:[\w-]*(?:entrypoint|start|run|boot|launch|serve)[\w-]*)(?:\.sh)?", re.IGNORECASE
)
_LOG_CONFIGURATION = re.compile(
    r"log(?:s|ger|ging)?[\w-]*\.(?:ini|conf|cfg|ya?ml|json|toml)", re.IGNORECASE
)


def instrumentation(
    repository: Repository, member: str, deployment: Iterable[str]
) -> Iterator[Instrumentation]:
    """Find agents in what starts the program, and structured formatters in log configurations.

    Args:
        repository: its files.
        member: the member's root.
        deployment: its container build and deployment files.
    """
    starting = set(deployment)
    for path in repository.below(member):
        name = path.rpartition("/")[2]
        if path in starting or _START_SCRIPT.fullmatch(name):
            yield from _found(repository, path, _AGENT)
        elif _LOG_CONFIGURATION.fullmatch(name):
            yield from _found(repository, path, _FORMATTER)


def _found(
    repository: Repository, path: str, pattern: re.Pattern[str]
) -> Iterator[Instrumentation]:
    text = repository.script(path)
    for match in pattern.finditer(text):
        yield Instrumentation(path, text.count("\n", 0, match.start()) + 1, match[0])
