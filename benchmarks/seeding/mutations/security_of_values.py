"""Seeds of principle 9: what comes from outside and ends in a statement, a command, a log or an answer."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from seeding.mutations.observability import is_log_call
from seeding.seed import Edit, Seed, mutates
from seeding.source import Source, body_nodes, dotted_name, is_open, keyword, parameters

_STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_MARK = re.compile(r"%s|\?")
_LOGGERS = ("logger", "log", "LOG", "LOGGER", "_logger", "_LOGGER")
_SECRETS = frozenset(
    {"password", "passwd", "api_key", "apikey", "access_token", "refresh_token", "client_secret", "secret_key",
     "private_key", "auth_token", "new_password", "secret_access_key"}
)  # fmt: skip


@mutates("ARC0903", "a bound parameter is spliced into the statement")
def spliced(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        if (
            not isinstance(call.func, ast.Attribute)
            or call.func.attr != "execute"
            or len(call.args) != 2
        ):
            continue
        statement, values = call.args
        if not isinstance(values, ast.Tuple | ast.List) or call.keywords:
            continue
        text = _statement(source, call, statement)
        if text is None or not _is_handed_in(source, call, values.elts):
            continue
        spliced = _splice(source, str(text.value), values.elts)
        if spliced is None:
            continue
        if text is statement:
            yield source.seed(
                call, Edit(source.span(statement)[0], source.span(values)[1], spliced)
            )
        else:
            removed = source.remove_argument(call, values)
            function = source.function(call)
            yield source.seed(function, source.replace(text, spliced), removed)


def _statement(source: Source, call: ast.Call, node: ast.expr) -> ast.Constant | None:
    """The text of the statement: in the call, or bound once to the name in the call's function."""
    if isinstance(node, ast.Name) and (function := source.function(call)) is not None:
        bound = [
            each.value
            for each in body_nodes(function.body)
            if isinstance(each, ast.Assign)
            and [dotted_name(target) for target in each.targets] == [node.id]
        ]
        changed = any(
            isinstance(each, ast.AugAssign) and dotted_name(each.target) == node.id
            for each in body_nodes(function.body)
        )
        node = bound[0] if len(bound) == 1 and not changed else node
    is_text = (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _STATEMENT.match(node.value)
    )
    return node if is_text and isinstance(node, ast.Constant) else None


def _is_handed_in(source: Source, node: ast.AST, values: Sequence[ast.expr]) -> bool:
    """Whether one of the values is a parameter that is no number."""
    function = source.function(node)
    named = {value.id for value in values if isinstance(value, ast.Name)}
    if function is None or not values or len(named) != len(values):
        return False
    texts = {
        each.arg
        for each in parameters(function)
        if each.annotation is None
        or (isinstance(each.annotation, ast.Name) and each.annotation.id == "str")
    }
    return bool(texts & named)


def _splice(source: Source, text: str, values: Sequence[ast.expr]) -> str | None:
    pieces = _MARK.split(text.replace("{", "{{").replace("}", "}}"))
    if len(pieces) != len(values) + 1 or "\\" in text or '"""' in text or text.endswith('"'):
        return None
    joined = "".join(
        f"{piece}'{{{source.code(value)}}}'"
        for piece, value in zip(pieces[:-1], values, strict=True)
    )
    return f'f"""{joined}{pieces[-1]}"""'


@mutates("ARC0904", "a list of arguments becomes a line for the shell")
def shell(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        name = source.name(call.func)
        if (
            not name.startswith("subprocess.")
            or not call.args
            or is_open(call)
            or keyword(call, "shell")
        ):
            continue
        command = call.args[0]
        function = source.function(call)
        if not isinstance(command, ast.List) or function is None:
            continue
        handed = {each.arg for each in parameters(function)} - {"self", "cls"}
        words: list[str] = []
        for part in command.elts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                words.append(part.value)
            elif isinstance(part, ast.Name):
                words.append(f"{{{part.id}}}")
            else:
                break
        line = " ".join(words)
        is_spliced = any(f"{{{each}}}" in words for each in handed)
        if len(words) == len(command.elts) and is_spliced and not set('\\"') & set(line):
            yield source.seed(
                call, source.replace(command, f'f"{line}"'), source.add_argument(call, "shell=True")
            )


@mutates("ARC0911", "a secret that is handed in is logged")
def logged(source: Source) -> Iterator[Seed]:
    logger = next((name for name in _LOGGERS if _is_bound_at_top(source, name)), None)
    for function in source.functions if logger is not None else ():
        handed = [each.arg for each in parameters(function) if each.arg in _SECRETS]
        first = function.body[0]
        if not handed or isinstance(first, ast.Expr) or not source.indentation(first):
            continue
        start = source.span(first)[0]
        line = f'{logger}.info("called with %s", {handed[0]})\n{source.indentation(first)}'
        yield source.seed(first, Edit(start, start, line))


@mutates("ARC0911", "a secret is added to a line of the log")
def also_logged(source: Source) -> Iterator[Seed]:
    for call in source.calls:
        function = source.function(call)
        if function is None or not is_log_call(call) or call.keywords or len(call.args) != 1:
            continue
        handed = [each.arg for each in parameters(function) if each.arg in _SECRETS]
        text = call.args[0]
        if handed and isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield source.seed(call, source.replace(text, f'f"{{{handed[0]}}}"'))


def _is_bound_at_top(source: Source, name: str) -> bool:
    return any(
        isinstance(node, ast.Assign) and [dotted_name(target) for target in node.targets] == [name]
        for node in source.tree.body
    )
