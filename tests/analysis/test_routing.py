"""Under which full paths does each handler answer, in every framework?"""

from __future__ import annotations

import pytest
from modules import facts_of

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.names.linker import Linker
from archcheck.analysis.routing.model import ResolvedRoute, Routing
from archcheck.engine.codec import Codec
from archcheck.model import Role


def routes_of(sources: dict[str, str]) -> dict[str, ResolvedRoute]:
    """The routes of a project by the last segment of their handler's name."""
    facts = facts_of(sources)
    routing = Routing(facts.values(), Linker(facts))
    return {route.handler.rpartition(".")[2]: route for route in routing.routes}


ROUTER = "from fastapi import APIRouter\nrouter = APIRouter(prefix='/users')\n"
USERS = f"{ROUTER}@router.get('/{{id}}')\ndef read(id: int): ...\n"
BLUEPRINT = (
    "from flask import Blueprint\nbp = Blueprint('users', __name__, url_prefix='/users')\n"
    "@bp.route('/<id>')\ndef read(id): ...\n"
)
VIEWS = "def read(request): ...\n"

FULL_PATHS = {
    "FastAPI: prefixes of the router and of its inclusion": (
        {
            "shop/users.py": USERS,
            "shop/main.py": "from fastapi import FastAPI\nfrom shop import users\napp = FastAPI()\n"
            "app.include_router(users.router, prefix='/api/v1')",
        },
        ("/api/v1/users/{id}",),
    ),
    "FastAPI: a router of routers, in a factory": (
        {
            "shop/users.py": USERS,
            "shop/api.py": "from fastapi import APIRouter\nfrom shop.users import router as users\n"
            "api = APIRouter(prefix='/v2')\napi.include_router(users)",
            "shop/main.py": "from fastapi import FastAPI\nfrom shop.api import api\n"
            "def create():\n    app = FastAPI()\n    app.include_router(api, prefix='/api')\n    return app",
        },
        ("/api/v2/users/{id}",),
    ),
    "FastAPI: a prefix from the settings": (
        {
            "shop/users.py": USERS,
            "shop/settings.py": "class Settings:\n    API: str = '/api'\n    V1: str = f'{API}/v1'\nsettings = Settings()",
            "shop/main.py": "from fastapi import FastAPI\nfrom shop import users\n"
            "from shop.settings import settings\napp = FastAPI()\n"
            "app.include_router(users.router, prefix=settings.V1)",
        },
        ("/api/v1/users/{id}",),
    ),
    "FastAPI: a prefix that nobody can know": (
        {
            "shop/users.py": USERS,
            "shop/main.py": "import os\nfrom fastapi import FastAPI\nfrom shop import users\napp = FastAPI()\n"
            "app.include_router(users.router, prefix=os.environ['PREFIX'])",
        },
        ("/{?}/users/{id}",),
    ),
    "FastAPI: a router that nobody includes": ({"shop/users.py": USERS}, ()),
    "FastAPI: a router that nobody saw being made": (
        {
            "shop/users.py": "import fastapi\nfrom plugins import router\n@router.get('/{id}')\ndef read(id: int): ...",
            "shop/main.py": "from fastapi import FastAPI\nfrom plugins import router\napp = FastAPI()\n"
            "app.include_router(router)",
        },
        ("/{?}/{id}",),
    ),
    "FastAPI: a mounted application": (
        {
            "shop/main.py": "from fastapi import FastAPI\nsub = FastAPI()\n@sub.get('/users')\ndef read(): ...\n"
            "app = FastAPI()\napp.mount('/v1', sub)",
        },
        ("/v1/users",),
    ),
    "FastAPI: an application that is handed in, and routers in a loop": (
        {
            "shop/users.py": USERS,
            "shop/main.py": "from fastapi import FastAPI\nfrom shop import users, orders\ndef add(app: FastAPI):\n"
            "    for router in (users.router, orders.router):\n        app.include_router(router, prefix='/v1')",
        },
        ("/v1/users/{id}",),
    ),
    "Flask: add_url_rule with a named view": (
        {
            "shop/main.py": "from flask import Flask\nfrom shop.users import read\napp = Flask(__name__)\n"
            "app.add_url_rule('/users', view_func=read)\n",
            "shop/users.py": "def read(): ...\n",
        },
        ("/users",),
    ),
    "FastAPI: add_api_route": (
        {
            "shop/main.py": "from fastapi import FastAPI\napp = FastAPI(root_path='/v3')\ndef read(): ...\n"
            "app.add_api_route('/users', read)",
        },
        ("/v3/users",),
    ),
    "Flask: a blueprint's own prefix": (
        {
            "shop/users.py": BLUEPRINT,
            "shop/main.py": "from flask import Flask\nfrom shop.users import bp\ndef create_app():\n"
            "    app = Flask(__name__)\n    app.register_blueprint(bp)\n    return app",
        },
        ("/users/<id>",),
    ),
    "Flask: the prefix of the registration replaces it": (
        {
            "shop/users.py": BLUEPRINT,
            "shop/main.py": "from flask import Flask\nfrom shop import users\napp = Flask(__name__)\n"
            "app.register_blueprint(users.bp, url_prefix='/v1/people')",
        },
        ("/v1/people/<id>",),
    ),
    "Flask: the application of another module's factory": (
        {
            "shop/main.py": "from flask import Flask\ndef create_app():\n    app = Flask(__name__)\n    return app",
            "shop/web.py": "import flask\nfrom shop.main import create_app\napp = create_app()\n"
            "@app.route('/users')\ndef read(): ...",
        },
        ("/users",),
    ),
    "Quart": (
        {"shop/main.py": "from quart import Quart\napp = Quart(__name__)\n@app.get('/users')\nasync def read(): ..."},
        ("/users",),
    ),
    "Starlette: mounts in lists": (
        {
            "shop/main.py": "from starlette.applications import Starlette\nfrom starlette.routing import Mount, Route\n"
            "def read(request): ...\nroutes = [Mount('/v1', routes=[Route('/users', read)])]\n"
            "app = Starlette(routes=routes)",
        },
        ("/v1/users",),
    ),
    "Django: included patterns": (
        {
            "site/settings.py": "ROOT_URLCONF = 'site.urls'",
            "site/urls.py": "from django.urls import include, path\nurlpatterns = [path('api/v1/', include('users.urls'))]",
            "users/urls.py": "from django.urls import path\nfrom users import views\n"
            "urlpatterns = [path('users/<int:id>/', views.read)]",
            "users/views.py": VIEWS,
        },
        ("/api/v1/users/<int:id>/",),
    ),
    "Django: a list in place, and a regular expression": (
        {
            "site/settings.py": "ROOT_URLCONF = 'site.urls'",
            "site/urls.py": "from django.urls import include, path, re_path\nfrom users.views import read\n"
            "urlpatterns = [path('v1/', include(([re_path(r'^users$', read)], 'users')))]\n",
            "users/views.py": VIEWS,
        },
        ("/v1/users$",),
    ),
    "Django: patterns of another list": (
        {
            "site/settings.py": "ROOT_URLCONF = 'site.urls'",
            "site/urls.py": "from django.urls import include, path, re_path\nfrom users.views import read\n"
            "users = [re_path(r'^users$', read)]\nurlpatterns = [path('v1/', include(users))]\n",
            "users/views.py": VIEWS,
        },
        ("/v1/users$",),
    ),
    "Django: patterns that nobody includes": (
        {
            "users/urls.py": "from django.urls import path\nfrom users import views\nurlpatterns = [path('', views.read)]",
            "users/views.py": VIEWS,
        },
        (),
    ),
    "Ninja": (
        {
            "site/settings.py": "ROOT_URLCONF = 'site.urls'",
            "site/urls.py": "from django.urls import path\nfrom site.api import api\nurlpatterns = [path('v1/', api.urls)]",
            "site/api.py": "from ninja import NinjaAPI\nfrom users.api import router\napi = NinjaAPI()\n"
            "api.add_router('/users/', router)",
            "users/api.py": "from ninja import Router\nrouter = Router()\n@router.get('/me')\ndef read(request): ...",
        },
        ("/v1/users/me",),
    ),
    "Litestar: controllers and routers": (
        {
            "shop/users.py": "from litestar import Controller, get\nclass Users(Controller):\n    path = '/users'\n"
            "    @get('/{id:int}')\n    async def read(self, id: int) -> dict: ...",
            "shop/main.py": "from litestar import Litestar, Router\nfrom shop.users import Users\n"
            "v1 = Router(path='/v1', route_handlers=[Users])\napp = Litestar(route_handlers=[v1])",
        },
        ("/v1/users/{id:int}",),
    ),
    "Litestar: a function": (
        {
            "shop/main.py": "from litestar import Litestar, get\n@get('/users')\nasync def read() -> dict: ...\n"
            "app = Litestar([read], path='/v1')\napp2 = Litestar(route_handlers=[read])",
        },
        ("/v1/users", "/users"),
    ),
    "aiohttp: calls on the router": (
        {
            "shop/main.py": "from aiohttp import web\nasync def read(request): ...\napp = web.Application()\n"
            "sub = web.Application()\nsub.router.add_get('/users', read)\napp.add_subapp('/v1', sub)",
        },
        ("/v1/users",),
    ),
    "aiohttp: an application that is handed in": (
        {
            "shop/main.py": "from aiohttp import web\nfrom shop.api import make\nasync def ping(request): ...\n"
            "def start(api):\n    app = web.Application()\n    app.router.add_get('/ping', ping)\n"
            "    app.add_subapp('/v1', api)\nstart(make())",
            "shop/api.py": "from aiohttp import web\nasync def read(request): ...\ndef make():\n"
            "    app = web.Application()\n    app.router.add_get('/users', read)\n    return app",
        },
        ("/{?}/users",),
    ),
    "aiohttp: a list": (
        {
            "shop/main.py": "from aiohttp import web\nasync def read(request): ...\napp = web.Application()\n"
            "app.add_routes([web.get('/users', read)])",
        },
        ("/users",),
    ),
    "aiohttp: a table": (
        {
            "shop/main.py": "from aiohttp import web\ntable = web.RouteTableDef()\n@table.get('/users')\n"
            "async def read(request): ...\napp = web.Application()\napp.add_routes(table)",
        },
        ("/users",),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("sources", "urls"), FULL_PATHS.values(), ids=FULL_PATHS)
def test_the_full_path(sources: dict[str, str], urls: tuple[str, ...]) -> None:
    assert routes_of(sources)["read"].urls == urls


def test_tornado_tells_its_handler_class() -> None:
    route = routes_of(
        {
            "shop/main.py": "from tornado import web\nclass Users(web.RequestHandler):\n    def get(self): ...\n"
            "app = web.Application([(r'/users/(\\d+)', Users)])"
        }
    )["Users"]
    assert (route.urls, route.functions) == (("/users/(\\d+)",), ("shop.main.Users.get",))


def test_a_view_set_is_registered_under_its_router() -> None:
    route = routes_of(
        {
            "site/settings.py": "ROOT_URLCONF = 'site.urls'",
            "site/urls.py": "from django.urls import include, path\nfrom rest_framework.routers import DefaultRouter\n"
            "from users.views import Users\nrouter = DefaultRouter()\nrouter.register('users', Users)\n"
            "urlpatterns = [path('api/v1/', include(router.urls))]",
            "users/views.py": "from rest_framework.viewsets import ModelViewSet\nclass Users(ModelViewSet):\n"
            "    def create(self, request): ...",
        }
    )["Users"]
    assert route.urls == ("/api/v1/users/",)
    assert route.functions == ("users.views.Users.create",)
    assert route.answers == "json"


def test_parameters_and_dependencies_of_the_whole_way() -> None:
    route = routes_of(
        {
            "shop/auth.py": "def user(): ...\ndef tenant(): ...\ndef log(): ...\ndef session(): ...",
            "shop/main.py": "from fastapi import APIRouter, Depends, FastAPI, Request\nfrom shop import auth\n"
            "router = APIRouter(dependencies=[Depends(auth.tenant)])\n"
            "@router.get('/users', dependencies=[Depends(auth.log)])\n"
            "def read(request: Request, page: int, db=Depends(auth.session)): ...\n"
            "app = FastAPI()\napp.include_router(router, dependencies=[Depends(auth.user)])",
        }
    )["read"]
    assert [(each.name, each.type, each.injected) for each in route.fact.parameters] == [
        ("request", "starlette.requests.Request", True),
        ("page", "int", False),
        ("db", "", True),
    ]
    assert route.dependencies == (
        "shop.auth.tenant",
        "shop.auth.user",
        "shop.auth.log",
        "shop.auth.session",
    )


@pytest.mark.parametrize(
    ("body", "answers"),
    [
        ("return jsonify(x=1)", "json"),
        ("return {'x': 1}, 201", "json"),
        ("return render_template('x.html')", "page"),
        ("return jsonify(x=1) if x else redirect('/')", ""),
        ("return x", ""),
    ],
)
def test_what_a_handler_answers_with(body: str, answers: str) -> None:
    source = (
        "from flask import Flask, jsonify, redirect, render_template\napp = Flask(__name__)\n"
        f"@app.get('/x')\ndef read(x):\n    {body}"
    )
    assert routes_of({"shop/main.py": source})["read"].answers == answers


@pytest.mark.parametrize(
    ("gives", "answers"),
    [
        ("page = HTMLResponse(x)\n    return page", "page"),
        ("return JSONResponse(x)", "json"),
        ("return str(HTMLResponse(x))", "json"),
    ],
)
def test_a_helper_makes_the_answer(gives: str, answers: str) -> None:
    sources = {
        "shop/pages.py": "from fastapi.responses import HTMLResponse, JSONResponse\n"
        f"def shown(x):\n    {gives}",
        "shop/main.py": "from fastapi import FastAPI\nfrom shop.pages import shown\napp = FastAPI()\n"
        "@app.get('/x')\ndef read(x):\n    return shown(x)",
    }
    assert routes_of(sources)["read"].answers == answers


def test_tests_answer_nobody() -> None:
    facts = facts_of({"tests/test_users.py": USERS}, roles={"tests/test_users.py": Role.TEST})
    assert not Routing(facts.values(), Linker(facts)).routes


def test_the_cache_keeps_what_a_file_tells() -> None:
    codec = Codec(ModuleFacts)
    for facts in facts_of({"shop/users.py": USERS, "shop/views.py": BLUEPRINT}).values():
        assert codec.decode(codec.encode(facts)) == facts
