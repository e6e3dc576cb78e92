"""ARC0104: which calls are queries, and where a layer is adopted."""

from __future__ import annotations

import pytest

from archcheck.model import Verdict
from archcheck.rule import Example
from archcheck.rules.layered_architecture.persistence_in_route_handler import (
    PersistenceInRouteHandler,
)
from archcheck.testing import outcomes

HEAD = (
    "from fastapi import APIRouter, Depends\nfrom sqlalchemy.ext.asyncio import AsyncSession\n"
    "from sqlalchemy.orm import Session\nfrom app.deps import SessionDep\nfrom app.order_service import OrderService\n"
    "from app.repositories.orders import find\nrouter = APIRouter()\n"
    "@router.get('/a')\ndef a():\n    return find()\n"
)
FILES = {
    "src/app/__init__.py": "",
    "src/app/deps.py": "from typing import Annotated\nfrom fastapi import Depends\nfrom sqlalchemy.orm import Session\n"
    "def make(): ...\nSessionDep = Annotated[Session, Depends(make)]\n",
    "src/app/order_service.py": "class OrderService:\n    def find(self): ...\n",
    "src/app/repositories/__init__.py": "",
    "src/app/repositories/orders.py": "def find(): ...\n",
}


def verdicts(handler: str, *, head: str = HEAD, path: str = "src/app/api.py") -> list[Verdict]:
    found = outcomes(PersistenceInRouteHandler, Example("", head + handler, path=path, files=FILES))
    return [each.verdict for each in found]


@pytest.mark.parametrize(
    "handler",
    [
        "def b(db: Session):\n    db.query(X).all()",
        "async def b(db: AsyncSession):\n    await db.execute(X)",
        "def b(db: SessionDep):\n    db.execute(X)",
        "def b(db: Session, orders: OrderService):\n    db.add(X)",
    ],
)
def test_a_query(handler: str) -> None:
    assert verdicts(f"@router.get('/b')\n{handler}\n") == [Verdict.COMPLIES, Verdict.VIOLATES]


@pytest.mark.parametrize(
    "handler",
    [
        "def b(db: Session):\n    db.commit()\n    db.close()",
        "def b(seen):\n    seen.add(1)",
        "def b(tool):\n    tool.execute()",
        "def b(orders: OrderService = Depends()):\n    orders.find()",
    ],
)
def test_no_query(handler: str) -> None:
    assert verdicts(f"@router.get('/b')\n{handler}\n") == [Verdict.COMPLIES, Verdict.COMPLIES]


@pytest.mark.parametrize("path", ["/health", "/admin/orders"])
def test_operations_are_no_opportunity(path: str) -> None:
    handler = f"@router.get('{path}')\ndef b(db: Session):\n    db.query(X)\n"
    head = f"{HEAD}from fastapi import FastAPI\napp = FastAPI()\napp.include_router(router)\n"
    assert verdicts(handler, head=head) == [Verdict.COMPLIES]


def test_without_a_layer_a_query_has_no_better_place() -> None:
    head = (
        "from fastapi import APIRouter\nfrom sqlalchemy.orm import Session\nrouter = APIRouter()\n"
    )
    assert verdicts("@router.get('/b')\ndef b(db: Session):\n    db.query(X)\n", head=head) == []
