"""ARC0205: which classes are services, what a collaborator is, and what counts as given."""

from __future__ import annotations

import pytest
from judging import BAD, OK, verdicts

from archcheck.rules.dependency_management.hard_wired_dependency import HardWiredDependency

HEAD = (
    "import httpx\nimport redis\nfrom shop import sql\nfrom shop.ports import OrderRepository\n"
    "from shop.sql import SqlOrderRepository, InMemoryStorage, Money\n"
)
FIRST = HEAD.count("\n") + 3


def judged(
    *lines: str,
    owner: str = "OrderService",
    parameters: str = "orders: OrderRepository = None, url='', ready=False",
    path: str = "src/shop/orders.py",
) -> list[tuple[int, str]]:
    """Line of the body, from 1, and verdict."""
    body = "".join(f"        {line}\n" for line in lines)
    source = f"{HEAD}class {owner}:\n    def __init__(self, {parameters}):\n{body}"
    return [(line - FIRST + 1, word) for line, word in verdicts(HardWiredDependency, source, path)]


@pytest.mark.parametrize(
    "value",
    ["SqlOrderRepository(url)", "sql.HttpPaymentGateway()", "sql.OrderDao()", "sql.UnitOfWork()"],
)
def test_a_collaborator_of_another_module_that_is_built(value: str) -> None:
    assert judged(f"self._part = {value}") == [(1, BAD)]
    assert judged(f"self._part: object = {value}") == [(1, BAD)]


@pytest.mark.parametrize(
    "value",
    [
        "InMemoryStorage()",
        "Money(3)",
        "sql.make_repository()",
        "sql.PriceCache()",
        "Local()",
        "LocalRepository()",
        "url",
        "{}",
    ],
)
def test_what_is_no_collaborator(value: str) -> None:
    source = (
        f"{HEAD}class LocalRepository: ...\nclass OrderService:\n    def __init__(self, url):\n"
    )
    assert verdicts(HardWiredDependency, f"{source}        self._part = {value}\n") == []


@pytest.mark.parametrize(
    "lines",
    [
        ("self._orders = orders",),
        ("self._orders: OrderRepository = orders",),
        ("self._orders = orders or SqlOrderRepository(url)",),
        ("self._orders = SqlOrderRepository(url) if orders is None else orders",),
    ],
)
def test_what_may_be_given_complies(lines: tuple[str, ...]) -> None:
    assert judged(*lines) == [(1, OK)]


@pytest.mark.parametrize("given_first", [True, False])
def test_a_default_in_another_branch_complies(given_first: bool) -> None:
    branches = ["self._orders = orders", "self._orders = SqlOrderRepository(url)"]
    first, second = branches if given_first else reversed(branches)
    found = judged("if ready:", f"    {first}", "else:", f"    {second}")
    assert [word for _, word in found] == [OK]


def test_a_parameter_without_a_type_is_known_by_its_name() -> None:
    assert judged("self._a = order_repository", parameters="order_repository") == [(1, OK)]
    assert judged("self._a = orders", parameters="orders") == []
    assert judged("self._a = client_name", parameters="client_name: str") == []


def test_a_client_of_a_library_beside_other_collaborators() -> None:
    assert judged("self._orders = orders", "self._http = httpx.Client()") == [(1, OK), (2, BAD)]
    assert judged("self._a = orders", "self._b = redis.Redis.from_url(url)") == [(1, OK), (2, BAD)]


def test_a_class_around_one_client_is_its_adapter() -> None:
    assert judged("self._http = httpx.Client()") == []


@pytest.mark.parametrize(
    ("owner", "path", "speaks"),
    [
        ("PlaceOrderUseCase", "src/shop/orders.py", True),
        ("OrderInteractor", "src/shop/orders.py", True),
        ("OrderPlacedHandler", "src/shop/orders.py", True),
        ("PlaceOrder", "src/shop/application/orders.py", True),
        ("PlaceOrder", "src/shop/orders.py", False),
        ("PlaceOrder", "src/shop/services/orders.py", False),
        ("OrderServiceClient", "src/shop/application/orders.py", False),
        ("OrderServiceFactory", "src/shop/application/orders.py", False),
        ("OrderService", "src/shop/container.py", False),
        ("OrderService", "src/shop/main.py", False),
        ("OrderService", "tests/orders.py", False),
        ("OrdersHandler(httpx.Handler)", "src/shop/orders.py", False),
        ("OrderService(httpx.Base)", "src/shop/orders.py", True),
    ],
)
def test_which_classes_are_services(owner: str, path: str, speaks: bool) -> None:
    found = judged("self._orders = SqlOrderRepository(url)", owner=owner, path=path)
    assert found == ([(1, BAD)] if speaks else [])
