from __future__ import annotations

from textwrap import dedent

import pytest

from archcheck.model import Kind, Outcome
from archcheck.rule import Example
from archcheck.rules.evolution.deprecation_without_warning import DeprecationWithoutWarning
from archcheck.testing import outcomes

LIBRARY = frozenset({Kind.LIBRARY})
SERVICE = frozenset({Kind.SERVICE, Kind.DEPLOYABLE})


def judged(source: str, kinds: frozenset[Kind] = LIBRARY) -> list[Outcome]:
    return outcomes(DeprecationWithoutWarning, Example("case", dedent(source), kinds=kinds))


def verdicts(source: str, kinds: frozenset[Kind] = LIBRARY) -> list[tuple[int, str]]:
    return [
        (outcome.place.location.line, outcome.verdict.value) for outcome in judged(source, kinds)
    ]


def function(docstring: str, body: str = "return 1", head: str = "") -> str:
    return f'{head}def total(order, tax=None):\n    """{docstring}"""\n    {body}\n'


@pytest.mark.parametrize(
    "docstring",
    [
        "Deprecated.",
        "DEPRECATED: use Order.total.",
        "[Deprecated] Sum of an order.",
        "Sum of an order.\n\n    .. deprecated:: 2.1\n    ",
        "Sum of an order.\n\n    .. deprecated:: 2.1\n       Use `Order.total` instead.\n    ",
        "Sum of an order.\n\n    Deprecated: use `Order.total`.\n    ",
    ],
)
def test_documented_and_silent(docstring: str) -> None:
    assert verdicts(function(docstring)) == [(1, "violates")]


@pytest.mark.parametrize(
    "docstring",
    [
        "Sum of an order, as the deprecated Order.sum did.",
        "Sum of an order, which was\n    deprecated for a while.\n    ",
        "Deprecated parameter: tax.",
        "Sum.\n\n    .. deprecated:: 2.1\n       The *tax* argument is ignored.\n    ",
        "Sum.\n\n    Args:\n        tax: ignored.\n            .. deprecated:: 2.1\n    ",
    ],
)
def test_docstrings_that_deprecate_something_else(docstring: str) -> None:
    assert verdicts(function(docstring)) == []


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", "warn_deprecated('total'); return 1"),
        ("", "logger.warning('total is deprecated'); return 1"),
        ("", "report_usage(f'calls {total}, which is deprecated'); return 1"),
        ("@deprecated('use Order.total')\n", "return 1"),
        ("@app.deprecated_since(2)\n", "return 1"),
        ("@command(deprecated=True)\n", "return 1"),
    ],
)
def test_announced_by_a_name(head: str, body: str) -> None:
    assert [verdict for _, verdict in verdicts(function("Deprecated.", body, head))] == ["complies"]


@pytest.mark.parametrize(
    "source",
    [
        'def _total(order):\n    """Deprecated."""\n    return 1',
        'def deprecated(function):\n    """Deprecated functions are decorated with it."""\n    return function',
        'from typing import overload\n@overload\ndef total(order):\n    """Deprecated."""',
        'class Port:\n    def total(self, order):\n        """Deprecated."""\n        raise NotImplementedError',
        'class Order(BaseModel):\n    """Deprecated."""\n    id: int',
        'class Plugin(Protocol):\n    """Deprecated."""\n    def run(self): return 1',
        'class OldWarning(DeprecationWarning):\n    """Deprecated."""\n    def f(self): return 1',
        "class View:\n    def icon(self):\n        return self.get_icon()\n\n    def get_icon(self):\n"
        '        """Deprecated: define `icon`."""\n        return "x"',
        'from flask import Flask\napp = Flask("a")\n@app.get("/total")\ndef total():\n    """Deprecated."""\n    return 1',
    ],
)
def test_what_cannot_or_need_not_warn(source: str) -> None:
    assert verdicts(source) == []


def test_a_class_warns_when_it_is_made() -> None:
    source = """
        import warnings

        class Old:
            '''Deprecated: use New.'''

            def __init__(self):
                warnings.warn("Old is deprecated", DeprecationWarning, stacklevel=2)

        class Older:
            '''Deprecated: use New.'''

            def run(self):
                return 1
    """
    assert verdicts(source) == [(4, "complies"), (8, "complies"), (10, "violates")]


