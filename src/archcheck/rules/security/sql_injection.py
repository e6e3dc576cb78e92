"""ARC0903."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import short
from archcheck.analysis.topics.database.sql import Splice, Statement, statement
from archcheck.analysis.topics.requests.untrusted import is_untrusted
from archcheck.analysis.topics.values.provenance import is_handed_in
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, ModuleRule, narrowed

#: Methods that run SQL in one library or another; their argument must begin like a statement.
_METHODS = frozenset(
    {"execute", "executemany", "executescript", "exec_driver_sql", "raw", "mogrify", "fetch", "fetchrow", "fetchval"}
    | {"fetch_all", "fetch_one", "fetch_val", "fetchall", "fetchone", "iterate", "read_sql", "read_sql_query"}
)  # fmt: skip
#: Functions that take nothing but SQL: a fragment without a verb counts as well.
_FUNCTIONS = frozenset(
    {"sqlalchemy.text", "sqlalchemy.literal_column", "django.db.models.expressions.RawSQL"}
    | {"pandas.read_sql", "pandas.read_sql_query"}
)
#: Methods that give the same text, more or less.
_TEXT_METHODS = frozenset({"lower", "lstrip", "replace", "rstrip", "strip", "upper"})
#: Arguments of a Django queryset's ``extra`` that hold SQL.
_EXTRA = frozenset({"where", "select"})
_ROOTS = frozenset(name.partition(".")[0] for name in _FUNCTIONS)
_TAILS = frozenset(name.rpartition(".")[2] for name in _FUNCTIONS)
_KEYWORDS = ("sql", "query", "statement", "operation", "text")


class SqlInjection(ModuleRule):
    """A value is spliced into the text of an SQL statement.

    Whoever controls the value then controls the statement: it can read or change any row. A bound
    parameter reaches the database beside the text and can never become part of it.

    A place counts when a string that begins like SQL reaches a call that runs SQL, whether it was
    built there or in local variables. What comes from a request is an error, wherever it stands. Of all else the place
    decides: behind an operator, in a list of values or inside quotes a value could be bound. Where it is handed to the
    function, nobody sees here whether a client sent it: splicing it is a warning; where it is the object's or the
    module's own, it is advice, for mostly the program made it. A table's or column's name, and whatever stands in a
    definition such as ``CREATE`` or in ``COPY``, cannot be bound: it is advice, and none where the values themselves
    are bound.

    Not flagged: the object's own values where parameters are passed and no marker stands in the text (then those are
    the markers); what a condition has found in a collection (``if column in ALLOWED``); constants and ``UPPER_CASE``
    names, members of a class, numbers, what is annotated as one and what argparse makes one (`type=int`), dates and
    UUIDs, lists of markers such as ``",".join("?" * n)`` and whatever is repeated ``len(values)`` times, results of
    quoting functions and ``.replace("'", "''")``, table metadata, the ``pk`` of a record, and fragments that are all
    of this. Values are followed through the local variables of one function only.
    """

    code = "ARC0903"
    severity = Severity.ERROR
    noun = "SQL statements bind their values"
    message = "`{expr}` is spliced into an SQL statement as a value"
    advice = 'bind it: `execute("... WHERE id = :id", {"id": value})`; quote names with the driver\'s own function'
    waived_by = ("S608", "S610", "S611", "B608", "B610", "B611")
    seed = "001 principle 4 Comprehensive input validation and principle 9 Security by design: input sanitization"
    zero_tolerance = True
    good = (
        Example(
            "The value is bound.",
            "def orders_of(cursor, customer):\n"
            '    cursor.execute("SELECT id FROM orders WHERE customer = %s", (customer,))\n',
        ),
        Example(
            "Only markers and constants are spliced in.",
            'TABLE = "orders"\n\n\n'
            "def orders(cursor, ids):\n"
            '    marks = ", ".join("?" * len(ids))\n'
            '    cursor.execute(f"SELECT * FROM {TABLE} WHERE id IN ({marks})", ids)\n',
        ),
        Example(
            "A fragment whose every definition is literal.",
            "def page(cursor, newest: bool, limit: int):\n"
            '    order = "DESC" if newest else "ASC"\n'
            '    cursor.execute(f"SELECT * FROM orders ORDER BY created {order} LIMIT {limit}")\n',
        ),
        Example(
            "A sentence is no statement.",
            'def confirm(console, benefit):\n    console.log(f"Grant benefits for {benefit}")\n',
        ),
    )
    bad = (
        Example(
            "A value in an f-string.",
            "from sqlalchemy import text\n\n\n"
            "def orders_of(session, customer: str):\n"
            "    return session.execute(\n"
            "        text(f\"SELECT id FROM orders WHERE customer = '{customer}'\")  # [sql-injection]\n"
            "    )\n",
        ),
        Example(
            "Built step by step.",
            "def search(cursor, name):\n"
            '    sql = "SELECT * FROM orders"\n'
            "    if name:\n"
            '        sql += " WHERE name LIKE \'%" + name + "%\'"\n'
            "    cursor.execute(sql)  # [sql-injection]\n",
        ),
        Example(
            "A name cannot be bound: advice.",
            "def count(cursor, table: str):\n"
            '    cursor.execute("SELECT count(*) FROM %s" % table)  # [sql-injection]\n',
        ),
    )

    @narrowed(named=_METHODS | _TAILS | {"extra"})
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Outcome]:
        """A call that may run SQL."""
        parts = _extra_conditions(node)
        if parts:
            found = [each for part in parts if (each := statement(part, module, surely_sql=True))]
            if found:
                splices = tuple(splice for each in found for splice in each.splices)
                binds = any(each.binds for each in found)
                yield self._judged(node, Statement(splices, binds), module)
            return
        surely_sql = _is_function(node.func, module)
        if not (
            surely_sql or (isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS)
        ):
            return
        sql = _sql(node)
        whole = statement(sql, module, surely_sql=surely_sql) if sql is not None else None
        if whole is not None and _defines_table(node, module):
            names = tuple(Splice(splice.node, is_value=False) for splice in whole.splices)
            whole = Statement(names, whole.binds)
        if whole is not None:
            yield self._judged(node, whole, module)

    def _judged(self, node: ast.Call, found: Statement, module: Module) -> Outcome:
        place = module.place(node)
        values = [splice.node for splice in found.splices if splice.is_value]
        names = [splice.node for splice in found.splices if not splice.is_value]
        for given in (*values, *names):
            if is_untrusted(given, module):
                message = "`{expr}` comes from a request and is spliced into an SQL statement"
                return self.violates(place, message=message, expr=_named(given))
        for given in values:
            if is_handed_in(given, module):
                return self.violates(place, severity=Severity.WARNING, expr=_named(given))
        if values and not (node.args[1:] and not found.binds):
            return self.violates(place, advice=True, expr=_named(values[0]))
        if names and not found.binds and not _has_parameters(node, module):
            message = "`{expr}` is spliced into an SQL statement as a name"
            return self.violates(place, message=message, advice=True, expr=_named(names[0]))
        return self.complies(place)


def _named(node: ast.expr) -> str:
    """What is spliced in, by the name of the value rather than of what makes a text of it: ``str(wine_id)``."""
    while isinstance(node, ast.Call):
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in _TEXT_METHODS:
            node = func.value
        elif isinstance(func, ast.Name) and func.id in ("repr", "str") and node.args:
            node = node.args[0]
        else:
            break
    return short(node)


def _is_function(func: ast.expr, module: Module) -> bool:
    """Whether the callee takes nothing but SQL."""
    if isinstance(func, ast.Attribute) and func.attr not in _TAILS:
        return False
    return module.imports(*_ROOTS) and any(name in _FUNCTIONS for name in module.names(func))


def _defines_table(node: ast.Call, module: Module) -> bool:
    """Whether it is a part of a table's definition, an index on an expression for one: nothing can be bound there."""
    return getattr(module.function_of(node), "name", "") == "__table_args__"


def _sql(node: ast.Call) -> ast.expr | None:
    if node.args:
        return node.args[0]
    return next((keyword.value for keyword in node.keywords if keyword.arg in _KEYWORDS), None)


def _extra_conditions(node: ast.Call) -> list[ast.expr]:
    """The pieces of SQL that ``queryset.extra(where=[...], select={...})`` is given."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "extra":
        return []
    values = [keyword.value for keyword in node.keywords if keyword.arg in _EXTRA]
    listed = [
        each for value in values if isinstance(value, (ast.List, ast.Tuple)) for each in value.elts
    ]
    named = [each for value in values if isinstance(value, ast.Dict) for each in value.values]
    return [*listed, *named]


def _has_parameters(node: ast.Call, module: Module) -> bool:
    """Whether values are passed beside the statement, to the call or to the one around it."""
    around = module.parent(node)
    calls = [node, around] if isinstance(around, ast.Call) else [node]
    return any(len(call.args) + len(call.keywords) > 1 for call in calls)
