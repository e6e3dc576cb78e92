"""ARC0803 untested-module."""

from __future__ import annotations

from collections.abc import Iterator

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.topics.testing.reach import (
    loaded_by_name,
    may_reach_more,
    reached_by_tests,
)
from archcheck.analysis.topics.testing.suites import has_tests
from archcheck.model import Confidence, Member, Outcome, Role, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

_ROLES = frozenset({Role.RUNTIME, Role.CLI, Role.ENTRYPOINT})
#: Modules that a server or interpreter starts with, and that only put others together.
_STARTING = frozenset({"__main__", "asgi", "manage", "wsgi"})
#: Frameworks that find modules by their names or by scanning packages.
_FINDING = frozenset({"airflow", "django", "frappe", "odoo", "pyramid", "venusian"})
_ORDERS = "def total(prices):\n    return sum(prices)\n"
_TEST = "from shop.orders import total\n\n\ndef test_total():\n    assert total([10, 20]) == 30\n"


class UntestedModule(ProjectRule):
    """No test can reach a module: none imports it, directly or through other modules.

    What a test reaches may still be untested, but what none reaches surely is: it is not even known to be
    importable.

    Imports of all kinds count, also those in functions and for type checkers, and those of the packages around a
    module; so do texts that name a module (`mock.patch("shop.orders.total")`, `"shop.main:app"`), and the commands
    where tests start processes. Not flagged: modules without a function or class; `__init__`, `__main__`, settings
    and server entry points; plugins named by entry points and what they import; packages in which modules
    are loaded by names that nobody can read; frameworks that find modules by their names (Django, Pyramid); packages of
    which tests import nothing; unpacked archives, where tests may have been left out; anything while a test or another
    file of the project cannot be parsed, for it may import whatever seems untested.
    """

    code = "ARC0803"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    noun = "modules are reached by tests"
    message = "no test reaches `{module}`"
    advice = "write one test that imports it, or delete the module if nothing needs it"
    seed = "001, Testing Strategy: each layer is independently testable"
    good = (
        Example(
            "One module is tested, and the other through it.",
            _ORDERS,
            path="src/shop/prices.py",
            files={
                "src/shop/__init__.py": "",
                "src/shop/orders.py": "from shop.prices import total\n\n\ndef place(prices):\n    return total(prices)\n",
                "tests/test_orders.py": "from shop.orders import place\n\n\ndef test_place():\n    assert place([1]) == 1\n",
            },
        ),
        Example(
            "A test names the module in a text.",
            "def charge(card):\n    return card\n",
            path="src/shop/payments.py",
            files={
                "src/shop/__init__.py": "",
                "src/shop/orders.py": _ORDERS,
                "tests/test_orders.py": f"from unittest import mock\n\n{_TEST}\n\ndef test_charge():\n"
                "    with mock.patch('shop.payments.charge') as charge:\n        assert not charge.called\n",
            },
        ),
    )
    bad = (
        Example(
            "Nothing imports the module in any test.",
            "def charge(card):  # [untested-module]\n    return card\n",
            path="src/shop/payments.py",
            files={
                "src/shop/__init__.py": "",
                "src/shop/orders.py": _ORDERS,
                "tests/test_orders.py": _TEST,
            },
        ),
        Example(
            "Only another module that no test reaches imports it.",
            "def charge(card):  # [untested-module]\n    return card\n",
            path="src/shop/payments.py",
            files={
                "src/shop/__init__.py": "",
                "src/shop/orders.py": _ORDERS,
                "src/shop/checkout.py": "from shop.payments import charge  # [untested-module]\n\n\ndef pay(card):\n"
                "    return charge(card)\n",
                "tests/test_orders.py": _TEST,
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        """Yield one outcome an eligible module."""
        reached = reached_by_tests(project)
        if not reached:
            return
        loaded = loaded_by_name(project.modules[name] for name in sorted(reached))
        tested = {name.partition(".")[0] for name in reached}
        for member in project.members:
            if not has_tests(project, member) or _finds_modules(project, member):
                continue
            in_doubt = project.unpacked or may_reach_more(project, member)
            plugins = _plugins(project, member)
            loaded_elsewhere = project.graph.reachable(plugins)
            for module in project.facts_of(member):
                if not _is_eligible(module) or module.name in plugins:
                    continue
                if module.name.partition(".")[0] not in tested:
                    continue  # beside the product, or in a source root that nobody could map
                place = file_place(module.path, 1, module.name)
                if module.name in reached:
                    yield self.complies(place)
                elif not (
                    in_doubt or module.name in loaded_elsewhere or module.name.startswith(loaded)
                ):
                    yield self.violates(place, module=module.name)


def _is_eligible(module: ModuleFacts) -> bool:
    return (
        module.role in _ROLES
        and bool(module.name)
        and not module.is_package
        and bool(module.functions or module.classes)
        and module.name.rpartition(".")[2] not in _STARTING
    )


def _finds_modules(project: Project, member: Member) -> bool:
    """Whether the member is built on a framework that finds its modules."""
    return project.manifests[member.root].requires(_FINDING) or any(
        _is_found(module) for module in project.facts_of(member)
    )


def _is_found(module: ModuleFacts) -> bool:
    """Whether a module is of the kind that such a framework looks for, or starts one."""
    is_app = module.name.rpartition(".")[2] == "apps"
    return any(
        mark.name.partition(".")[0] in _FINDING or mark.name == "ROOT_URLCONF"
        for mark in module.constructs
    ) or (is_app and any(fact.module.startswith("django.apps") for fact in module.imports))


def _plugins(project: Project, member: Member) -> frozenset[str]:
    """The modules that other programs load by an entry point."""
    manifests = project.manifests[member.root]
    return frozenset(
        project.linker.split(point.target.replace(":", "."))[0]
        for point in manifests.entry_points
        if point.group in manifests.entry_point_groups
    )
