"""ARC1201: a route for programs has no version in its path."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archcheck.analysis.routing.model import ResolvedRoute
from archcheck.model import Confidence, Kind, Member, Outcome, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule

_VERSION = re.compile(
    r"/[\w.-]{0,100}?\bv\d+(?:[._]\d+)*(?:(?:alpha|beta|rc)\d*)?(?=[/.\-_$?]|$)"  # /v1, /api-v2, /v1beta1
    r"|/\d+\.\d+(?=/|$)"  # /2.0
    r"|/20\d\d-?[01]\d(?:-?[0-3]\d)?(?=/|$)"  # /2024-06-01
    r"|[{<(][^/]{0,100}version[^/]{0,100}[}>)]",  # /{version}, <str:api_version>
    re.IGNORECASE,
)
#: Segments of what is asked for by platforms, browsers, sign-in, protocols of others and the program's own pages,
#: which know it under one name for good or are updated together with it.
_OPERATIONAL = re.compile(
    r"/(?:\.well-known|_?health\w*|livez?|liveness|readyz?|readiness|alive|heartbeat|startup|metrics|ping|status"
    r"|version|docs|redoc|scalar|openapi[\w.-]*|swagger[\w.-]*|schema|ajax|xhr|(?:\w+[-_])?ui(?:[-_]\w+)?|static|assets|media|favicon\.ico|robots\.txt|opensearch\.xml|manifest\.json|[^/]*\.webmanifest"
    r"|sitemap\.xml|log-?in|log-?out|sign-?in|sign-?out|sso|saml|oidc|oauth2?|authorize|callback|token|userinfo|jwks\S*"
    r"|webhooks?|hooks?|graphql|json-?rpc|mcp|a2a|ollama|openai|anthropic|sdapi|controlnet|invocations"
    r"|plugin\.activate|[a-z]{1,20}driver\.\w+)(?:/|\$|$)",
    re.IGNORECASE,
)
_API = re.compile(r"/[^/]*\bapi\b", re.IGNORECASE)
#: The front page of a site, or of an interface that lists its versions there.
_INDEX = re.compile(r"/?[\^$]*/?(?:api[/$]*)?")
#: What ends in any path at all, or in a file's name, is a file.
_FILE = re.compile(
    r"(?:\{[^}/]{0,100}:path\}|<path:[^>/]{0,100}>|/[^/{<]{0,100}\.(?:json|xml|txt|csv|js|css|svg|png))$"
)
#: Libraries that put the version in front of every path, or read it from a header.
_VERSIONING = frozenset({"cadwyn", "fastapi_versioning", "fastapi_versionizer"})
_DRIFT_PERCENT = 50
_SHOWN = 20


class UnversionedApi(ProjectRule):
    """A route that answers with JSON has no version in its path.

    Programs that call it are not updated together with it. Without a version there is no place for a new shape of the
    answer beside the old one, so every change that is not compatible breaks all callers at once.

    Paths are put together over routers, blueprints, mounts and included patterns of the whole project. Where most of
    a project's routes have a version, each one without is reported by itself; elsewhere they are one finding and one
    place, for it was one decision. The catalogue makes the former a warning; four in five of them are right, which is
    enough for a hint only.
    Not flagged: a route whose full path nobody can know; what a command serves (a folder `cli`); pages, redirects and files; health, metrics, documentation,
    sign-in, webhooks, GraphQL, protocols that others set (`/ollama/`, `/invocations`) and the like; what is kept out of the published description
    (`include_in_schema=False`) or serves the program's own pages (`/ajax/`, `/ui/`, and on a site that has more pages
    all but `/api/`); projects that take the version
    from a header or parameter (`DEFAULT_VERSIONING_CLASS`, `X-API-Version`, `fastapi-versioning`, `cadwyn`).
    """

    code = "ARC1201"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    noun = "JSON routes have a version in their path"
    message = "`{url}` has no version in its path"
    advice = "put the routes under a prefix such as `/api/v1`"
    kinds = frozenset({Kind.SERVICE})
    seed = "Seed 003: versioned API (`/api/v1/`); seed 001, principle 12: versioned APIs"
    good = (
        Example(
            "The prefix stands where the router is included.",
            "from fastapi import FastAPI\n\nfrom app import orders\n\napp = FastAPI()\n"
            'app.include_router(orders.router, prefix="/api/v1")\n',
            path="src/app/main.py",
            files={
                "src/app/__init__.py": "",
                "src/app/orders.py": "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
                '@router.get("/orders")\ndef list_orders() -> list[str]:\n    return []\n',
            },
        ),
        Example(
            "Platforms look for health checks in one place for good.",
            "from flask import Flask, jsonify\n\napp = Flask(__name__)\n\n\n"
            '@app.get("/health")\ndef health():\n    return jsonify(status="alive")\n\n\n'
            '@app.get("/api/v1/orders")\ndef list_orders():\n    return jsonify([])\n',
        ),
    )
    bad = (
        Example(
            "Nothing tells this shape of an order from the next.",
            "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
            '@app.get("/orders")\ndef list_orders() -> list[str]:  # [unversioned-api]\n    return []\n',
        ),
        Example(
            "One blueprint was forgotten.",
            "from flask import Blueprint, Flask, jsonify\n\n"
            'v1 = Blueprint("v1", __name__, url_prefix="/api/v1")\n'
            'stock = Blueprint("stock", __name__, url_prefix="/stock")\n\n\n'
            '@v1.get("/orders")\ndef list_orders():\n    return jsonify([])\n\n\n'
            '@v1.get("/customers")\ndef list_customers():\n    return jsonify([])\n\n\n'
            '@stock.get("/items")\ndef list_items():  # [unversioned-api]\n    return jsonify([])\n\n\n'
            "app = Flask(__name__)\napp.register_blueprint(v1)\napp.register_blueprint(stock)\n",
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            yield from self._judged(member, project)

    def _judged(self, member: Member, project: Project) -> Iterator[Outcome]:
        if _versions_otherwise(member, project):
            return
        everything = [
            route
            for route in project.routing.routes
            if project.member_of(route.path) is member
            and project.by_path[route.path].role in self.roles
            and "cli" not in route.path.split("/")
        ]
        pages = sum(route.answers == "page" for route in everything)
        routes = [
            route
            for route in everything
            if route.answers == "json" and route.handler and route.fact.published
        ]
        right = {route.handler: route for route in routes if _is_versioned(route)}
        wrong = {
            route.handler: route
            for route in reversed(routes)
            if route.handler not in right and _needs_version(route)
        }
        if pages > len(wrong):
            wrong = {name: route for name, route in wrong.items() if _is_for_programs(route)}
        for route in right.values():
            yield self.complies(route.fact.place)
        drifts = len(right) * 100 >= _DRIFT_PERCENT * (len(right) + len(wrong))
        missing = list(reversed(wrong.values()))
        if drifts:
            for route in missing:
                yield self.violates(route.fact.place, url=_shown(route))
        elif missing:
            yield self._one_for_all(missing)

    def _one_for_all(self, missing: list[ResolvedRoute]) -> Outcome:
        """The project has not decided for versions: that is one fault, however many routes it has."""
        first, *others = missing
        message = "{n} routes have no version in their path, `{url}` the first" if others else ""
        trace = [
            TraceStep(each.path, each.fact.place.location.line, f"`{_shown(each)}`")
            for each in others[:_SHOWN]
        ]
        return self.violates(
            first.fact.place, message=message, trace=trace, n=len(missing), url=_shown(first)
        )


def _shown(route: ResolvedRoute) -> str:
    return " ".join([*route.fact.methods[:1], route.urls[0]])


def _is_versioned(route: ResolvedRoute) -> bool:
    return any(_VERSION.search(url) for url in route.urls)


def _needs_version(route: ResolvedRoute) -> bool:
    """Whether the full paths are known, and are those of an interface that changes."""
    return route.is_resolved and not any(
        _OPERATIONAL.search(url) or _INDEX.fullmatch(url) or _FILE.search(url) for url in route.urls
    )


def _is_for_programs(route: ResolvedRoute) -> bool:
    """Whether its path says that it is no part of a site's pages."""
    return any(_API.search(url) for url in route.urls)


def _versions_otherwise(member: Member, project: Project) -> bool:
    """Whether the member's versions stand in a header or parameter, or are put in front by a library."""
    return any(
        module.routing.versions_otherwise
        or any(fact.module.partition(".")[0] in _VERSIONING for fact in module.imports)
        for module in project.facts_of(member)
    )
