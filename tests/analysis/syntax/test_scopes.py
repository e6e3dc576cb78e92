"""The single walk: every node has a parent and a scope, and a function's body is what runs in it."""

from __future__ import annotations

import ast
from pathlib import Path

import archcheck
from archcheck.analysis.syntax.scopes import Scopes

SINGLETONS = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
PACKAGE = Path(archcheck.__file__).parent


def scopes_of(source: str) -> Scopes:
    return Scopes(ast.parse(source), [ast.Call], "app")


def called(node: ast.AST) -> str:
    assert isinstance(node, ast.Call)
    return ast.unparse(node.func)


def test_every_node_is_reached_with_its_parent() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text())
        scopes = Scopes(tree, [ast.Call], "app")
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                if not isinstance(child, SINGLETONS):
                    assert scopes.parents[child] is node
                    assert child in scopes.entries


def test_nodes_are_kept_in_the_order_of_the_grammar() -> None:
    scopes = scopes_of("a(b(), c=d())\n@e()\ndef f(x=g()): h()\n{i(): j(), **k()}\n")
    names = [called(node) for node in scopes.nodes[ast.Call]]
    assert names == ["a", "b", "d", "g", "h", "e", "i", "j", "k"]


def test_defaults_annotations_decorators_and_first_iterables_belong_to_the_scope_around() -> None:
    tree = ast.parse("@a\ndef f(p: b = c, *, q: d = e) -> g:\n    return [h for x in i if j]\n")
    scopes = Scopes(tree, [], "app")
    kinds = {
        node.id: scopes.scope_of(node).kind for node in ast.walk(tree) if isinstance(node, ast.Name)
    }
    assert {name for name, kind in kinds.items() if kind == "module"} == set("abcdeg")
    assert kinds["i"] == "function"
    assert {kinds["h"], kinds["j"], kinds["x"]} == {"comprehension"}


def test_a_body_has_nested_definitions_but_not_what_runs_in_them() -> None:
    tree = ast.parse(
        "def outer(a=skipped()):\n    one()\n    def inner(b=two): three()\n"
        "    class C: four()\n    lambda: five()\n    [six() for _ in x]\n"
    )
    scopes = Scopes(tree, [], "app")
    body = scopes.bodies[tree.body[0]]
    assert [called(node) for node in body if isinstance(node, ast.Call)] == ["one", "six"]
    kinds = {type(node) for node in body}
    assert {ast.FunctionDef, ast.ClassDef, ast.Lambda} <= kinds
