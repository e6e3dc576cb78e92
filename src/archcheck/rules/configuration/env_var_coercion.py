"""ARC0603: the text of an environment variable is taken for a value of another type."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.facts import EnvironmentRead
from archcheck.analysis.module import Module
from archcheck.analysis.names.values import short, simple_name
from archcheck.analysis.queries import SetsVariable
from archcheck.analysis.topics.environment.environment import READERS, environment_read
from archcheck.analysis.topics.environment.process_contract import is_process_contract
from archcheck.analysis.topics.environment.variable_names import holds_text
from archcheck.analysis.topics.requests.conversion import Conversion, Use, conversion
from archcheck.model import Outcome, Severity, Verdict
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

#: By their own convention it counts only that they are set, whatever they say.
_PRESENT = frozenset({"CI", "CLICOLOR_FORCE", "FORCE_COLOR", "NO_COLOR", "PYTEST_CURRENT_TEST"})
_READERS = frozenset({"os.environ.get", "os.environ.pop", "os.getenv"})
_TYPE_ERRORS = frozenset({"*", "BaseException", "Exception", "TypeError"})


class EnvVarCoercion(ModuleRule):
    """The text of an environment variable is taken for a value of another type.

    An environment holds texts only. `bool` of a text is true for `"False"` and `"0"`, so that a feature which
    somebody switched off stays on; and a default of another type works on the developer's machine, where the
    variable is unset, and not in production, where it is set.

    Not flagged: text defaults; conversions that take a number as well as its text (`int`, `float`), also of the name
    that holds the value; comparisons with texts; `bool` of a variable that holds no yes or no (`*_URL`, `*_TOKEN`), or
    is asked for in place of such a one, or that counts by being set (`CI`, `NO_COLOR`), nor such a text or `False`; variables that the project itself sets,
    which knows what it puts there. A default of another type that is handed to a parser, and `int` without a default,
    are advice.
    """

    code = "ARC0603"
    severity = Severity.WARNING
    noun = "environment variables are converted from text"
    message = "`{call}` gives a text when `{variable}` is set and {default} when it is not, and nothing converts it"
    advice = "compare the text (`in {'1', 'true'}`), convert it, or declare a typed settings field"
    waived_by = ("PLW1508", "W1508")
    seed = "001, principle 6: type validation catches configuration errors early"
    good = (
        Example(
            "The text is compared.",
            "import os\n\nDEBUG = os.getenv('SHOP_DEBUG', '').lower() in {'1', 'true', 'yes'}\n",
        ),
        Example(
            "The converter takes the default as well as the text.",
            "import os\n\nPORT = int(os.environ.get('SHOP_PORT', 8000))\n",
        ),
        Example(
            "It asks whether a variable is set, not whether it says yes.",
            "import os\n\nREPORTS_ERRORS = bool(os.getenv('SENTRY_DSN'))\n",
        ),
        Example(
            "The name is converted in the next line.",
            "import os\n\nlimit = os.getenv('SHOP_LIMIT', 10)\nlimit = int(limit)\n",
        ),
    )
    bad = (
        Example(
            "SHOP_DEBUG=false switches debugging on.",
            "import os\n\nDEBUG = bool(os.getenv('SHOP_DEBUG'))  # [env-var-coercion]\n",
        ),
        Example(
            "Unset it is a number, set it is a text.",
            "import os\n\nRETRIES = os.environ.get('SHOP_RETRIES', 3)  # [env-var-coercion]\n\n\n"
            "def again(attempt):\n    return attempt < RETRIES\n",
        ),
        Example(
            "Any text is true, `false` too.",
            "import os\n\nif os.getenv('SHOP_TRACING', False):  # [env-var-coercion]\n    TRACING = True\n",
        ),
    )

    @narrowed(imports=("os",), named=READERS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        yield from self._read(node, module)

    @narrowed(imports=("os",))
    def visit_Subscript(self, node: ast.Subscript, module: Module) -> Iterator[Judgement]:
        yield from self._read(node, module)

    def _read(self, node: ast.Call | ast.Subscript, module: Module) -> Iterator[Judgement]:
        read = environment_read(node, module)
        if read is None:
            return
        for outcome in self._judge(node, read, module):
            if outcome.verdict is Verdict.VIOLATES and read.name:
                yield Pending(SetsVariable(read.name), then=None, otherwise=outcome)
            else:
                yield outcome

    def _judge(
        self, node: ast.Call | ast.Subscript, read: EnvironmentRead, module: Module
    ) -> Iterator[Outcome]:
        if isinstance(node, ast.Call) and module.resolve(node.func) not in _READERS:
            return
        default = _default(node)
        found = conversion(node, module)
        if found.use is Use.BOOL:
            yield from self._bool(node, module, read, default, found)
        elif _is_text(default):
            yield self.complies(module.place(node))
        elif default is None or _is_none(default):
            yield from self._without_default(node, module, read, found)
        elif _is_yes_or_no(default) and (
            read.name in _PRESENT or holds_text(_variable(node, read))
        ):
            return  # the path of a bundle, or whether to verify at all
        elif _type_name(default):
            yield self._other_default(node, module, read, default, found)
        elif found.use in (Use.CONVERTED, Use.COMPARED):
            yield self.complies(module.place(node))

    def _bool(
        self,
        node: ast.expr,
        module: Module,
        read: EnvironmentRead,
        default: ast.expr | None,
        found: Conversion,
    ) -> Iterator[Outcome]:
        # The name of a constant tells as much as that of the variable behind it; of a computed one nobody knows.
        asks_presence = (
            _is_any(_key(node), read)
            or is_process_contract(read.name)
            or holds_text(_told(node, read))
            or _is_alternative(node, module)
        )
        if asks_presence and (default is None or _is_none(default) or _is_empty_text(default)):
            return
        yield self.violates(
            module.place(node),
            message="`bool` of `{variable}` is true for every text, `False` and `0` included"
            if found.later
            else "`bool({call})` is true for every text in `{variable}`, `False` and `0` included",
            severity=Severity.ERROR,
            call=short(node),
            variable=_variable(node, read),
        )

    def _without_default(
        self, node: ast.expr, module: Module, read: EnvironmentRead, found: Conversion
    ) -> Iterator[Outcome]:
        """A read that is converted: only a number needs the variable to be set."""
        if found.use in (Use.PARSED, Use.COMPARED) or (found.use is Use.CONVERTED and found.later):
            yield self.complies(module.place(node))
        elif found.use is Use.CONVERTED and found.by:
            needed = isinstance(node, ast.Call) and found.by != "str" and not found.fallback
            if needed and not _is_expected_unset(node, module, read):
                yield self.violates(
                    module.place(node),
                    message="`{by}({call})` raises a TypeError when `{variable}` is unset",
                    advice=True,
                    by=found.by,
                    call=short(node),
                    variable=_variable(node, read),
                )
            else:
                yield self.complies(module.place(node))

    def _other_default(
        self,
        node: ast.expr,
        module: Module,
        read: EnvironmentRead,
        default: ast.expr,
        found: Conversion,
    ) -> Outcome:
        """A read with a default that is no text."""
        if found.use in (Use.CONVERTED, Use.COMPARED):
            return self.complies(module.place(node))
        parsed = found.use is Use.PARSED
        return self.violates(
            module.place(node),
            message="`{by}` is given a text when `{variable}` is set and {default} when it is not"
            if parsed
            else "",
            advice=parsed,
            by=found.by,
            call=short(node),
            variable=_variable(node, read),
            default=_type_name(default),
        )


def _variable(node: ast.expr, read: EnvironmentRead) -> str:
    """The variable's name, or how it is computed."""
    key = _key(node)
    match key:
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(template)), attr="format")):
            return template
    return read.name or short(key)


