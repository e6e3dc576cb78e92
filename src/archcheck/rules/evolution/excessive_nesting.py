"""ARC1206: the control structures of a function are nested too deeply."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pydantic import Field

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.syntax.blocks import is_one_statement
from archcheck.analysis.syntax.nesting import deepest_chain, wrapping_if
from archcheck.model import Outcome, Severity, TraceStep
from archcheck.rule import Example, ModuleRule, RuleOptions

_WORDS = {"AsyncFor": "async for", "AsyncWith": "async with", "TryStar": "try"}


class ExcessiveNesting(ModuleRule):
    """The control structures of a function are nested too deeply.

    Whoever changes the innermost line must hold every condition around it in mind, and whoever adds a case finds no
    place for it but one level further in. Each level also multiplies the paths that a test would have to take.

    Counted are `if`, loops, `with`, `try` and `match`; more than five of them around one place are too many.

    Not flagged: `elif` after `elif`, handlers and `else` branches, which stand beside what they belong to; nested
    `with` statements of one object, which build a tree of elements (`with tag.ul():`); nested functions, which are
    counted for themselves. Functions of one simple statement are no opportunity.
    """

    code = "ARC1206"
    severity = Severity.INFO
    noun = "functions are nested no deeper than allowed"
    message = "`{name}` nests control structures {depth} deep, more than {limit}{hint}"
    advice = (
        "leave early with guard clauses, or give an inner block a name as a function of its own"
    )
    waived_by = ("C901", "PLR1702", "R1702", "WPS220")
    seed = "002, key principle 7: readability"
    good = (
        Example(
            "Guard clauses leave the function early.",
            "def ship(orders, stock):\n"
            "    for order in orders:\n"
            "        if not order.paid or order.shipped:\n"
            "            continue\n"
            "        for line in order.lines:\n"
            "            stock.take(line.sku, line.quantity)\n",
        ),
        Example(
            "A chain of alternatives is one level.",
            "def rate(weight):\n"
            "    if weight < 1:\n        return 3\n"
            "    elif weight < 5:\n        return 5\n"
            "    elif weight < 10:\n        return 8\n"
            "    elif weight < 20:\n        return 12\n"
            "    elif weight < 30:\n        return 15\n"
            "    elif weight < 50:\n        return 20\n"
            "    else:\n        return 30\n",
        ),
        Example(
            "A page is a tree.",
            "def invoice(tag, lines):\n"
            "    with tag.html():\n        with tag.body():\n            with tag.main():\n"
            "                with tag.table():\n                    with tag.tbody():\n"
            "                        with tag.tr():\n"
            "                            for line in lines:\n"
            "                                tag.td(line)\n",
        ),
    )
    bad = (
        Example(
            "Six conditions decide about one line.",
            "def ship(orders, stock, carrier):  # [excessive-nesting]\n"
            "    for order in orders:\n"
            "        if order.paid:\n"
            "            for line in order.lines:\n"
            "                if line.sku in stock:\n"
            "                    with stock.lock(line.sku):\n"
            "                        if carrier.takes(line.weight):\n"
            "                            carrier.send(line)\n",
        ),
        Example(
            "One condition wraps the whole function.",
            "def read(files, parser):  # [excessive-nesting]\n"
            '    """Read what is there."""\n'
            "    if files:\n"
            "        for file in files:\n"
            "            with file.open() as stream:\n"
            "                try:\n"
            "                    for line in stream:\n"
            "                        if line.strip():\n"
            "                            parser.feed(line)\n"
            "                except ValueError:\n"
            "                    parser.reset()\n",
        ),
    )

    class Options(RuleOptions):
        """Options of ARC1206."""

        max_depth: int = Field(
            default=5, ge=1, description="So many control structures may stand around one place."
        )

    options: Options

    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Outcome]:
        """A function or method."""
        yield from self._judged(node, module)

    def visit_AsyncFunctionDef(
        self, node: ast.AsyncFunctionDef, module: Module
    ) -> Iterator[Outcome]:
        """The same, asynchronous."""
        yield from self._judged(node, module)

    def _judged(self, node: AnyFunction, module: Module) -> Iterator[Outcome]:
        if is_one_statement(node):
            return
        chain = deepest_chain(node, module)
        place = module.place(node)
        if len(chain) <= self.options.max_depth:
            yield self.complies(place)
            return
        wraps = wrapping_if(node) is chain[0]
        yield self.violates(
            place,
            trace=[TraceStep(module.path, each.lineno, f"`{_word(each)}`") for each in chain],
            name=node.name,
            depth=len(chain),
            limit=self.options.max_depth,
            hint="; its outermost `if` wraps the whole body" if wraps else "",
        )


def _word(statement: ast.stmt) -> str:
    """The keyword of a control statement."""
    name = type(statement).__name__
    return _WORDS.get(name, name.lower())
