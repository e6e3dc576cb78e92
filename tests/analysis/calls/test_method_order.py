"""In which order classes answer for a method, and what counts as overridden."""

from __future__ import annotations

import pytest

from archcheck.analysis.calls.method_order import MethodOrder
from archcheck.analysis.facts import ClassFact


def method_order(classes: str, functions: str = "", unused: str = "") -> MethodOrder:
    """Classes as ``A B(A) C(A,lib.X)``, methods as ``A.f B.f``."""
    facts = {}
    for item in classes.split():
        name, _, bases = item.rstrip(")").partition("(")
        facts[name] = ClassFact(name, 1, tuple(filter(None, bases.split(","))))
    return MethodOrder(facts, functions.split(), lambda name: name, frozenset(unused.split()))


ORDERS = {
    "alone": ("A", "A", "A"),
    "chain": ("A B(A) C(B)", "C", "C B A"),
    "two bases": ("A B C(A,B)", "C", "C A B"),
    "deep before wide": ("D B(D) C A(B,C)", "A", "A B D C"),
    "diamond": ("D B(D) C(D) A(B,C)", "A", "A B C D"),
    "foreign base": ("B(lib.X) A(B)", "A", "A B lib.X"),
    "unknown base": ("A(?)", "A", "A ?"),
    "contradiction": ("A B(A) C(A,B)", "C", "C A B"),
    "its own base": ("A(B) B(A)", "A", "A B"),
}


@pytest.mark.parametrize(("classes", "name", "order"), ORDERS.values(), ids=ORDERS)
def test_order(classes: str, name: str, order: str) -> None:
    assert " ".join(method_order(classes).order(name)) == order


OVERRIDDEN = {
    "no subclass": ("A", "A.f", "A", False),
    "subclass without it": ("A B(A)", "A.f B.g", "A", False),
    "subclass": ("A B(A)", "A.f B.f", "A", True),
    "subclass of a subclass": ("A B(A) C(B)", "A.f C.f", "A", True),
    "asked of the subclass": ("A B(A)", "A.f B.f", "B", False),
    "inherited, overridden beside": ("A B(A) C(A)", "A.f C.f", "B", False),
    "inherited, overridden below": ("A B(A) C(B)", "A.f C.f", "B", True),
    "mixed in before": ("A M B(M,A)", "A.f M.f", "A", True),
    "mixed in after": ("A M B(A,M)", "A.f M.f", "A", False),
    "foreign class in between": ("A B(lib.X,A)", "A.f", "A", False),
}


@pytest.mark.parametrize(
    ("classes", "functions", "owner", "answer"), OVERRIDDEN.values(), ids=OVERRIDDEN
)
def test_is_overridden(classes: str, functions: str, owner: str, answer: bool) -> None:
    assert method_order(classes, functions).is_overridden(owner, "f") is answer


def test_classes_that_are_never_used_override_nothing() -> None:
    assert not method_order("A B(A)", "A.f B.f", unused="B").is_overridden("A", "f")


def test_what_nobody_would_write_ends_in_an_unknown_base() -> None:
    deep = "C0 " + " ".join(f"C{n}(C{n - 1})" for n in range(1, 2000))
    order = method_order(deep).order("C1999")
    assert order[:2] == ("C1999", "C1998")
    assert order[-1] == "?"


def test_bases_beyond_count_are_left_out() -> None:
    names = [f"C{n}" for n in range(3000)]
    order = method_order(f"{' '.join(names)} A({','.join(names)})").order("A")
    assert order[:2] == ("A", "C0")
    assert len(order) < 100
