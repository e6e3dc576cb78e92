"""ARC1005."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archcheck.analysis.facts import ModuleFacts
from archcheck.model import RUNTIME_ROLES, Confidence, Kind, Outcome, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule, file_place

#: Applications that tell their parts when they stop.
_APPLICATIONS = frozenset(
    {"aiohttp.web.Application", "fastapi.FastAPI", "faststream.FastStream", "litestar.Litestar", "quart.Quart",
     "sanic.Sanic", "starlette.Starlette"}
)  # fmt: skip


class MissingShutdownHook(ProjectRule):
    """An application holds connections, and nothing runs when it stops.

    An orderly stop finishes what is open: it flushes what a producer still holds, returns connections to the
    database and ends background work. Without a hook every deployment cuts all of that off.

    Judged is a service or worker as a whole, once, that keeps a client, engine, pool, producer, consumer or
    scheduler at module level or on its application. A lifespan, a handler of shutdown or cleanup, `atexit`, a
    handler of a signal or an exit stack anywhere in it will do. Not flagged: Flask and Django, whose servers tell
    them nothing; Celery, which closes its own.
    """

    code = "ARC1005"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    preview = True
    noun = "applications with connections close them when they stop"
    message = "nothing runs when the application stops, and nothing closes {held}"
    advice = "close them in a lifespan"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER})
    whole_repository = True
    seed = "Seed 001, Startup and shutdown; 002, graceful shutdown; 12-factor IX, disposability"
    good = (
        Example(
            "The lifespan disposes of the engine.",
            "from contextlib import asynccontextmanager\n\nfrom fastapi import FastAPI\n\nfrom shop.db import engine\n\n\n"
            "@asynccontextmanager\nasync def lifespan(app):\n    yield\n    await engine.dispose()\n\n\n"
            "app = FastAPI(lifespan=lifespan)\n",
            path="src/shop/main.py",
            files={
                "src/shop/db.py": "from sqlalchemy.ext.asyncio import create_async_engine\n\n"
                "engine = create_async_engine('postgresql+asyncpg:///shop')\n"
            },
        ),
        Example(
            "A hook of aiohttp.",
            "from aiohttp import ClientSession, web\n\n\nasync def rates(app):\n    app['rates'] = ClientSession()\n    yield\n"
            "    await app['rates'].close()\n\n\napp = web.Application()\napp.cleanup_ctx.append(rates)\n"
            "session = ClientSession()\n",
            path="src/shop/main.py",
        ),
    )
    bad = (
        Example(
            "An engine at module level.",
            "from fastapi import FastAPI\n\nfrom shop import db\n\napp = FastAPI()  # [missing-shutdown-hook]\n",
            path="src/shop/main.py",
            files={
                "src/shop/db.py": "from sqlalchemy.ext.asyncio import create_async_engine\n\n"
                "engine = create_async_engine('postgresql+asyncpg:///shop')\n"
            },
        ),
        Example(
            "A client on the application.",
            "import httpx\nfrom starlette.applications import Starlette\n\n"
            "app = Starlette()  # [missing-shutdown-hook]\napp.state.rates = httpx.AsyncClient()\n",
            path="src/shop/main.py",
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            modules = [each for each in project.facts_of(member) if each.role in RUNTIME_ROLES]
            application = _application(modules)
            held = [
                TraceStep(module.path, each.line, each.name)
                for module in modules
                for each in module.lifecycle.held
            ]
            if application is None or not held:
                continue
            module, line = application
            place = file_place(module.path, line, "application")
            if any(each.lifecycle.shutdown_hook for each in modules):
                yield self.complies(place)
            else:
                names = ", ".join(f"`{step.text}`" for step in held[:3])
                more = f" and {len(held) - 3} more" if len(held) > 3 else ""
                yield self.violates(place, trace=held, held=f"{names}{more}")


def _application(modules: Sequence[ModuleFacts]) -> tuple[ModuleFacts, int] | None:
    """Where the first application is made, by path."""
    for module in sorted(modules, key=lambda each: each.path):
        for mark in module.constructs:
            if mark.name in _APPLICATIONS:
                return module, mark.line
    return None
