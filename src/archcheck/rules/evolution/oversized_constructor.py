"""ARC1207: a service needs too many other objects to do its work."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pydantic import Field

from archcheck.analysis.module import Module
from archcheck.analysis.names.hierarchy import ClassKind
from archcheck.analysis.queries import AnyOf, IsA, Query
from archcheck.analysis.topics.values.collaborators import constructor_types, is_collaborator
from archcheck.model import Confidence, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, RuleOptions

_LAYER = re.compile(
    r"(?:^|\.)(?:app(?:lication)?_services?|application|interactors?|(?:\w+_)?handlers?|service_layer|services?"
    r"|use_?cases?)(?:\.|$)"
)
_NAMED = re.compile(r"(?:Handler|Interactor|Service|UseCase)(?:Impl)?$")
#: They hold the others together, and are made to know many.
_ASSEMBLES = re.compile(
    r"(?:App|Application|Bundle|Config|Container|Context|Dependencies|Deps|Facade|Registry|Services|Settings)$"
)


class OversizedConstructor(ModuleRule):
    """A service needs too many other objects to do its work.

    Each collaborator is a reason to change the class and something that every test of it must provide. A class that
    needs many does several jobs: groups of methods that use different ones are the classes it could be.

    Judged are classes of services, use cases and handlers, by their module or their own name, that are handed at
    least one collaborator: a parameter of `__init__`, or a field of a dataclass or attrs class, whose type is called
    after a service, repository, client, gateway, bus, cache or the like, or is a protocol or abstract class. More
    than seven are too many.

    Not flagged: values and settings, however many; parameters without a type; containers, facades, contexts and
    applications, which are made to know many; models of pydantic.
    """

    code = "ARC1207"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    noun = "services need no more collaborators than allowed"
    message = "`{name}` needs more than {limit} collaborators"
    advice = "split it by the methods that use the same collaborators"
    waived_by = ("PLR0913", "R0902", "R0913")
    seed = "002, key principle 2: single responsibility"
    preview = True
    good = (
        Example(
            "Three collaborators, and values.",
            "from shop.ports import Clock, OrderRepository, PaymentGateway\n\n\n"
            "class PlaceOrder:\n"
            "    def __init__(\n"
            "        self, orders: OrderRepository, payments: PaymentGateway, clock: Clock,\n"
            "        currency: str, retries: int, limit: int, language: str, region: str, test: bool,\n"
            "    ) -> None:\n        self.orders, self.payments, self.clock = orders, payments, clock\n",
            path="src/shop/use_cases/place_order.py",
        ),
        Example(
            "A container is made to know them all.",
            "from dataclasses import dataclass\n\nfrom shop import ports\n\n\n"
            "@dataclass(frozen=True)\nclass ServiceContainer:\n"
            "    orders: ports.OrderService\n    stock: ports.StockService\n    mail: ports.MailService\n"
            "    tax: ports.TaxService\n    users: ports.UserService\n    search: ports.SearchService\n"
            "    reviews: ports.ReviewService\n    returns: ports.ReturnService\n",
            path="src/shop/services/container.py",
        ),
    )
    bad = (
        Example(
            "It orders, ships, bills, mails and searches.",
            "from shop import ports\n\n\n"
            "class OrderService:  # [oversized-constructor]\n"
            "    def __init__(\n"
            "        self,\n        orders: ports.OrderRepository,\n        customers: ports.CustomerRepository,\n"
            "        payments: ports.PaymentGateway,\n        stock: ports.StockClient,\n"
            "        parcels: ports.ParcelClient,\n        mail: ports.MailSender,\n"
            "        search: ports.SearchService,\n        events: ports.EventBus | None = None,\n"
            "    ) -> None: ...\n",
            path="src/shop/orders.py",
        ),
        Example(
            "Interfaces count whatever they are called.",
            "from dataclasses import dataclass\n\n"
            "from shop.ports import Bills, Clock, Mail, Orders, Parcels, Prices, Stock, Taxes\n\n\n"
            "@dataclass\nclass PlaceOrder:  # [oversized-constructor]\n"
            "    orders: Orders\n    stock: Stock\n    mail: Mail\n    taxes: Taxes\n    prices: Prices\n"
            "    bills: Bills\n    parcels: Parcels\n    clock: Clock\n",
            path="src/shop/use_cases/place_order.py",
            files={
                "src/shop/__init__.py": "",
                "src/shop/ports.py": "from typing import Protocol\n\n\n"
                "class Bills(Protocol): ...\nclass Clock(Protocol): ...\nclass Mail(Protocol): ...\n"
                "class Orders(Protocol): ...\nclass Parcels(Protocol): ...\nclass Prices(Protocol): ...\n"
                "class Stock(Protocol): ...\nclass Taxes(Protocol): ...\n",
            },
        ),
    )

    class Options(RuleOptions):
        """Options of ARC1207."""

        max_collaborators: int = Field(
            default=7, ge=1, description="So many collaborators a constructor may take."
        )

    options: Options

    def visit_ClassDef(self, node: ast.ClassDef, module: Module) -> Iterator[Judgement]:
        """A class of a service layer."""
        if not _does_work(node, module):
            return
        types = constructor_types(node, module)
        named = sum(1 for name in types if is_collaborator(name))
        others = [_is_interface(name) for name in types if name and not is_collaborator(name)]
        limit, place = self.options.max_collaborators, module.place(node)
        right, wrong = self.complies(place), self.violates(place, name=node.name, limit=limit)
        verdict: Judgement = wrong if named > limit else right
        if named <= limit < named + len(others):
            verdict = Pending(AnyOf(tuple(others), limit + 1 - named), wrong, right, unknown=right)
        if not named:
            verdict = Pending(AnyOf(tuple(others)), verdict, None)
        if node.bases:
            model = IsA(module.symbols.definition_name(node), ClassKind.PYDANTIC_MODEL)
            verdict = Pending(model, None, verdict, unknown=verdict)
        yield verdict


def _does_work(node: ast.ClassDef, module: Module) -> bool:
    """Whether a class is a service, use case or handler, and none that only holds others."""
    if _ASSEMBLES.search(node.name):
        return False
    return bool(_NAMED.search(node.name) or _LAYER.search(module.name))


def _is_interface(name: str) -> Query:
    return AnyOf((IsA(name, ClassKind.PROTOCOL), IsA(name, ClassKind.ABSTRACT)))
