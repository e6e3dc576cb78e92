"""Where does a value that only the running program knows enter an SQL statement?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import partial

from msgspec import Struct

from archcheck.analysis.module import Module
from archcheck.analysis.names.flow import reaching
from archcheck.analysis.names.tracing import Tracing
from archcheck.analysis.names.values import dotted
from archcheck.analysis.syntax.bindings import Binding
from archcheck.analysis.topics.values.membership import is_one_of_a_set
from archcheck.analysis.topics.values.options import is_number_option
from archcheck.analysis.topics.values.strings import Pieces, is_constant_name, variants

_START = re.compile(
    r"[\s(]*(?:(?:--[^\n]*\n|/\*[^*]*\*/)[\s(]*)*"
    r"(?:select|insert\s+(?:or|into|ignore|overwrite)|update\s|delete\s+from|with\s+(?:recursive\s+)?\S+\s+as"
    r"|replace\s+into|merge\s+into|create\s|alter\s|drop\s|truncate\s|grant\s|revoke\s|explain\s|pragma\s|attach\s"
    r"|vacuum|call\s|copy\s|comment\s+on|lock\s+table|refresh\s+materialized|exec\s"
    r"|set\s+(?:local\s+|session\s+|global\s+)?[\w.@]+\s*(?:=|\bto\b))",
    re.IGNORECASE,
)
_VALUE_FOLLOWS = re.compile(
    r"(?:[=<>]|\b(?:like|ilike|rlike|regexp|between|in|any|match|values)"
    r"|\b(?:in|values)\s{0,9}\((?!\s*select\b)(?:[^()]{0,300},)?)\s{0,9}[\"(]?\s{0,9}$",
    re.IGNORECASE,
)
#: The list of the columns that a row is put into.
_COLUMNS = re.compile(r"\binto\s+\S{1,100}\s{0,9}\([^()]{0,300}$", re.IGNORECASE)
#: What follows shows a name: ``{alias}.id``, ``{function}(``, ``{prefix}_id``.
_NAME_FOLLOWS = re.compile(r"\"?[.(\w\[]")
_BIND_NAME = re.compile(r"(?:(?<!:):|%\(|\$|@)$")
_BIND_MARKER = re.compile(r"%s|%\(\w+\)s|\?|(?<![:\w]):[a-z_]\w*|\$\d")
#: A name in quotes, up to its last part.
_QUALIFYING = re.compile(r"'(?:x\.)+$")
#: A name that stands in the quotes of a text, which SQLite and DuckDB accept: ``FROM 'orders'``.
_NAMED = re.compile(r"\b(?:from|into|join|table|update)\s{1,9}'$", re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*")
_QUOTED = re.compile(r"''")
#: Statements in which databases accept no bound parameter.
_UNBINDABLE = re.compile(
    r"\s*(?:pragma|create|alter|drop|grant|revoke|comment|truncate|vacuum|set|copy|attach)\s",
    re.IGNORECASE,
)


_EXACT_TYPES = frozenset(
    {
        "int",
        "float",
        "bool",
        "uuid.UUID",
        "datetime.date",
        "datetime.datetime",
        "datetime.timedelta",
        "decimal.Decimal",
    }
)
_EXACT_CALLS = frozenset(
    {
        "int",
        "float",
        "bool",
        "len",
        "round",
        "abs",
        "ord",
        "id",
        "hash",
        "hex",
        "math.ceil",
        "math.floor",
        "uuid.uuid4",
        "uuid.UUID",
        "time.strftime",
        "time.time",
    }
)
_TRANSPARENT_CALLS = frozenset(
    {"str", "repr", "sorted", "list", "tuple", "set", "max", "min", "sum", "reversed", "zip"}
)
#: Operations that no text has.
_ARITHMETIC = (ast.Sub, ast.FloorDiv, ast.Pow)
_TEXT_METHODS = frozenset(
    {"decode", "join", "get", "lower", "upper", "strip", "keys", "values", "format"}
)
#: Attributes that a database numbers: of a Django record, of a cursor.
_NUMBERS = frozenset({"lastrowid", "pk", "rowcount"})
#: Methods of dates and durations, whose text is one of numbers.
_EXACT_METHODS = frozenset({"isoformat", "timestamp", "total_seconds"})
#: What quotes a value, makes markers for values that are bound, renders a statement that was built (``column.sql(dialect=...)``
#: of sqlglot) or spells a database's own operators.
_QUOTING = re.compile(
    r"quote|escape|sanit|identifier|literal|placeholder|bindparam|(?:^|_)bind(?:s|ings?)?(?:_|$)|adapt|mogrify"
    r"|^(?:to_)?sql$|^(?:cast|concat|i?like)$",
    re.IGNORECASE,
)
_METADATA = frozenset(
    {"__tablename__", "__table__", "db_table", "_meta", "fullname", "paramstyle"}
    | {"primary_key", "sorted_tables"}
)
#: Objects whose attributes describe the database, not its contents: ``dialect.name``, ``db.timestamp_now``.
_DATABASES = frozenset(
    {
        "db",
        "database",
        "engine",
        "database_engine",
        "dialect",
        "connection",
        "conn",
        "features",
        "ops",
    }
)
#: Names that say: a marker, a column or a piece of SQL, not a value; or a number of SQLite's own. Only where their
#: definition is out of sight.
_FRAGMENT_NAME = re.compile(
    r"(?:^|_)(?:placeholders?|marks?|markers?|qmarks?|binds?|params?|col|cols|columns?|tables?|tbl|schema|alias"
    r"|sql|query|subquery|stmt|statement|clauses?|conditions?|exprs?|expressions?|fragment|where|operator|op|rowid"
    r"|vars|var(?=_(?:names?|str)))(?:_(?:name|names|str|sql)){0,2}$",
    re.IGNORECASE,
)


class Splice(Struct, frozen=True):
    """An expression that becomes part of a statement's text.

    Attributes:
        node: the expression.
        is_value: a bound parameter could stand in its place; otherwise it is a name or a fragment.
    """

    node: ast.expr
    is_value: bool


class Statement(Struct, frozen=True):
    """An SQL statement as far as the source shows it.

    Attributes:
        splices: the expressions in its text that are not proven harmless.
        binds: its text has markers for bound parameters.
    """

    splices: tuple[Splice, ...]
    binds: bool


def statement(node: ast.expr, module: Module, *, surely_sql: bool = False) -> Statement | None:
    """What ``node`` says as an SQL statement; None when it is none, or nothing of it is visible.

    Args:
        node: the expression that reaches the database.
        module: where it stands.
        surely_sql: the callee takes nothing else, so a fragment such as ``x = 1`` counts as well.
    """
    found = [
        pieces
        for pieces in variants(node, module)
        if any(isinstance(piece, str) for piece in pieces)
    ]
    if not found or not (surely_sql or any(_START.match(_text(pieces)) for pieces in found)):
        return None
    splices = {splice.node: splice for pieces in found for splice in _splices(pieces, module)}
    binds = any(_BIND_MARKER.search(_text(pieces)) for pieces in found)
    return Statement(tuple(splices.values()), binds)


def _text(pieces: Pieces) -> str:
    """The literal text, with a blank for what is not known."""
    return "".join(piece if isinstance(piece, str) else " " for piece in pieces)


def _splices(pieces: Pieces, module: Module) -> Iterator[Splice]:
    bindable = not _UNBINDABLE.match(_text(pieces))
    before = ""
    for index, piece in enumerate(pieces):
        if isinstance(piece, str):
            before += piece
            continue
        after = next((later for later in pieces[index + 1 :] if later), "")
        if not _BIND_NAME.search(before) and not is_harmless(piece, module):
            rest = after if isinstance(after, str) else ""
            yield Splice(piece, bindable and _is_value(piece, before, rest))
        before += "x"


def _is_value(node: ast.expr, before: str, after: str) -> bool:
    before = _COMMENT.sub("", before)
    if _COLUMNS.search(before[-400:]):
        return False
    if before.endswith("'\"") and after.startswith("\"'"):
        return False  # a name that a function takes as text: ``nextval('"orders_id_seq"')``
    if _QUALIFYING.search(before) or (before.endswith("'") and after == "."):
        return False  # the same: ``CALL move('{schema}.{table}')``
    if _NAMED.search(before[-40:]) and before.count("(") == before.count(")"):
        return False
    if _QUOTED.sub("", before).count("'") % 2:
        return True
    if _FRAGMENT_NAME.search(dotted(node).rpartition(".")[2].removesuffix("()")):
        return False
    return bool(_VALUE_FOLLOWS.search(before[-400:])) and not _NAME_FOLLOWS.match(after)


def is_harmless(node: ast.expr, module: Module) -> bool:
    """Whether ``node`` can only be a constant, a number, a quoted name or table metadata."""
    # What is subtracted is a number; a set, which may be as well, makes no sense as a text.
    is_difference = isinstance(node, ast.BinOp) and isinstance(node.op, _ARITHMETIC)
    return is_difference or _Harmless(module).check(node)


def _doubles_quotes(node: ast.Call) -> bool:
    """``text.replace("'", "''")``: what SQL itself asks for inside a literal."""
    given = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    return dotted(node.func).endswith(".replace") and given == ["'", "''"]


def _asks_class(node: ast.Call) -> bool:
    """Whether a class is asked for what it knows by itself: ``Order.columns()``, ``Version.condition("orders.id")``."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    given = [*node.args, *(keyword.value for keyword in node.keywords)]
    return (
        isinstance(owner, ast.Name)
        and owner.id[:1].isupper()
        and all(isinstance(value, ast.Constant) for value in given)
    )


