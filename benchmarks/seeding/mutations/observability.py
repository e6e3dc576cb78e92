"""Seeds of principle 7."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from archcheck.model import Role
from seeding.seed import Edit, Seed, mutates
from seeding.source import Project, Source, body_nodes, dotted_name, keyword

LOGGERS = frozenset({"logger", "log", "LOG", "LOGGER", "_logger", "_LOGGER", "logging"})
LEVELS = frozenset({"debug", "info", "warning", "error"})
_SERVERS = frozenset(
    {"fastapi", "flask", "django", "starlette", "tornado", "pyramid", "twisted", "dramatiq", "rq"}
)
_CLOSING = re.compile(r"close|stop|shut|cancel|disconnect|unsubscribe|terminate|clean|kill|exit")
_ENDS = frozenset({"exit", "_exit", "fail"})
_SHOWS = re.compile(r"show|print|report|console|display|dump|verbose|main|cli|command|script")
_CODE = frozenset({Role.RUNTIME, Role.CONFIG, Role.CLI, Role.ENTRYPOINT})
_STRUCTURED = re.compile(r"\bstructlog\.(stdlib\.)?(configure|recreate_defaults)\(")
_JSON = re.compile(
    r"\bsetFormatter\(\w*J[Ss][Oo][Nn]\w*Formatter\(|\bstructlog\.stdlib\.ProcessorFormatter\("
)
_OF_THE_RECORD = frozenset({"exc_info", "extra", "stack_info", "stacklevel"})


def is_log_call(call: ast.Call, levels: frozenset[str] = LEVELS) -> bool:
    """Whether a call is ``logger.info(...)`` or the like, by its words."""
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr in levels
        and dotted_name(function.value).rpartition(".")[2] in LOGGERS
    )


@mutates("ARC0701", "`logger.info` becomes `print`", roles=frozenset({Role.RUNTIME}))
def printed(source: Source) -> Iterator[Seed]:
    if {"argparse", "click", "typer", "rich"} & source.libraries or _SHOWS.search(
        source.path.lower()
    ):
        return
    asks = any(dotted_name(call.func) == "input" for call in source.calls)
    # What reads the arguments of the command line is a command.
    asks = asks or "argv" in source.text
    if asks or _is_command_line_tool(source.project):
        return
    for call in source.calls:
        function = source.function(call)
        if (
            not is_log_call(call)
            or call.keywords
            or function is None
            or _SHOWS.search(function.name)
        ):
            continue
        if isinstance(source.parent(call), ast.Expr):
            yield source.seed(call, source.replace(call.func, "print"))


@cache
def _is_command_line_tool(project: Project) -> bool:
    """Whether a project has commands and serves nothing: whoever runs it reads what it prints."""
    libraries = {
        name
        for source in project.sources
        if source.role is not Role.TEST
        for name in source.libraries
    }
    return bool(libraries & {"argparse", "click", "typer"}) and not libraries & _SERVERS


def _closes(tried: ast.AST) -> bool:
    """Whether a `try` shuts something down, so that its failure is no surprise."""
    calls = [node for node in body_nodes(getattr(tried, "body", [])) if isinstance(node, ast.Call)]
    return any(_CLOSING.search(dotted_name(call.func).rpartition(".")[2]) for call in calls)


@mutates("ARC0702", "`logger.exception` becomes `logger.error` with the message alone")
def message_only(source: Source) -> Iterator[Seed]:
    for handler in source.nodes(ast.ExceptHandler):
        if not isinstance(handler.type, ast.Name) or handler.type.id != "Exception":
            continue
        nodes = list(body_nodes(handler.body))
        if any(isinstance(outer, ast.ExceptHandler) for outer in source.around(handler)):
            continue
        tried = source.parent(handler)
        if any(isinstance(node, ast.Raise) for node in nodes) or _closes(tried):
            continue
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        lines = [call for call in calls if is_log_call(call, LEVELS | {"exception", "critical"})]
        if len(lines) != 1 or any("traceback" in ast.dump(call) for call in calls):
            continue
        call = lines[0]
        # Whoever ends the program or hands the exception on does not leave it at the line.
        uses = [node for node in nodes if isinstance(node, ast.Name) and node.id == handler.name]
        if uses or any(dotted_name(each.func).rpartition(".")[2] in _ENDS for each in calls):
            continue
        shown = keyword(call, "exc_info")
        assert isinstance(call.func, ast.Attribute)
        if call.func.attr != "exception" and shown is None:
            continue
        if not call.args or len(call.args) != 1 or not isinstance(call.args[0], ast.Constant):
            continue
        error = handler.name or "error"
        edits = []
        if handler.name is None:
            end = source.span(handler.type)[1]
            edits.append(Edit(end, end, " as error"))
        receiver = source.code(call.func.value)
        text = f"{receiver}.error({source.code(call.args[0])} + str({error}))"
        yield source.seed(handler, *edits, source.replace(call, text))


@mutates("ARC0703", "a field of a structured event goes into its text")
def field_in_text(source: Source) -> Iterator[Seed]:
    if not _is_configured(source.project, _STRUCTURED):
        return
    for call in source.calls:
        names = {each.arg for each in call.keywords}
        if not is_log_call(call) or not names or names & {None, *_OF_THE_RECORD}:
            continue
        value = call.keywords[0].value
        if len(call.args) == 1 and _is_text(call.args[0]) and _is_plain(value):
            yield _interpolated(source, call, f"{_text_of(call.args[0])} {{{source.code(value)}}}")


@mutates("ARC0703", "an argument of a message in JSON goes into its text")
def argument_in_text(source: Source) -> Iterator[Seed]:
    if not _is_configured(source.project, _JSON) or "logging.getLogger" not in {
        source.name(call.func) for call in source.calls
    }:
        return
    for call in source.calls:
        if not is_log_call(call) or call.keywords or len(call.args) != 2:
            continue
        message, value = call.args
        text = _text_of(message)
        if _is_text(message) and text.count("%") == text.count("%s") == 1 and _is_plain(value):
            yield _interpolated(source, call, text.replace("%s", f"{{{source.code(value)}}}"))


def _interpolated(source: Source, call: ast.Call, text: str) -> Seed:
    start, end = source.span(call.args[0])[0], source.span(call)[1] - 1
    return source.seed(call, Edit(start, end, f'f"{text}"'))


def _text_of(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _is_text(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and not ({*'"{}\\\n'} & {*node.value})
    )


def _is_plain(node: ast.expr) -> bool:
    """Whether a value is a name or attribute that may differ from record to record."""
    name = dotted_name(node)
    return isinstance(node, ast.Name | ast.Attribute) and "?" not in name and not name.isupper()


@cache
def _is_configured(project: Project, words: re.Pattern[str]) -> bool:
    return any(words.search(source.text) for source in project.sources if source.role in _CODE)
