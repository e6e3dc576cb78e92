"""ARC0907."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.topics.security.cors import (
    ROOTS,
    CorsPolicy,
    configured_policies,
    django_policy,
)
from archcheck.model import Outcome, Role, Severity
from archcheck.rule import Example, ModuleRule, narrowed


class PermissiveCors(ModuleRule):
    """Any website may send requests with the user's credentials and read the answers.

    A browser sends cookies along, but lets no foreign page read the answer unless the application
    allows it. With every origin and credentials allowed, whatever page the user opens acts in the
    user's name. Browsers refuse `*` together with credentials; the libraries know that and repeat
    the caller's own origin instead, so that it works for everybody.

    Places are the configurations of cross-origin requests in Starlette, FastAPI, Litestar, Falcon,
    Flask-CORS, Sanic-CORS, aiohttp-cors and django-cors-headers.

    Not flagged: origins that come from settings, a parameter or a call; a configuration under a
    condition on a setting or the environment; command line programs, which answer to the same
    machine. Every origin without credentials is advice: it is right for a public API.
    """

    code = "ARC0907"
    severity = Severity.ERROR
    noun = "cross-origin configurations name whom they trust"
    message = "any website may send credentialed requests and read the answers"
    advice = "list the origins, or leave credentials out"
    roles = frozenset({Role.RUNTIME, Role.CONFIG, Role.ENTRYPOINT})
    seed = "001 principle 9 Security by design: CORS"
    zero_tolerance = True
    good = (
        Example(
            "The origins are listed.",
            "from fastapi import FastAPI\n"
            "from fastapi.middleware.cors import CORSMiddleware\n\n"
            "app = FastAPI()\n"
            "app.add_middleware(\n"
            "    CORSMiddleware,\n"
            '    allow_origins=["https://shop.example.org"],\n'
            "    allow_credentials=True,\n"
            ")\n",
        ),
        Example(
            "The operator lists them.",
            "from fastapi import FastAPI\n"
            "from fastapi.middleware.cors import CORSMiddleware\n\n"
            "from app.settings import settings\n\n"
            "app = FastAPI()\n"
            "app.add_middleware(\n"
            "    CORSMiddleware, allow_origins=settings.cors_origins, allow_credentials=True\n"
            ")\n",
        ),
    )
    bad = (
        Example(
            "Everybody, with credentials.",
            "from fastapi import FastAPI\n"
            "from fastapi.middleware.cors import CORSMiddleware\n\n"
            'origins = ["*"]\n'
            "app = FastAPI()\n"
            "app.add_middleware(  # [permissive-cors]\n"
            "    CORSMiddleware, allow_origins=origins, allow_credentials=True\n"
            ")\n",
        ),
        Example(
            "Everybody is the default of Flask-CORS.",
            "from flask import Flask\n"
            "from flask_cors import CORS\n\n"
            "app = Flask(__name__)\n"
            "CORS(app, supports_credentials=True)  # [permissive-cors]\n",
        ),
        Example(
            "In the settings of Django.",
            "INSTALLED_APPS = ['corsheaders']\n"
            "CORS_ALLOW_ALL_ORIGINS = True  # [permissive-cors]\n"
            "CORS_ALLOW_CREDENTIALS = True\n",
            path="src/shop/settings.py",
        ),
        Example(
            "A public interface, without credentials: advice.",
            "from starlette.applications import Starlette\n"
            "from starlette.middleware import Middleware\n"
            "from starlette.middleware.cors import CORSMiddleware\n\n"
            "app = Starlette(\n"
            '    middleware=[Middleware(CORSMiddleware, allow_origins=["*"])]  # [permissive-cors]\n'
            ")\n",
        ),
    )

    @narrowed(imports=ROOTS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Outcome]:
        """A middleware, an extension, a configuration object."""
        yield from self._judged(node, list(configured_policies(node, module)), module)

    @narrowed(words=("CORS_",))
    def visit_Assign(self, node: ast.Assign, module: Module) -> Iterator[Outcome]:
        """``CORS_ALLOW_ALL_ORIGINS = ...`` and its companions."""
        policy = django_policy(node, module)
        if policy is not None:
            yield from self._judged(node, [policy], module)

    def _judged(
        self, node: ast.Call | ast.Assign, policies: list[CorsPolicy], module: Module
    ) -> Iterator[Outcome]:
        """One outcome for all policies of a place: the worst."""
        if not policies:
            return
        place = module.place(node)
        for policy in sorted(policies, key=lambda each: not each.credentials):
            if policy.any_origin and not module.guarded(node):
                message = "" if policy.credentials else "any website may read the answers"
                yield self.violates(place, message=message, advice=not policy.credentials)
                return
        yield self.complies(place)
