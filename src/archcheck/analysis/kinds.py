"""What kind of project is it? A wrong kind is worse than a missed finding, so each comes with its evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.manifests import Manifests
from archcheck.model import RUNTIME_ROLES, Kind, Role

_SERVICE = frozenset(
    {
        "fastapi.FastAPI",
        "starlette.Starlette",
        "flask.Flask",
        "quart.Quart",
        "litestar.Litestar",
        "sanic.Sanic",
        "aiohttp.web.Application",
        "tornado.web.Application",
        "falcon.App",
        "falcon.asgi.App",
        "grpc.server",
        "grpc.aio.server",
        "dash.Dash",
        "bottle.Bottle",
        "robyn.Robyn",
        "pyramid.config.Configurator",
        "django.core.wsgi.get_wsgi_application",
        "django.core.asgi.get_asgi_application",
        "twisted.web.server.Site",
        "cherrypy.quickstart",
        "connexion.App",
        "connexion.FlaskApp",
    }
)
_WORKER = frozenset(
    {
        "celery.Celery",
        "dramatiq.set_broker",
        "rq.Worker",
        "rq.worker.Worker",
        "huey.RedisHuey",
        "huey.SqliteHuey",
        "faust.App",
        "faststream.FastStream",
        "taskiq_redis.ListQueueBroker",
        "taskiq.InMemoryBroker",
        "saq.Queue",
        "saq.Worker",
        "arq.worker.Worker",
        "kafka.KafkaConsumer",
        "aiokafka.AIOKafkaConsumer",
        "confluent_kafka.Consumer",
    }
)
EVIDENCE_CALLS = _SERVICE | _WORKER
EVIDENCE_NAMES = frozenset({"ROOT_URLCONF", "WSGI_APPLICATION", "ASGI_APPLICATION"})


def detect(
    facts: Iterable[ModuleFacts], manifests: Manifests
) -> tuple[frozenset[Kind], tuple[str, ...]]:
    """The kinds of one member, and one line of evidence a kind.

    Args:
        facts: of the member's files.
        manifests: what the member declares.
    """
    found: dict[Kind, str] = {}
    importable = False
    for module in sorted(facts, key=lambda item: item.path):
        if module.role not in RUNTIME_ROLES:
            continue
        importable = importable or "." in module.name or module.is_package
        for mark in module.constructs:
            if mark.name.partition(".")[0] == module.name.partition(".")[0]:
                continue  # the framework itself, which makes instances of its own classes
            kind = Kind.WORKER if mark.name in _WORKER else Kind.SERVICE
            found.setdefault(kind, f"{kind.value}: `{mark.name}` at {module.path}:{mark.line}")
        if module.role is Role.CLI:
            found.setdefault(Kind.CLI, f"cli: commands in {module.path}")
    if manifests.scripts:
        found.setdefault(Kind.CLI, f"cli: console script `{manifests.scripts[0]}`")
    served = Kind.SERVICE in found or Kind.WORKER in found
    if manifests.has_build_system and importable and not served:
        found[Kind.LIBRARY] = "library: a build system, an importable package, no service or worker"
    deploys = [*manifests.dockerfiles, *manifests.deploy_files]
    if served:
        found[Kind.DEPLOYABLE] = "deployable: it is a service or worker"
    elif deploys:
        found[Kind.DEPLOYABLE] = f"deployable: {sorted(deploys)[0]}"
    ordered = sorted(found, key=lambda kind: kind.value)
    return frozenset(found), tuple(found[kind] for kind in ordered)


def is_application(kinds: Collection[Kind]) -> bool:
    """Whether a project is deployed or run rather than imported: it decides what it is installed with.

    A library may have commands too; it stays one as long as nothing deploys it.
    """
    return Kind.DEPLOYABLE in kinds or (Kind.CLI in kinds and Kind.LIBRARY not in kinds)