class _Harmless(Tracing):
    """One question."""

    def check(self, node: ast.expr) -> bool:
        return self._within(self._check, node, given_up=False)

    def _check(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Constant) or is_constant_name(node):
            return True
        types = self._module.types(node)
        if types and _EXACT_TYPES.issuperset(types):
            return True
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.Subscript):
            return is_constant_name(node.value) or self.check(node.value)
        if isinstance(node, ast.Dict):
            return all(self.check(value) for value in node.values)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return all(self.check(element) for element in node.elts)
        if isinstance(node, ast.BinOp):
            # A text as often as there are values is a list of markers, however the marker is spelt.
            return self._is_repeated(node) or (self.check(node.left) and self.check(node.right))
        if isinstance(node, ast.IfExp):
            return self.check(node.body) and self.check(node.orelse)
        if isinstance(node, ast.BoolOp):
            return all(self.check(value) for value in node.values)
        if isinstance(node, ast.JoinedStr):
            return all(self.check(part) for part in node.values)
        if isinstance(node, (ast.FormattedValue, ast.Starred)):
            return self.check(node.value)
        return isinstance(node, ast.Compare)

    def _is_repeated(self, node: ast.BinOp) -> bool:
        """``f"{marker}, " * len(values)``."""
        return isinstance(node.op, ast.Mult) and any(
            isinstance(side, ast.Call) and self._module.names(side.func) == ("len",)
            for side in (node.left, node.right)
        )

    def _call(self, node: ast.Call) -> bool:
        names = self._module.names(node.func)
        name = dotted(node.func).rpartition(".")[2]
        if names and _EXACT_CALLS.issuperset(names):
            return True
        if _QUOTING.search(name) or _doubles_quotes(node):
            return True
        if _asks_class(node) or (isinstance(node.func, ast.Attribute) and name in _EXACT_METHODS):
            return True
        if names == ("map",) and node.args:
            return _EXACT_CALLS.issuperset(self._module.names(node.args[0]) or ("?",))
        if names and _TRANSPARENT_CALLS.issuperset(names):
            return all(self.check(argument) for argument in node.args)
        if isinstance(node.func, ast.Attribute) and name in _TEXT_METHODS:
            # ``SORTING.get(key, "asc")``: whatever the key, a constant comes out.
            given = node.args[1:] if name == "get" else node.args
            return self.check(node.func.value) and all(self.check(item) for item in given)
        return False

    def _attribute(self, node: ast.Attribute) -> bool:
        parts = dotted(node).split(".")
        if not _METADATA.isdisjoint(parts) or node.attr in _NUMBERS:
            return True  # the name of a table, or a number that the database gave
        owner = parts[-2] if len(parts) > 1 else ""
        if owner.lstrip("_").lower() in _DATABASES:
            return True
        if owner[:1].isupper() and "()" not in owner:
            return True  # a member of a class: ``State.pending``, ``Order.table``
        if len(parts) > 2 and parts[-1] == "value" and parts[-3][:1].isupper():
            return True  # ``State.pending.value``
        if isinstance(node.value, ast.Name) and self._name(node.value):
            return True  # ``column.name``, for each of the table's columns
        if is_number_option(node, self._module):
            return True
        return self._defined(node.attr, self._module.symbols.attribute_definitions(node))

    def _name(self, node: ast.Name) -> bool:
        return is_one_of_a_set(node, self._module) or self._defined(
            node.id, reaching(node, self._module)
        )

    def _defined(self, name: str, bindings: list[Binding]) -> bool:
        # A loop comes round to a definition again; its first value decides.
        return bool(bindings) and all(
            self._once(partial(self._bound, name), binding, again=True) for binding in bindings
        )

    def _bound(self, name: str, binding: Binding) -> bool:
        if binding.kind in ("assign", "annotated", "augmented"):
            return binding.value is not None and self.check(binding.value)
        node: ast.AST | None = binding.node
        targets: list[ast.expr] = []
        if isinstance(node, (ast.Tuple, ast.List)):
            targets, node = node.elts, self._module.parent(node)
        if isinstance(node, ast.Assign):  # ``markers, values = bind(...)``
            return self._item(name, [], node.value)
        if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            return self._item(name, targets, node.iter)
        return False

    def _item(self, name: str, targets: list[ast.expr], iterable: ast.expr) -> bool:
        """Whether a loop over ``iterable`` gives ``name`` (one of ``targets``, if unpacked) harmless values."""
        if isinstance(iterable, ast.Call):
            callee = self._module.resolve(iterable.func)
            if callee == "range":
                return True
            if callee == "enumerate" and iterable.args:
                first = targets[0] if targets else None
                is_number = isinstance(first, ast.Name) and first.id == name
                return is_number or self.check(iterable.args[0])
        if isinstance(iterable, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self.check(iterable.elt)
        return self.check(iterable)