def _is_any(key: ast.expr, read: EnvironmentRead) -> bool:
    """Whether a variable may be any: its name is handed in, or begins with what is."""
    if isinstance(key, ast.JoinedStr):
        return bool(key.values) and isinstance(key.values[0], ast.FormattedValue)
    return not (read.name or simple_name(key).isupper())


def _told(node: ast.expr, read: EnvironmentRead) -> str:
    """What is known of the variable's name: of a computed one how it ends, ``f"SHOP_{part}_URL"``."""
    key = _key(node)
    last = key.values[-1] if isinstance(key, ast.JoinedStr) and key.values else None
    if isinstance(last, ast.Constant) and isinstance(last.value, str):
        return last.value
    return _variable(node, read)


def _is_alternative(node: ast.expr, module: Module) -> bool:
    """Whether `bool` asks for one of several, another of which is no yes or no: ``bool(a or b)``."""
    choice = module.parent(node)
    if not (isinstance(choice, ast.BoolOp) and isinstance(choice.op, ast.Or)):
        return False
    others = ((each, environment_read(each, module)) for each in choice.values if each is not node)
    return any(read is not None and holds_text(_told(each, read)) for each, read in others)


def _key(node: ast.expr) -> ast.expr:
    """The expression that names the variable."""
    if isinstance(node, ast.Subscript):
        return node.slice
    named = [each.value for each in getattr(node, "keywords", ()) if each.arg == "key"]
    return next(iter([*getattr(node, "args", ()), *named]), node)


def _default(node: ast.Call | ast.Subscript) -> ast.expr | None:
    """What the read gives when the variable is unset; None where it gives nothing or raises."""
    if isinstance(node, ast.Subscript):
        return None
    if len(node.args) > 1:
        return node.args[1]
    return next((item.value for item in node.keywords if item.arg == "default"), None)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_empty_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == ""


def _is_yes_or_no(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def _is_text(node: ast.expr | None) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
    )


def _type_name(node: ast.expr) -> str:
    """The type of a literal with its article, or ``""`` for what is no literal."""
    name = ""
    if isinstance(node, ast.Constant):
        name = type(node.value).__name__
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
        name = type(node).__name__.lower()
    if not name:
        return ""
    return f"an `{name}`" if name[0] in "aeiou" else f"a `{name}`"


def _is_expected_unset(node: ast.expr, module: Module, read: EnvironmentRead) -> bool:
    """Whether a condition asks for the variable first, or a handler catches what follows when it is unset."""
    if not _TYPE_ERRORS.isdisjoint(module.handled(node)):
        return True
    return any(
        isinstance(part, ast.expr)
        and (asked := environment_read(part, module)) is not None
        and asked.name == read.name
        for ancestor in module.ancestors(node)
        if isinstance(ancestor, (ast.If, ast.IfExp, ast.BoolOp))
        for part in ast.walk(getattr(ancestor, "test", ancestor))
        if part is not node
    )
