"""ARC0804 missing-test-level."""

from __future__ import annotations

from collections.abc import Iterator

from archcheck.analysis.topics.testing.suite_levels import LEVELS, tested_levels
from archcheck.analysis.topics.testing.suites import has_tests
from archcheck.model import Confidence, Kind, Outcome, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

_PYPROJECT = '[project]\nname = "shop"\nversion = "1"\n'
_UNIT = "from shop.orders import total\n\n\ndef test_total():\n    assert total([10, 20]) == 30\n"
_INTEGRATION = (
    "from fastapi.testclient import TestClient\n\nfrom shop.main import app\n\n\ndef test_an_order_is_placed():\n"
    "    assert TestClient(app).post('/orders', json={'sku': 'mug'}).status_code == 201\n"
)
_JOURNEY = (
    "def test_a_customer_buys_a_mug(page):\n    page.goto('/')\n    page.click('text=Buy')\n"
    "    assert page.inner_text('h1') == 'Thank you'\n"
)


class MissingTestLevel(ProjectRule):
    """A service or worker is tested at some levels only.

    Unit tests find what is wrong in a part, integration tests what is wrong between the parts, end-to-end tests what
    is wrong for a user. What no level looks at is found in production.

    Each of the three is an opportunity. Evidence are folders and names of test files (`tests/integration`,
    `test_e2e_checkout.py`), marks (`@pytest.mark.integration`), test clients of web frameworks, testcontainers and
    engines of SQLAlchemy in tests (integration), Playwright, Selenium, Cypress, schemathesis, locust, behave and
    their like (end-to-end), processes that a test starts (both). Tests of no other level are unit tests. Not flagged: projects without tests; libraries
    and commands; unpacked archives, where tests may have been left out.
    """

    code = "ARC0804"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    preview = True
    noun = "levels of tests are there"
    message = "no {level} tests found"
    advice = "write the first one of that level, for the most important path"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER})
    whole_repository = True
    seed = "001, Testing Strategy: unit, integration, e2e; 002; 004"
    good = (
        Example(
            "A folder for each level.",
            _PYPROJECT,
            path="pyproject.toml",
            files={
                "tests/unit/test_orders.py": _UNIT,
                "tests/integration/test_orders.py": _UNIT,
                "tests/e2e/test_checkout.py": _JOURNEY,
            },
        ),
        Example(
            "Told by the tools that the tests use.",
            _PYPROJECT,
            path="pyproject.toml",
            files={
                "tests/test_orders.py": _UNIT,
                "tests/test_routes.py": _INTEGRATION,
                "tests/test_checkout.py": f"from playwright.sync_api import Page\n\n\n{_JOURNEY}",
            },
        ),
    )
    bad = (
        Example(
            "Nobody ever walks through the shop.",
            f"# [missing-test-level]\n{_PYPROJECT}",
            path="pyproject.toml",
            files={"tests/test_orders.py": _UNIT, "tests/test_routes.py": _INTEGRATION},
        ),
        Example(
            "Parts are tested, and never together.",
            f"# [missing-test-level]\n{_PYPROJECT}",
            path="pyproject.toml",
            files={"tests/unit/test_orders.py": _UNIT},
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        """Yield three outcomes a member with tests."""
        for member in project.members:
            if not has_tests(project, member):
                continue
            found = tested_levels(project, member)
            for level in LEVELS:
                place = file_place(project.home_of(member), 1, level)
                if level in found:
                    yield self.complies(place)
                elif not project.unpacked:
                    yield self.violates(place, level=level)
