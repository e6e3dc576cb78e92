"""What tells the outside how a service does: structured logs, metrics, traces, error reports, correlation ids.

Evidence is what a file uses: calls, hands to a call, derives from or names in its settings. An import alone is none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from archcheck.analysis.facts import TelemetryMark
from archcheck.analysis.module import Module
from archcheck.analysis.topics.telemetry.logger_names import handled_loggers
from archcheck.model import RUNTIME_ROLES

LOGS, METRICS, TRACES, ERRORS, CORRELATION = "logs", "metrics", "traces", "errors", "correlation"


def _each(*pillars: str, names: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(names.split(), pillars)


#: Qualified name of a library, or of a part of it -> what its use is evidence of. The longest prefix decides.
_LIBRARIES: Mapping[str, tuple[str, ...]] = {
    **_each(
        LOGS,
        names="""structlog.configure structlog.configure_once structlog.stdlib.recreate_defaults
        structlog.stdlib.ProcessorFormatter structlog.processors.JSONRenderer django_structlog pythonjsonlogger
        json_log_formatter json_logging jsonformatter.JsonFormatter ecs_logging logstash_formatter logstash_async
        logstash pygelf graypy fluent.handler.FluentRecordFormatter dockerflow.logging.JsonLogFormatter eliot
        aws_lambda_powertools.Logger aws_lambda_powertools.logging google.cloud.logging.Client.setup_logging
        google.cloud.logging.handlers google.cloud.logging_v2.handlers logging_loki opentelemetry._logs
        opentelemetry.sdk._logs litestar.logging.StructLoggingConfig litestar.plugins.structlog""",
    ),
    **_each(
        METRICS,
        names="""prometheus_client starlette_exporter prometheus_fastapi_instrumentator django_prometheus
        prometheus_flask_exporter starlette_prometheus aioprometheus statsd datadog django_statsd aiodogstatsd
        aws_lambda_powertools.Metrics aws_lambda_powertools.metrics aws_embedded_metrics
        google.cloud.monitoring_v3 opentelemetry.metrics opentelemetry.sdk.metrics opentelemetry.exporter.prometheus
        opentelemetry.instrumentation.system_metrics litestar.plugins.prometheus litestar.contrib.prometheus
        tornado_prometheus sanic_prometheus""",
    ),
    **_each(
        TRACES,
        names="""opentelemetry.trace opentelemetry.sdk.trace opentelemetry.instrumentation
        opentelemetry.exporter.otlp jaeger_client opentracing py_zipkin aiozipkin aws_xray_sdk opencensus
        litestar.plugins.opentelemetry litestar.contrib.opentelemetry skywalking aws_lambda_powertools.Tracer
        aws_lambda_powertools.tracing google.cloud.trace_v2 beeline""",
    ),
    **_each(METRICS, TRACES, names="ddtrace scout_apm appsignal"),
    **_each(METRICS, TRACES, ERRORS, names="elasticapm newrelic"),
    **_each(LOGS, METRICS, TRACES, names="logfire azure.monitor.opentelemetry"),
    **_each(
        ERRORS,
        names="""sentry_sdk raven rollbar bugsnag honeybadger airbrake pybrake raygun4py
        google.cloud.error_reporting""",
    ),
    **_each(
        CORRELATION,
        names="""asgi_correlation_id structlog.contextvars django_structlog.middlewares django_guid cid
        log_request_id flask_log_request_id starlette_context opentelemetry.instrumentation.logging""",
    ),
}
_ROOTS = frozenset(name.partition(".")[0] for name in _LIBRARIES)
_STRUCTURED_FORMATTER = re.compile(
    r"json|structured|ecs|gelf|logfmt|stackdriver|gcp", re.IGNORECASE
)
_JSON_FORMATTER = re.compile(r"[\w.]+\.(?:\w*Json\w*|\w*JSON\w*)Formatter")
_ID_HEADERS = frozenset(
    {"x-request-id", "x-correlation-id", "x-trace-id", "x-amzn-trace-id", "traceparent"}
)
_LONGEST_HEADER = max(map(len, _ID_HEADERS))
#: Module-level names under which settings name classes by text.
_SETTINGS = frozenset(
    {"INSTALLED_APPS", "LOGGING", "LOGGING_CONFIG", "LOG_CONFIG", "MIDDLEWARE", "MIDDLEWARE_CLASSES"}
)  # fmt: skip
_CORRELATION_NAME = re.compile(
    r"(?:^|_)(?:request|req|correlation|trace)_?ids?(?:_|$)|(?:Request|Correlation|Trace)I[dD]",
    re.IGNORECASE,
)
STANDARD_LOGGING = "logging"
_STANDARD_LOGGERS = frozenset({"logging.Logger", "logging.LoggerAdapter"})


def pillars(name: str) -> tuple[str, ...]:
    """What the use of a library's qualified name is evidence of; empty for any other name.

    >>> pillars("prometheus_client.Counter")
    ('metrics',)
    """
    prefix = name if name.partition(".")[0] in _ROOTS else ""
    while prefix and prefix not in _LIBRARIES:
        prefix = prefix.rpartition(".")[0]
    return _LIBRARIES.get(prefix, ())


def names_correlation(name: str) -> bool:
    """Whether a function, class or variable is called after the id of a request."""
    return bool(_CORRELATION_NAME.search(name))


def library_of(logger: str) -> str:
    """The library that a class of loggers belongs to; ``""`` for any other class.

    >>> library_of("structlog.stdlib.BoundLogger"), library_of("logging.Handler")
    ('structlog', '')
    """
    if logger in _STANDARD_LOGGERS:
        return STANDARD_LOGGING
    root, _, name = logger.partition(".")
    return root if root in ("structlog", "loguru") and name and "(" not in name else ""


def structured_libraries(
    marks: Iterable[TelemetryMark], *, outside: bool
) -> Mapping[str, frozenset[str]]:
    """The libraries (``logging``, ``loguru``, ``structlog``) whose loggers write structured records.

    Each with the names of the loggers that do, an empty set where all do.

    Args:
        marks: of all modules of a program.
        outside: whether a configuration file that is no Python names a structured formatter.
    """
    found: dict[str, frozenset[str]] = {STANDARD_LOGGING: frozenset()} if outside else {}
    for mark in marks:
        library = _structured_library(mark.name) if mark.pillar == LOGS else ""
        if library:
            known = found.setdefault(library, frozenset(mark.loggers))
            serves_all = not (known and mark.loggers)
            found[library] = frozenset() if serves_all else known.union(mark.loggers)
    return found


def _structured_library(name: str) -> str:
    """The library whose loggers a use of ``name`` makes structured; ``""`` where it is one of several outlets."""
    root = name.partition(".")[0]
    if root == "opentelemetry":
        return ""
    if root in ("structlog", "litestar") and not name.endswith("ProcessorFormatter"):
        return "structlog"
    return root if root == "loguru" else STANDARD_LOGGING


def telemetry(module: Module) -> tuple[TelemetryMark, ...]:
    """The evidence in a file of the product; the first place of each kind."""
    if module.role not in RUNTIME_ROLES:
        return ()
    found: dict[tuple[str, str], TelemetryMark] = {}
    for pillar, name, line in (*_used(module), *_own_formatters(module), *_texts(module)):
        loggers = handled_loggers(module) if pillar == LOGS else ()
        found.setdefault((pillar, name), TelemetryMark(pillar, name, line, loggers))
    return tuple(found.values())


def _used(module: Module) -> Iterator[tuple[str, str, int]]:
    """What calls name: as callee, or as an argument, as a middleware is."""
    if module.imports(*_ROOTS):
        for call in module.nodes(ast.Call):
            for node in (call.func, *_arguments(call)):
                for name in module.names(node):
                    for pillar in pillars(name):
                        yield pillar, name, call.lineno
        for definition in module.nodes(ast.ClassDef):
            for base in definition.bases:
                for name in module.names(base):
                    for pillar in pillars(name):
                        yield pillar, name, definition.lineno
    if module.imports("loguru"):
        for method in ("add", "configure"):
            for call in module.calls_by_name.get(method, ()):
                owner = module.resolve(call.func).rpartition(".")[0]
                if owner in ("loguru.logger", "loguru.Logger") and _serializes(call):
                    yield LOGS, f"loguru.logger.{method}", call.lineno


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    for value in (*call.args, *(keyword.value for keyword in call.keywords)):
        items = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
        yield from (item for item in items if isinstance(item, (ast.Name, ast.Attribute)))


def _serializes(call: ast.Call) -> bool:
    """Whether a sink of loguru is told to write JSON."""
    for part in ast.walk(call):
        if isinstance(part, ast.keyword) and part.arg == "serialize":
            return not (isinstance(part.value, ast.Constant) and not part.value.value)
        if isinstance(part, ast.Dict):
            for key, value in zip(part.keys, part.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "serialize":
                    return not (isinstance(value, ast.Constant) and not value.value)
    return False


def _own_formatters(module: Module) -> Iterator[tuple[str, str, int]]:
    """Formatters of the project's own that write JSON, by their name or by what they call."""
    if not module.imports("logging"):
        return
    writers = {
        module.class_of(call)
        for call in module.calls_by_name.get("dumps", ())
        if module.resolve(call.func).partition(".")[0] in ("json", "orjson", "simplejson", "ujson")
    }
    for node in module.nodes(ast.ClassDef):
        if any(module.resolve(base) == "logging.Formatter" for base in node.bases) and (
            node in writers or _STRUCTURED_FORMATTER.search(node.name)
        ):
            yield LOGS, f"{STANDARD_LOGGING}.{node.name}", node.lineno


def _texts(module: Module) -> Iterator[tuple[str, str, int]]:
    """Headers that carry an id, and classes that settings name by text."""
    holds_settings = any(
        isinstance(target, ast.Name) and target.id in _SETTINGS
        for assign in module.nodes(ast.Assign)
        for target in assign.targets
    ) or bool(module.calls_by_name.get("dictConfig"))
    for constant in module.nodes(ast.Constant):
        text = constant.value
        if not isinstance(text, str):
            continue
        if len(text) <= _LONGEST_HEADER and text.lower().replace("_", "-") in _ID_HEADERS:
            yield CORRELATION, text, constant.lineno
        elif holds_settings and "." in text:
            for pillar in pillars(text):
                yield pillar, text, constant.lineno
            if _JSON_FORMATTER.fullmatch(text):
                yield LOGS, text, constant.lineno
