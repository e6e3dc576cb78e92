"""ARC0503 generic-exception-raised."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.queries import LacksDefinition
from archcheck.model import Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending

_GENERIC = frozenset({"Exception", "BaseException", "builtins.Exception", "builtins.BaseException"})


class GenericExceptionRaised(ModuleRule):
    """An error is raised as a bare `Exception`.

    Whoever wants to handle it must catch every exception there is, defects included; no error code, status or
    retry can be tied to it.

    Not flagged: raising a variable or parameter, of which nobody sees the class; tests and scripts. In the last case
    of a `match`, which is there to be unreachable, it is told as advice.
    """

    code = "ARC0503"
    severity = Severity.WARNING
    noun = "raised exceptions have a class of their own"
    message = "`raise {raised}` can only be caught together with everything else"
    advice = "raise an exception of the project's hierarchy"
    waived_by = ("TRY002", "W0719")
    seed = "001, principle 5: exception hierarchy with error codes; all application errors inherit from one base"
    good = (
        Example(
            "A class of the project.",
            "class OutOfStockError(Exception):\n    pass\n\n\ndef reserve(stock, sku):\n    if not stock[sku]:\n"
            "        raise OutOfStockError(sku)\n",
        ),
        Example(
            "A built-in that says what is wrong.",
            "def reserve(count):\n    if count < 1:\n        raise ValueError('count must be positive')\n",
        ),
        Example(
            "Raised again.",
            "def first(errors):\n    for error in errors:\n        raise error\n",
        ),
    )
    bad = (
        Example(
            "Callers cannot tell it from a defect.",
            "def reserve(stock, sku):\n    if not stock[sku]:\n"
            "        raise Exception(f'{sku} is out of stock')  # [generic-exception-raised]\n",
        ),
        Example(
            "The class alone, with its cause.",
            "def load(path):\n    try:\n        return path.read_text()\n    except OSError as error:\n"
            "        raise Exception from error  # [generic-exception-raised]\n",
        ),
    )

    def visit_Raise(self, node: ast.Raise, module: Module) -> Iterator[Judgement]:
        """Judge a raise with an expression whose class is known."""
        if node.exc is None:
            return
        expression = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        names = module.names(expression)
        if not names or _is_handed_in(expression, module):
            return
        place = module.place(node)
        if not _GENERIC.issuperset(names):
            yield Pending(LacksDefinition(names), None, self.complies(place))
            return
        if isinstance(node.exc, ast.Name) and not set(names).isdisjoint(module.handled(node)):
            return  # raised only to be caught by the handler below, which wants a frame or a way out
        yield self.violates(
            place,
            advice=_in_last_case(node, module),
            raised=names[0].rpartition(".")[2],
        )


def _is_handed_in(expression: ast.expr, module: Module) -> bool:
    """Whether somebody else says what to raise: ``error: type[Exception]`` may be any class."""
    if isinstance(expression, ast.Attribute):
        return not module.names(expression.value)  # an attribute of an object, and not of a module
    return any(binding.kind == "parameter" for binding in module.symbols.bindings(expression))


def _in_last_case(node: ast.Raise, module: Module) -> bool:
    """Whether ``node`` stands in ``case _:``."""
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return False
        if isinstance(ancestor, ast.match_case):
            pattern = ancestor.pattern
            catches_all = isinstance(pattern, ast.MatchAs) and pattern.pattern is None
            return catches_all and ancestor.guard is None
    return False