WARN = "from warnings import warn as w\ndef f(x=None):\n    "


def test_a_condition_on_what_is_made_of_an_argument_has_a_caller() -> None:
    source = (
        "from warnings import warn\ndef f(sizes=None):\n    known = set(sizes)\n    missing = ALL - known\n"
        "    if missing:\n        warn('to leave sizes out is deprecated', DeprecationWarning)\n"
    )
    assert verdicts(source) == [(6, "violates")]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("w('f is deprecated')", "names no category"),
        ("w(f'{f} is deprecated', stacklevel=2)", "names no category"),
        ("w('f is deprecated', DeprecationWarning)", "no `stacklevel`"),
        ("w('use g', category=RemovedInApp3Warning)", "no `stacklevel`"),
        ("w('use g', RemovedInApp3Warning)", "no `stacklevel`"),
        ("w(DeprecationWarning('use g'))", "no `stacklevel`"),
        ("w('f is deprecated', DeprecationWarning, 2)", "complies"),
        ("w('f is deprecated', DeprecationWarning, stacklevel=2)", "complies"),
        ("w('f is deprecated', DeprecationWarning, skip_file_prefixes=(HERE,))", "complies"),
        ("w(DeprecationWarning('use g'), stacklevel=2)", "complies"),
        ("w('disk is nearly full')", ""),
        ("w(message)", ""),
        ("w('f is deprecated', **options)", ""),
        ("w(*deprecated)", ""),
    ],
)
def test_category_and_stacklevel(call: str, expected: str) -> None:
    found = [outcome.message or outcome.verdict.value for outcome in judged(WARN + call)]
    assert len(found) == bool(expected)
    assert all(expected in text for text in found)


def test_the_text_is_followed_to_its_definition() -> None:
    source = WARN + "text = 'f is ' + 'deprecated'\n    w(text, stacklevel=2)"
    assert [verdict for _, verdict in verdicts(source)] == ["violates"]


@pytest.mark.parametrize(
    "source",
    [
        "import warnings\ndef _f():\n    warnings.warn('f is deprecated', DeprecationWarning)",
        "import warnings\n@register.tag\ndef f():\n    warnings.warn('f is deprecated', DeprecationWarning)",
        "import warnings\nclass A:\n    def f(self):\n        if self.old:\n"
        "            warnings.warn('old is deprecated', DeprecationWarning)",
    ],
)
def test_without_a_caller_to_point_at_stacklevel_means_nothing(source: str) -> None:
    assert verdicts(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "import warnings\nwarnings.warn('app is deprecated', DeprecationWarning)",
        "import warnings\nclass A:\n    @property\n    def f(self):\n        warnings.warn('f is deprecated', DeprecationWarning)",
        "import warnings\ndef f(old=None):\n    if old is not None:\n"
        "        warnings.warn('old is deprecated', DeprecationWarning)",
    ],
)
def test_with_one_it_is_missed(source: str) -> None:
    assert [verdict for _, verdict in verdicts(source)] == ["violates"]


def test_in_a_service_it_is_advice() -> None:
    source = function("Deprecated.")
    assert [outcome.advice for outcome in judged(source)] == [False]
    assert [outcome.advice for outcome in judged(source, SERVICE)] == [True]


def test_the_decorators_of_debtcollector_warn() -> None:
    source = (
        "from debtcollector import removals\n@removals.removed_class('A', version='2')\n"
        'class A:\n    """Deprecated."""\n    def f(self): ...\n'
    )
    assert [verdict for _, verdict in verdicts(source)] == ["complies"]


@pytest.mark.parametrize(
    ("table", "found"),
    [("CODES = {Like: 51}", []), ("CODES: dict = {51: Like}", []), ("CODES = {Other: 51}", [1])],
)
def test_a_class_that_its_module_keeps_in_a_table_is_in_use(table: str, found: list[int]) -> None:
    source = f'class Like:\n    """Deprecated."""\n\n    def pack(self):\n        return 1\n\n\n{table}\n'
    assert [line for line, _ in verdicts(source)] == found
