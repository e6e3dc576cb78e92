"""A narrowed handler is asked where it may speak, and nowhere else."""

from __future__ import annotations

import ast

import pytest
from modules import module_of

from archcheck.analysis.narrowing import Narrowing, narrowed
from archcheck.rule import ModuleRule

CALLS = """
import requests
from requests import get as fetch
from functools import partial

send = partial(requests.post, timeout=5)


class Client:
    def __init__(self):
        self.put = requests.delete

    def run(self, other):
        fetch("a")
        send("b")
        self.put("c")
        other.get("d")
        other.head("e")
        other()("f")
"""


def arguments_of_calls(named: str) -> list[str]:
    calls = Narrowing(named=frozenset({named})).select(ast.Call, module_of(CALLS))
    return [
        argument.value
        for call in calls
        if isinstance(call, ast.Call)
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("get", ["a", "d"]),
        ("fetch", ["a"]),
        ("post", ["b"]),
        ("delete", ["c"]),
        ("put", ["c"]),
        ("options", []),
    ],
)
def test_a_call_is_found_as_written_and_as_resolved(named: str, found: list[str]) -> None:
    assert arguments_of_calls(named) == found


def test_calls_of_several_names_come_once_and_in_source_order() -> None:
    named = frozenset({"head", "get", "requests", "fetch"})
    calls = Narrowing(named=named).select(ast.Call, module_of(CALLS))
    assert [ast.unparse(call) for call in calls] == [
        "fetch('a')",
        "other.get('d')",
        "other.head('e')",
    ]


def test_nodes_are_found_by_their_own_name() -> None:
    module = module_of("class A: ...\nclass B: ...\n")
    found = Narrowing(named=frozenset({"B"})).select(ast.ClassDef, module)
    assert [getattr(node, "name", "") for node in found] == ["B"]


@pytest.mark.parametrize(
    ("narrowing", "count"),
    [
        (Narrowing(imports=frozenset({"requests", "httpx"})), 2),
        (Narrowing(imports=frozenset({"httpx"})), 0),
        (Narrowing(words=("httpx", "requests")), 2),
        (Narrowing(words=("httpx",)), 0),
        (Narrowing(), 2),
    ],
)
def test_a_file_without_what_is_needed_has_no_nodes(narrowing: Narrowing, count: int) -> None:
    module = module_of("import requests\n\na = 1\nb = 2\n")
    assert len(narrowing.select(ast.Assign, module)) == count


def test_strings_are_found_by_their_value() -> None:
    module = module_of("a = 'x' '://y'\nb = b'z://'\nc = 'x:'\nd = 1\n")
    found = Narrowing(strings=("://",)).select(ast.Constant, module)
    assert [getattr(node, "value", None) for node in found] == ["x://y", b"z://"]


def test_what_a_node_lacks_is_a_type_error() -> None:
    for name, declaration in (
        ("visit_Assign", narrowed(named=("a",))),
        ("visit_Name", narrowed(strings=("a",))),
    ):
        handler = declaration(lambda self, node, module: ())
        with pytest.raises(TypeError, match="narrowed"):
            type("Misplaced", (ModuleRule,), {name: handler})
