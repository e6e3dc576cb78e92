"""What becomes of ``probe(...)``, which stands for a text?"""

from __future__ import annotations

import ast

import pytest
from modules import module_of

from archcheck.analysis.module import Module
from archcheck.analysis.topics.requests.conversion import Conversion, Use, conversion


def converted(source: str) -> Conversion:
    module = module_of(source)
    return conversion(_probe(module), module)


def _probe(module: Module) -> ast.Call:
    (found,) = (
        call
        for call in module.nodes(ast.Call)
        if isinstance(call.func, ast.Name) and call.func.id == "probe"
    )
    return found


CASES = {
    "bool": ("bool(probe())", Conversion(Use.BOOL, "bool")),
    "int": ("int(probe())", Conversion(Use.CONVERTED, "int")),
    "another int": ("def int(x): ...\nint(probe())", Conversion(Use.PARSED, "int")),
    "a library's number": (
        "from decimal import Decimal as D\nD(probe())",
        Conversion(Use.CONVERTED, "D"),
    ),
    "a text around it": ("f'{probe()}'", Conversion(Use.CONVERTED)),
    "a parser": ("strtobool(probe())", Conversion(Use.PARSED, "strtobool")),
    "a parser by keyword": ("parse_flag(value=probe())", Conversion(Use.PARSED, "parse_flag")),
    "a method that parses": ("utils.to_bool(probe())", Conversion(Use.PARSED, "utils.to_bool")),
    "another call": ("connect(probe())", Conversion(Use.OTHER, "connect")),
    "a comparison": ("probe() == 'yes'", Conversion(Use.COMPARED)),
    "a choice": ("probe() in ('yes', 'true')", Conversion(Use.COMPARED)),
    "a comparison with a number": ("probe() == 1", Conversion(Use.OTHER)),
    "the other side of a comparison": ("'yes' in probe()", Conversion(Use.OTHER)),
    "a condition": ("if probe(): pass", Conversion(Use.OTHER)),
    "the condition of an expression": ("x = 1 if probe() else 2", Conversion(Use.OTHER)),
    "a fallback": ("int(probe() or 5)", Conversion(Use.CONVERTED, "int", fallback=True)),
    "the fallback itself": ("int(x or probe())", Conversion(Use.CONVERTED, "int")),
    "a branch": ("int(probe() if x else 5)", Conversion(Use.CONVERTED, "int")),
    "a method of it": ("probe().lower()", Conversion(Use.OTHER)),
    "a name": ("x = probe()", Conversion(Use.STORED, later=True)),
    "a name, converted later": (
        "x = probe()\ny = int(x)",
        Conversion(Use.CONVERTED, "int", later=True),
    ),
    "a name, compared later": (
        "def f():\n    if (x := probe()): return x == 'yes'",
        Conversion(Use.COMPARED, later=True),
    ),
    "a name, given to bool later": (
        "x = probe()\ny = bool(x)",
        Conversion(Use.BOOL, "bool", later=True),
    ),
    "an annotated attribute": (
        "class A:\n    def f(self):\n        self.x: str = probe()\n        return parse(self.x)",
        Conversion(Use.PARSED, "parse", later=True),
    ),
    "an item": ("x['a'] = probe()\nint(x['b'])", Conversion(Use.STORED, later=True)),
    "several names": ("x, y = probe()\nint(x)", Conversion(Use.STORED, later=True)),
}


@pytest.mark.parametrize(("source", "expected"), CASES.values(), ids=CASES)
def test_conversion(source: str, expected: Conversion) -> None:
    assert converted(source) == expected
