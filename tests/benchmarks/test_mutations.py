"""What the mutations make of code: the violation that is meant, where it is meant, and nothing where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from planting import HANDLERS, MANIFEST, changed, planted
from seeding.measuring import measure

LEAN = '[project]\nname = "shop"\nversion = "1"\ndependencies = [\n    "fastapi>=0.115",\n]\n'
ERRORS = "class ShopError(Exception): ...\n" + "".join(
    f"\n\nclass Kind{number}Error(ShopError): ...\n" for number in range(6)
)

CASES = [
    pytest.param(
        "ARC0201",
        {
            "pyproject.toml": MANIFEST,
            "shop/table.py": "import tabulate\n",
            "shop/main.py": "from shop import table\n",
        },
        '    "python-dateutil>=2",\n]\n',
        id="a requirement goes with its line",
    ),
    pytest.param(
        "ARC0202",
        {"pyproject.toml": LEAN},
        '    "fastapi @ git+https://git.example.org/forks/fastapi.git@main",\n',
        id="a requirement follows a branch",
    ),
    pytest.param(
        "ARC0204",
        {"setup.cfg": "[metadata]\nname = shop\n[options]\ninstall_requires =\n  fastapi>=0.115\n"},
        "  fastapi>=0.115\n  flake8>=1\n",
        id="a tool stands behind what is required",
    ),
    pytest.param(
        "ARC0204",
        {
            "pyproject.toml": '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\npython = "^3.12"\nhttpx = "^0.28"\n'
        },
        'httpx = "^0.28"\nflake8 = ">=1"\n',
        id="a tool in a table",
    ),
    pytest.param(
        "ARC0206",
        {
            "shop/rates.py": """
                import subprocess

                COMMAND = ["rates", "--now"]


                def rates(path):
                    subprocess.run([path], check=True)
                    return subprocess.run(COMMAND, check=True)
            """,
            "shop/main.py": "from shop import rates\n",
        },
        "\n_RESULT = subprocess.run(COMMAND, check=True)",
        id="only a call that stands alone is moved",
    ),
    pytest.param(
        "ARC0206",
        {
            "shop/rates.py": "import requests as http\n",
            "shop/main.py": "from shop import rates\n",
        },
        '\n_RATES = http.get("https://rates.example", timeout=5).json()',
        id="a request at the end of a module",
    ),
    pytest.param(
        "ARC0403",
        {
            "shop/api.py": """
                from flask import Flask, request

                app = Flask(__name__)


                @app.get("/orders")
                def orders():
                    try:
                        page = int(request.args["page"])
                    except ValueError:
                        page = 1
                    return load(page)
            """
        },
        'def orders():\n    page = int(request.args["page"])\n    return load(page)',
        id="a conversion loses its try",
    ),
    pytest.param(
        "ARC0703",
        {
            "shop/stock.py": """
                import structlog

                structlog.configure(processors=[structlog.processors.JSONRenderer()])
                logger = structlog.get_logger()


                def take(sku):
                    logger.info("taken", sku=sku, count=1)
            """
        },
        'logger.info(f"taken {sku}")',
        id="a field becomes text",
    ),
    pytest.param(
        "ARC0703",
        {
            "shop/stock.py": """
                import logging

                from pythonjsonlogger.jsonlogger import JsonFormatter

                logger = logging.getLogger(__name__)
                handler = logging.StreamHandler()
                handler.setFormatter(JsonFormatter())
                logging.getLogger().addHandler(handler)


                def take(sku):
                    logger.info("took %s away", sku)
            """
        },
        'logger.info(f"took {sku} away")',
        id="an argument becomes text",
    ),
    pytest.param(
        "ARC1002",
        {
            "shop/rates.py": """
                import httpx


                class Rates:
                    def __init__(self):
                        self._client = httpx.AsyncClient()

                    async def euro(self):
                        return await self._client.get("/eur")

                    async def aclose(self):
                        await self._client.aclose()
            """
        },
        "    async def aclose(self):\n        pass\n",
        id="nobody closes the client",
    ),
    pytest.param(
        "ARC1002",
        {
            "shop/rates.py": """
                class Rates:
                    def __init__(self, currency):
                        self.currency = currency
            """
        },
        "self._rates_client = httpx.Client(timeout=5)\n        self.currency = currency\n",
        id="a client that is never closed",
    ),
    pytest.param(
        "ARC1102",
        {
            "shop/orders.py": """
                from sqlalchemy.ext.asyncio import AsyncSession


                async def orders(session: AsyncSession, query):
                    await check(query)
                    found = await session.execute(query)
                    await session.commit()
                    return found
            """
        },
        "orders(session: sqlalchemy_orm.Session, query):\n    await check(query)\n"
        "    found = session.execute(query)\n    session.commit()\n",
        id="the session is synchronous",
    ),
    pytest.param(
        "ARC1102",
        {
            "shop/orders.py": """
                from sqlalchemy.orm import Session


                def orders(session: Session, query):
                    return session.scalars(query).all()
            """
        },
        "async def orders(session: Session, query):",
        id="the function is a coroutine",
    ),
    pytest.param(
        "ARC1105",
        {
            "shop/api.py": """
                from fastapi import APIRouter

                from shop.rates import rate

                router = APIRouter()


                @router.get("/rates/{code}")
                def show(code: str):
                    return rate(code)
            """,
            "shop/rates.py": """
                def rate(code):
                    return load(code)


                def other(code):
                    return load(code)
            """,
        },
        "@functools.cache\ndef rate(code):",
        id="a cache without a limit",
    ),
    pytest.param(
        "ARC1105",
        {
            "shop/api.py": """
                from functools import lru_cache

                from fastapi import APIRouter

                router = APIRouter()


                @lru_cache(maxsize=128)
                def rate(code):
                    return load(code)


                @router.get("/rates/{code}")
                def show(code: str):
                    return rate(code)
            """
        },
        "@lru_cache(maxsize=None)",
        id="the limit of a cache goes",
    ),
    pytest.param(
        "ARC1203",
        {
            "shop/stock.py": """
                class Stock:
                    def take(self, sku: str, count: int = 1) -> list[str]:
                        found = self.find(sku)
                        return found[:count]

                    def find(self, sku: str) -> list[str]:
                        return self.items[sku]
            """
        },
        "def take(self, sku, count = 1) :",
        id="types go, where there are two statements",
    ),
    pytest.param(
        "ARC1206",
        {
            "shop/stock.py": """
                def take(items, value, lock):
                    found = items[value]
                    items.remove(value)
                    return found
            """
        },
        "                        try:\n                            items.remove(value)\n"
        "                        finally:\n",
        id="six structures around a statement",
    ),
    pytest.param(
        "ARC0907",
        {},
        'app = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)\n',
        id="an application is opened to every origin",
    ),
]


@pytest.mark.parametrize(("code", "files", "expected"), CASES)
def test_a_mutation_makes_the_violation_that_is_meant(
    tmp_path: Path, code: str, files: Mapping[str, str], expected: str
) -> None:
    project, seeds = planted(tmp_path, code, files)
    assert len(seeds) == 1
    assert expected in changed(project, seeds[0])
    results = list(measure("target", project.root, seeds, tmp_path / "workplace"))
    assert [each.found for each in results] == [True]


def test_a_service_makes_clients_in_handlers_and_loops(tmp_path: Path) -> None:
    project, seeds = planted(tmp_path, "ARC1103", {"shop/api.py": HANDLERS})
    by_title = {seed.mutation: seed for seed in reversed(seeds)}
    handler, loop = (changed(project, by_title[title]) for title in sorted(by_title))
    assert "    async with httpx.AsyncClient(timeout=5) as rates_client:\n" in handler
    assert "        with httpx.Client(timeout=5) as rates_client:\n" in loop
    results = measure("target", project.root, tuple(by_title.values()), tmp_path / "workplace")
    assert [each.found for each in results] == [True, True]


def by_title(tmp_path: Path, code: str, source: str) -> list[str]:
    """The file as each mutation of a rule leaves it, in the order of their titles; all of them are found."""
    project, seeds = planted(tmp_path, code, {"shop/api.py": source})
    named = {seed.mutation: seed for seed in seeds}
    results = measure("target", project.root, seeds, tmp_path / "workplace")
    assert [each.found for each in results] == [True] * len(named)
    return [changed(project, named[title]) for title in sorted(named)]


def test_a_number_is_converted_by_hand_or_by_a_helper(tmp_path: Path) -> None:
    helper, here = by_title(
        tmp_path,
        "ARC0403",
        """
        from fastapi import APIRouter

        router = APIRouter()


        @router.get("/orders")
        async def orders(name: str, page: int = 1):
            return await load(name, page)
        """,
    )
    signature = "(name: str, request: fastapi.Request = None):\n"
    assert f'{signature}    page = int(request.query_params.get("page", 1))\n    return' in here
    assert (
        'def _page_of_orders(text):\n    return int(text)\n\n\n@router.get("/orders")\n' in helper
    )
    assert f'{signature}    page = _page_of_orders(request.query_params.get("page", 1))\n' in helper


def test_a_body_is_taken_apart_by_a_helper_or_free(tmp_path: Path) -> None:
    helper, free = by_title(
        tmp_path,
        "ARC0401",
        """
        from fastapi import APIRouter
        from pydantic import BaseModel

        router = APIRouter()


        class Order(BaseModel):
            item: str
            amount: int


        @router.post("/orders")
        async def create(order: Order):
            return await save(order.item, order.amount)
        """,
    )
    assert "create(order: dict):" in free
    assert (
        'return types.SimpleNamespace(amount=data["amount"], item=data["item"])\n\n\n@router'
        in helper
    )
    assert (
        "create(request: fastapi.Request):\n    order = _order_of_create(await request.json())\n"
        in helper
    )


def test_an_error_leaves_its_family(tmp_path: Path) -> None:
    project, seeds = planted(tmp_path, "ARC0505", {"shop/errors.py": ERRORS})
    assert [each.line for each in seeds] == [4, 7, 10, 13, 16, 19]
    assert "class Kind0Error(Exception): ..." in changed(project, seeds[0])
    results = measure("target", project.root, seeds[:2], tmp_path / "workplace")
    assert [each.found for each in results] == [True, True]
