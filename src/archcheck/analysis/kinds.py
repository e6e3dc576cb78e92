"""What kind of project is it? A wrong kind is worse than a missed finding, so each comes with its evidence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from archcheck.analysis.distributions.import_names import library_of, squashed
from archcheck.analysis.distributions.providing import Provided, provided_by_requirements
from archcheck.analysis.facts import DEFERRED, GUARDED, RUNTIME, Evidence, ModuleFacts
from archcheck.analysis.imports.graph import ImportGraph
from archcheck.analysis.manifests import Manifests
from archcheck.analysis.manifests.requirements import is_development
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
        "pecan.Pecan",
        "pecan.make_app",
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
        "cotyledon.ServiceManager",
        "oslo_service.service.launch",
        "oslo_service.service.ProcessLauncher",
        "oslo_service.service.ServiceLauncher",
        "paho.mqtt.client.Client.loop_forever",
        "pika.adapters.blocking_connection.BlockingChannel.start_consuming",
    }
)
#: By which a program takes part in a chat, keeps a timetable, or lets itself be measured for as long as it runs. What
#: helps others to do so has the same calls: it makes a worker only of a program that is started.
_ATTENDANTS = frozenset(
    {
        "aiogram.Dispatcher",
        "aiogram.dispatcher.Dispatcher",
        "aiogram.executor.start_polling",
        "aiogram.utils.executor.start_polling",
        "apscheduler.schedulers.blocking.BlockingScheduler",
        "discord.AutoShardedBot",
        "discord.AutoShardedClient",
        "discord.Bot",
        "discord.Client",
        "discord.ext.commands.AutoShardedBot",
        "discord.ext.commands.Bot",
        "disnake.Client",
        "disnake.ext.commands.AutoShardedBot",
        "disnake.ext.commands.Bot",
        "disnake.ext.commands.InteractionBot",
        "hikari.GatewayBot",
        "interactions.Client",
        "irc.bot.SingleServerIRCBot",
        "mautrix.appservice.AppService",
        "mautrix.bridge.Bridge",
        "nextcord.Client",
        "nextcord.ext.commands.Bot",
        "nonebot.run",
        "prometheus_client.exposition.start_http_server",
        "prometheus_client.start_http_server",
        "pyrogram.idle",
        "schedule.run_pending",
        "slack_bolt.App",
        "slack_bolt.adapter.socket_mode.SocketModeHandler",
        "slack_bolt.async_app.AsyncApp",
        "telebot.TeleBot.infinity_polling",
        "telebot.TeleBot.polling",
        "telebot.async_telebot.AsyncTeleBot.infinity_polling",
        "telebot.async_telebot.AsyncTeleBot.polling",
        "telegram.ext.Application.builder",
        "telegram.ext.ApplicationBuilder",
        "telegram.ext.Updater",
        "telethon.TelegramClient.run_until_disconnected",
        "twitchio.ext.commands.Bot",
        "vkbottle.Bot",
        "vkbottle.bot.Bot",
    }
)
#: What waits for requests. Libraries and tools do that too: it makes a service only of a program that runs unattended.
_LISTENERS = frozenset(
    {
        "asyncio.start_server",
        "cheroot.wsgi.Server",
        "eventlet.wsgi.server",
        "gevent.pywsgi.WSGIServer",
        "gevent.server.StreamServer",
        "gunicorn.app.base.BaseApplication",
        "http.server.HTTPServer",
        "http.server.ThreadingHTTPServer",
        "oslo_service.wsgi.Server",
        "paste.httpserver.serve",
        "socketserver.TCPServer",
        "socketserver.ThreadingMixIn",
        "socketserver.ThreadingTCPServer",
        "socketserver.UDPServer",
        "tornado.httpserver.HTTPServer",
        "tornado.tcpserver.TCPServer",
        "twisted.application.internet.SSLServer",
        "twisted.application.internet.StreamServerEndpointService",
        "twisted.application.internet.TCPServer",
        "twisted.application.internet.UDPServer",
        "twisted.internet.endpoints.serverFromString",
        "twisted.internet.reactor.listenSSL",
        "twisted.internet.reactor.listenTCP",
        "twisted.internet.reactor.listenUDP",
        "uvicorn.run",
        "uvicorn.Server",
        "waitress.serve",
        "websockets.serve",
        "werkzeug.serving.make_server",
        "werkzeug.serving.run_simple",
        "wsgiref.simple_server.make_server",
        "wsgiref.simple_server.WSGIServer",
        "xmlrpc.server.SimpleXMLRPCServer",
    }
)
#: By which a program lets go of its terminal, or tells systemd how it does.
_DAEMONS = frozenset(
    {
        "cysystemd.daemon.notify",
        "daemon.DaemonContext",
        "daemon.daemon.DaemonContext",
        "daemonize.Daemonize",
        "sdnotify.SystemdNotifier",
        "systemd.daemon.notify",
    }
)
#: Where systemd wants to be told.
_NOTIFY = "NOTIFY_SOCKET"
#: A module, and what web servers look for in it.
_SERVER_MODULES, _SERVER_NAMES = frozenset({"asgi", "wsgi"}), frozenset({"app", "application"})
#: Entry points that hold an application for a web server; the second is one of its own where PasteDeploy is required.
_WSGI_SCRIPTS, _PASTE_APPLICATIONS = "wsgi_scripts", "paste.app_factory"
_PASTE = frozenset({"pastedeploy"})
_TWISTED_PLUGINS, _TWISTED_SERVICES = "twisted.plugins.", "twisted.application.service"
EVIDENCE_CALLS = _SERVICE | _WORKER | _ATTENDANTS | _LISTENERS | _DAEMONS
#: Settings of Django that only a whole application has.
EVIDENCE_NAMES = frozenset({"ROOT_URLCONF", "WSGI_APPLICATION", "ASGI_APPLICATION"})
_SERVED = _SERVICE | _WORKER | EVIDENCE_NAMES


def detect(
    facts: Iterable[ModuleFacts], manifests: Manifests, graph: ImportGraph
) -> tuple[frozenset[Kind], tuple[str, ...]]:
    """The kinds of one member, and one line of evidence a kind.

    Args:
        facts: of the member's files.
        manifests: what the member declares.
        graph: of the whole repository.
    """
    product = _Product(facts, manifests, graph)
    found: dict[Kind, str] = {}
    for module in product.modules:
        for mark in _marks(module, _SERVED):
            kind = Kind.WORKER if mark.name in _WORKER else Kind.SERVICE
            if kind not in found and product.relies_on(mark):
                found[kind] = f"{kind.value}: {_place(mark, module)}"
        if module.role is Role.CLI:
            found.setdefault(Kind.CLI, f"cli: commands in {module.path}")
    if manifests.scripts:
        found.setdefault(Kind.CLI, f"cli: console script `{manifests.scripts[0]}`")
    if Kind.SERVICE not in found and (server := product.server()):
        found[Kind.SERVICE] = f"service: {server}"
    if Kind.WORKER not in found and (attendant := product.attendant()):
        found[Kind.WORKER] = f"worker: {attendant}"
    if found.keys().isdisjoint({Kind.SERVICE, Kind.WORKER}) and (daemon := product.daemon()):
        found[Kind.WORKER] = f"worker: {daemon}"
    served = Kind.SERVICE in found or Kind.WORKER in found
    own = squashed(manifests.name)
    importable = any(
        "." in module.name or module.is_package or (module.name and squashed(module.name) == own)
        for module in product.modules
    )
    if manifests.has_build_system and importable and not served:
        found[Kind.LIBRARY] = (
            "library: a build system, an importable package or module, no service or worker"
        )
    deploys = [*manifests.dockerfiles, *manifests.deploy_files]
    if served:
        found[Kind.DEPLOYABLE] = "deployable: it is a service or worker"
    elif deploys:
        found[Kind.DEPLOYABLE] = f"deployable: {sorted(deploys)[0]}"
    ordered = sorted(found, key=lambda kind: kind.value)
    return frozenset(found), tuple(found[kind] for kind in ordered)


class _Product:
    """The code of a member that runs for its users, and what starts it."""

    def __init__(
        self, facts: Iterable[ModuleFacts], manifests: Manifests, graph: ImportGraph
    ) -> None:
        own = (module for module in facts if module.role in RUNTIME_ROLES)
        self.modules = sorted(own, key=lambda module: module.path)
        self._manifests = manifests
        self._graph = graph

    def relies_on(self, mark: Evidence) -> bool:
        """Whether a mark is more than a plugin for those who have its library anyway.

        What only an extra brings is part of the product where that is deployed, or said to run unattended.
        """
        deployed = self._manifests.dockerfiles or self._manifests.deploy_files or self._reason
        return bool(deployed) or not self._is_optional(mark)

    def server(self) -> str:
        """The evidence that a program answers requests unattended; ``""`` when it does not, or nobody can tell.

        A module that is made for web servers to load is enough. Of what listens by itself both halves are needed: a
        documentation tool has a server for one's own desk, a client waits for one answer, and a library waits for
        whoever uses it.
        """
        for module in self.modules:
            if _is_server_module(module):
                return f"an application for a web server in {module.path}"
        for point in self._manifests.entry_points:
            if point.group == _WSGI_SCRIPTS or (
                point.group == _PASTE_APPLICATIONS and self._manifests.requires(_PASTE)
            ):
                return f"an application for a web server, the entry point `{point.name}`"
        if self._reason:
            for module in self.modules:
                for mark in _marks(module, _LISTENERS):
                    if module.name in self._loaded:
                        return f"{_place(mark, module)}, and {self._reason}"
        return ""

    def attendant(self) -> str:
        """The evidence that a program takes part in a chat, keeps a timetable or is measured; ``""`` when none does."""
        for module in self.modules:
            for mark in _marks(module, _ATTENDANTS):
                if module.name in self._loaded_at_start and module.name not in self._offered:
                    return _place(mark, module)
        return ""

    def daemon(self) -> str:
        """What the author calls a daemon, whatever it waits for; ``""`` when there is no such program."""
        signs = self._manifests.unattended if self._programs else ()
        return next((sign.reason for sign in signs if sign.by_itself), "")

    @cached_property
    def _offered(self) -> frozenset[str]:
        """The modules out of which a package takes what it lists in ``__all__``, for the programs of others."""
        return frozenset(
            fact.module
            for module in self.modules
            if module.is_package and module.exports is not None
            for fact in module.imports
            if fact.name in module.exports
        )

    @cached_property
    def _reason(self) -> str:
        """What says that nobody sits in front of the program; ``""`` when nothing does."""
        for sign in self._manifests.unattended:
            return sign.reason
        for module in self.modules:
            for mark in _marks(module, _DAEMONS):
                return _place(mark, module)
            for read in module.environment_reads:
                if read.name == _NOTIFY:
                    return _place(Evidence(_NOTIFY, read.line), module)
        return next((f"the Twisted service `{name}`" for name in self._twisted_services), "")

    @cached_property
    def _twisted_services(self) -> tuple[str, ...]:
        """The modules in which ``twistd`` finds a service."""
        return tuple(
            module.name
            for module in self.modules
            if module.name.startswith(_TWISTED_PLUGINS)
            and any(fact.module == _TWISTED_SERVICES for fact in module.imports)
        )

    @cached_property
    def _loaded(self) -> frozenset[str]:
        """The modules that the member's programs load."""
        return self._graph.reachable(self._programs)

    @cached_property
    def _loaded_at_start(self) -> frozenset[str]:
        """Those that each run of such a program loads: not what one command of several imports when it is asked for."""
        return self._graph.reachable(self._programs, kinds=(RUNTIME, GUARDED))

    @cached_property
    def _programs(self) -> tuple[str, ...]:
        """The modules in which the member's programs start."""
        return (
            *self._manifests.programs,
            *(name for sign in self._manifests.unattended for name in sign.loads),
            *self._twisted_services,
            *(module.name for module in self.modules if module.name.endswith(".__main__")),
        )

    def _is_optional(self, mark: Evidence) -> bool:
        """Whether only an extra brings the library of a mark; names of settings have none."""
        library = library_of(mark.name) if "." in mark.name else None
        if library is None:
            return False
        required = self._manifests.runtime_requirements()
        extras = [
            item
            for item in self._manifests.requirements
            if item.group and not is_development(item.group)
        ]
        return (
            provided_by_requirements(required, library) is Provided.NO
            and provided_by_requirements(extras, library) is Provided.YES
        )


def _marks(module: ModuleFacts, names: Collection[str]) -> Iterator[Evidence]:
    """The evidence of these names, but for a framework's own, which makes instances of its own classes."""
    own = module.name.partition(".")[0]
    for mark in module.constructs:
        if mark.name in names and mark.name.partition(".")[0] != own:
            yield mark


def _is_server_module(module: ModuleFacts) -> bool:
    """Whether it is called as web servers expect it, and has what they look for there."""
    if module.name.rpartition(".")[2] not in _SERVER_MODULES:
        return False
    names = {name for name, _ in module.variables}
    names.update(function.qualname for function in module.functions)
    names.update(fact.alias for fact in module.imports if fact.kind != DEFERRED)
    return not names.isdisjoint(_SERVER_NAMES)


def _place(mark: Evidence, module: ModuleFacts) -> str:
    return f"`{mark.name}` at {module.path}:{mark.line}"


def is_application(kinds: Collection[Kind]) -> bool:
    """Whether a project is deployed or run rather than imported: it decides what it is installed with.

    A library may have commands too; it stays one as long as nothing deploys it.
    """
    return Kind.DEPLOYABLE in kinds or (Kind.CLI in kinds and Kind.LIBRARY not in kinds)
