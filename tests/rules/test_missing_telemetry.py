"""ARC0704: what is evidence of logs, metrics, traces and correlation ids."""

from __future__ import annotations

import pytest

from archcheck.model import Verdict
from archcheck.rules.observability.missing_telemetry import MissingTelemetry
from archcheck.testing import outcomes, project_example

PYPROJECT = '[project]\nname = "shop"\nversion = "1"\n'
MODULES = {f"src/shop/m{number}.py": "def act():\n    return 1\n" for number in range(3)}
LOGS, METRICS, TRACES, CORRELATION = (
    "structured logs",
    "metrics",
    "traces or error tracking",
    "correlation id",
)


def there(files: dict[str, str]) -> set[str]:
    """The kinds of telemetry that are found in a service with these further files."""
    example = project_example("A case.", {"pyproject.toml": PYPROJECT, **MODULES, **files})
    found = outcomes(MissingTelemetry, example)
    assert len(found) == 4
    return {each.place.subject for each in found if each.verdict is Verdict.COMPLIES}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import structlog\n\nstructlog.configure()\n", {LOGS}),
        ("import structlog\n\nlog = structlog.get_logger()\n", set()),
        ("from pythonjsonlogger import jsonlogger as j\n\nformatter = j.JsonFormatter()\n", {LOGS}),
        ("import logging\n\n\nclass JsonLines(logging.Formatter): ...\n", {LOGS}),
        ("from loguru import logger\n\nlogger.configure(handlers=[{'serialize': True}])\n", {LOGS}),
        ("from loguru import logger\n\nlogger.info('ready')\n", set()),
        ("from prometheus_client import Counter\n\nC = Counter('a', 'b')\n", {METRICS}),
        ("import prometheus_client\n", set()),
        (
            "from starlette_exporter import PrometheusMiddleware\n\n\ndef set_up(app):\n"
            "    app.add_middleware(PrometheusMiddleware)\n",
            {METRICS},
        ),
        ("from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import sentry_sdk\n", set()),
        ("import sentry_sdk as s\n\ns.init()\n", {TRACES}),
        ("from opentelemetry import trace\n\ntracer = trace.get_tracer('a')\n", {TRACES}),
        ("from opentelemetry import metrics\n\nmeter = metrics.get_meter('a')\n", {METRICS}),
        ("import newrelic.agent\n\nnewrelic.agent.initialize()\n", {METRICS, TRACES}),
        ("import logfire\n\nlogfire.configure()\n", {LOGS, METRICS, TRACES}),
        ("HEADER = 'X-Request-ID'\n", {CORRELATION}),
        ("class CorrelationIdMiddleware: ...\n", {CORRELATION}),
        ("def request_count(): ...\n", set()),
        (
            "MIDDLEWARE = ['django_prometheus.middleware.PrometheusBeforeMiddleware', 'django_guid.middleware.guid']\n",
            {METRICS, CORRELATION},
        ),
        ("TEXT = 'django_prometheus.middleware'\n", set()),
    ],
)
def test_evidence_in_code(code: str, expected: set[str]) -> None:
    assert there({"src/shop/telemetry.py": code}) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("Dockerfile", 'CMD ["ddtrace-run", "gunicorn"]\n', {METRICS, TRACES}),
        ("Procfile", "web: newrelic-admin run-program gunicorn shop\n", {METRICS, TRACES}),
        ("docker-entrypoint.sh", "exec opentelemetry-instrument gunicorn\n", {METRICS, TRACES}),
        ("logging.ini", "[formatter_json]\nclass = pythonjsonlogger.json.JsonFormatter\n", {LOGS}),
        ("docs/deploy.md", "Start it with ddtrace-run.\n", set()),
    ],
)
def test_evidence_outside_of_the_code(path: str, text: str, expected: set[str]) -> None:
    assert there({path: text}) == expected


def test_tests_and_scripts_are_no_evidence() -> None:
    code = "import sentry_sdk\n\nsentry_sdk.init()\n"
    assert there({"tests/conftest.py": code, "scripts/load.py": code}) == set()


def test_what_a_shared_package_of_the_repository_sets_up_counts() -> None:
    files = {
        "pyproject.toml": PYPROJECT,
        **MODULES,
        "src/shop/main.py": "from common.logs import set_up\n\nset_up()\n",
        "libs/common/pyproject.toml": '[project]\nname = "common"\nversion = "1"\n',
        "libs/common/src/common/__init__.py": "",
        "libs/common/src/common/logs.py": "import structlog\n\n\ndef set_up():\n    structlog.configure()\n",
    }
    found = outcomes(MissingTelemetry, project_example("A case.", files))
    complying = {each.place.subject for each in found if each.verdict is Verdict.COMPLIES}
    assert complying == {LOGS}


@pytest.mark.parametrize(
    "files",
    [
        {"pyproject.toml": PYPROJECT, "src/shop/main.py": "def act(): ...\n"},
        {"pyproject.toml": PYPROJECT, "PKG-INFO": "Metadata-Version: 2.1\nName: shop\n", **MODULES},
    ],
)
def test_too_little_to_judge(files: dict[str, str]) -> None:
    assert outcomes(MissingTelemetry, project_example("A case.", files)) == []
