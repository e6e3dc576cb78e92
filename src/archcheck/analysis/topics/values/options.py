"""Options of a command line: what declares one, and which can only be numbers?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted, simple_name

#: Of argparse, optparse, click and typer; the last are of oslo.config.
_MAKERS = re.compile(r"add_argument|add_option|option|(?:\w+)?Opt")
_NUMBERS = frozenset({"int", "float"})
_COUNTING = frozenset({"count", "store_false", "store_true"})


def declares_option(call: ast.Call) -> bool:
    """Whether a call declares an option, which people may set on the command line."""
    return _MAKERS.fullmatch(simple_name(call.func)) is not None


def is_number_option(node: ast.Attribute, module: Module) -> bool:
    """Whether ``node`` reads an option that argparse makes a number of: ``args.since`` of ``type=int``.

    By the name of the option: whatever is called ``args`` in a file has what the parsers of that file put there.
    """
    if not isinstance(node.value, ast.Name) or not module.imports("argparse"):
        return False
    kinds = [
        _is_number(option)
        for option in module.calls_by_name.get("add_argument", ())
        if node.attr in _destinations(option)
    ]
    return bool(kinds) and all(kinds)


def _destinations(option: ast.Call) -> Iterator[str]:
    """The attribute that ``add_argument`` fills: ``dest``, or any of its flags, of which the first long one does."""
    given = [keyword.value for keyword in option.keywords if keyword.arg == "dest"]
    for value in given or option.args:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value.lstrip("-").replace("-", "_")


def _is_number(option: ast.Call) -> bool:
    said = {keyword.arg: keyword.value for keyword in option.keywords}
    action = said.get("action")
    is_counted = isinstance(action, ast.Constant) and action.value in _COUNTING
    return is_counted or ("type" in said and dotted(said["type"]) in _NUMBERS)
