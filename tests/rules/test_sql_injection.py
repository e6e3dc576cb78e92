from __future__ import annotations

import pytest
from sql_statements import judged, query, verdict

from archcheck.model import Severity, Verdict


@pytest.mark.parametrize(
    "text",
    [
        "f'SELECT * FROM t WHERE id = {x}'",
        "f\"SELECT * FROM t WHERE id = '{x}'\"",
        "f\"SELECT * FROM t WHERE name LIKE '%{x}%'\"",
        "f'SELECT * FROM t WHERE id IN ({x})'",
        "f'SELECT * FROM t WHERE id IN (1, {x})'",
        "f'INSERT INTO t (a, b) VALUES (1, {x})'",
        "f'UPDATE t SET a = {x} WHERE id = 1'",
        "f'DELETE FROM t WHERE age > {x}'",
        "'SELECT * FROM t WHERE id = %s' % x",
        "'SELECT * FROM t WHERE id = %(id)s' % {'id': x}",
        "'SELECT * FROM t WHERE id = {}'.format(x)",
        "'SELECT * FROM t WHERE id = {id}'.format(id=x)",
        "'SELECT * FROM t WHERE id = ' + x",
        "'select * from t where id = ' + str(x)",
        "f'-- by id\\nSELECT * FROM t WHERE id = {x}'",
        "f'(SELECT 1) UNION (SELECT id FROM t WHERE id = {x})'",
        "f'WITH a AS (SELECT 1) SELECT * FROM a WHERE id = {x.id}'",
        "f'SELECT * FROM t WHERE id = {x[0]}'",
        "f'SELECT * FROM t WHERE id = {load(x)}'",
        "f\"\"\"SELECT * FROM t WHERE a = 'it''s' AND id = '{x}'\"\"\"",
        'f"SELECT * FROM t -- don\'t\\nWHERE id = {x}"',
        "'SELECT * FROM t WHERE id IN (%s)' % ','.join(x)",
    ],
)
def test_a_value_spliced_in(text: str) -> None:
    assert verdict(query(text)) == "value"
    assert verdict(query(text, ", (1,)")) == "value"


@pytest.mark.parametrize(
    "text",
    [
        "f'SELECT * FROM {x}'",
        "f'SELECT {x} FROM t'",
        "f'SELECT * FROM t ORDER BY {x}'",
        "f'SELECT * FROM t JOIN u ON t.id = {x}.id'",
        "f'SELECT * FROM t WHERE {x}'",
        "f'SELECT * FROM t WHERE id IN (SELECT id FROM {x})'",
        "f'DROP TABLE \"{x}\"'",
        "f\"PRAGMA key = '{x}'\"",
        "f\"CREATE USER u PASSWORD '{x}'\"",
        "f\"INSERT INTO t (id, '{x}') SELECT 1, 2\"",
        "f\"COPY t FROM '{x}' CSV\"",
        "f'SET SESSION lock_timeout = {x}'",
        'f"""SELECT nextval(\'\\"{x}\\"\')"""',
        "f'ALTER TABLE t SET (fillfactor = {x})'",
    ],
)
def test_a_name_spliced_in_is_advice_unless_values_are_bound(text: str) -> None:
    assert verdict(query(text)) == "name"
    assert verdict(query(text, ", (1,)")) == "ok"


def test_in_the_definition_of_a_table_nothing_can_be_bound() -> None:
    source = """
        import sqlalchemy as sa

        class Order:
            @declared_attr
            def {name}(cls):
                return [sa.Index(field, sa.text(f"(data->'{{field}}')")) for field in fields()]
    """
    assert verdict(source.format(name="__table_args__")) == "ok"
    assert verdict(source.format(name="indices")) == "own"


def test_a_name_from_a_request_is_an_error() -> None:
    source = """
        from flask import Blueprint, request

        orders = Blueprint("orders", __name__)

        @orders.get("/orders")
        def listed():
            order = request.args.get("order", "id")
            return db.session.execute(f"SELECT * FROM orders WHERE a = :a ORDER BY {order}", {"a": 1})
    """
    (outcome,) = judged(source)
    assert not outcome.advice
    assert (
        outcome.message
        == "`request.args.get()` comes from a request and is spliced into an SQL statement"
    )


def test_markers_in_the_text_show_that_values_are_bound() -> None:
    source = "def run(session, x):\n    session.execute(text(f'SELECT * FROM {x} WHERE id = :id'), values)"
    assert verdict(f"from sqlalchemy import text\n{source}") == "ok"
    source = "def run(session, x):\n    q = text(f'SELECT * FROM {x} WHERE id = :id')\n    session.execute(q, values)"
    assert verdict(f"from sqlalchemy import text\n{source}") == "ok"


@pytest.mark.parametrize(
    "name", ["marks", "placeholders", "id_column", "subquery", "where_clause", "col_name", "rowid"]
)
def test_names_of_fragments_out_of_sight_are_no_values(name: str) -> None:
    source = query(f"f'SELECT * FROM t WHERE id = {{{name}}}'", signature=name)
    assert verdict(source) == "name"
    assert verdict(source.replace(f"{{{name}}}", f'"{{{name}}}"').replace('"', "\\'")) == "value"


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("'SELECT * FROM t WHERE id = %s', (x,)", "x"),
        ("f'SELECT * FROM t WHERE id = {x}'", "x: int"),
        ("f'SELECT * FROM t WHERE id = {x}'", "x: int | None"),
        ("f\"SELECT * FROM t WHERE at > '{x}'\"", "x: 'datetime.date'"),
        ("f'SELECT * FROM t WHERE id = {int(x)}'", "x"),
        ("f'SELECT * FROM t WHERE id = {len(x) + 1}'", "x"),
        ("f'SELECT * FROM t WHERE id = {x:d}'", "x"),
        ("'SELECT * FROM t WHERE id = %d' % x", "x"),
        ("f'SELECT * FROM t WHERE id = {LIMIT} AND a = {settings.MAX_AGE}'", "x"),
        ("f\"SELECT * FROM t WHERE a = '{State.open}' OR a = '{State.done.value}'\"", "x"),
        ("f'SELECT * FROM {Order.__tablename__} WHERE a = {x._meta.pk.column}'", "x"),
        ("f'SELECT * FROM {x.dialect.quote_name}'", "x"),
        ("f'SELECT * FROM t WHERE id = {quote_ident(x)}'", "x"),
        ("f'SELECT * FROM t WHERE a < {db.timestamp_now}'", "db"),
        ("f'SELECT * FROM t WHERE a = {x.sql(dialect=self.dialect)}'", "x"),
        ("'INSERT INTO t VALUES ' + x.mogrify('(%s)', row).decode()", "x"),
        ('f\'SELECT * FROM t WHERE id IN ({", ".join(["?"] * len(x))})\', x', "x"),
        ('f\'SELECT * FROM t WHERE id IN ({", ".join("?" for _ in x)})\', x', "x"),
        ("f'SELECT * FROM t WHERE id IN ({\",\".join(map(int, x))})'", "x"),
        ("f'SELECT * FROM t WHERE id = :{x}'", "x"),
        ("f'SELECT * FROM t ORDER BY {SORTING[x]} {ORDER.get(x, \"asc\")}'", "x"),
        ('f\'SELECT * FROM t WHERE {x and "a = 1" if x else "b = 1"}\'', "x: bool"),
    ],
)
def test_harmless_parts(text: str, signature: str) -> None:
    assert verdict(query(text, head="import datetime", signature=signature)) == "ok"


@pytest.mark.parametrize(
    "body",
    [
        "clauses = ['a = ?']\nclauses.append('b = ?')\ncursor.execute('SELECT * FROM t WHERE ' + ' AND '.join(clauses))",
        "order = 'asc'\nif x:\n    order = 'desc'\ncursor.execute(f'SELECT * FROM t ORDER BY id {order}')",
        "for table in ('a', 'b'):\n    cursor.execute(f\"SELECT * FROM t WHERE name = '{table}'\")",
        "for table in TABLES:\n    cursor.execute(f\"SELECT * FROM t WHERE name = '{table}'\")",
        "for n, row in enumerate(x):\n    cursor.execute(f'SELECT * FROM t WHERE id = {n}')",
        "for n in range(9):\n    cursor.execute(f'SELECT * FROM t WHERE id = {n}')",
        "timeout = max(1, int(x) * 1000)\ncursor.execute(f'SET lock_timeout = {timeout}')",
        "sql = 'SELECT 1'\ncursor.execute(sql)\nsql = f'SELECT * FROM t WHERE id = {x}'",
        "sql = f'SELECT {x}'\nsql = 'SELECT 1'\ncursor.execute(sql)",
        "marks = ','.join(['%s'] * len(x))\ncursor.execute('SELECT * FROM t WHERE id IN (%s)' % marks, x)",
    ],
)
def test_fragments_are_followed_to_their_definitions(body: str) -> None:
    source = "def run(cursor, x):\n" + "\n".join(f"    {line}" for line in body.splitlines())
    assert verdict(source) == "ok"


@pytest.mark.parametrize(
    "body",
    [
        "sql = 'SELECT * FROM t'\nsql += f' WHERE id = {x}'\ncursor.execute(sql)",
        "sql = 'SELECT * FROM t'\nsql = sql + ' WHERE id = ' + x\ncursor.execute(sql)",
        "x = x.strip()\ncursor.execute(f'SELECT * FROM t WHERE id = {x}')",
        "parts = []\nparts.append(f'id = {x}')\ncursor.execute('SELECT * FROM t WHERE ' + ' AND '.join(parts))",
        "sql = 'SELECT * FROM t WHERE id = %s'\ncursor.execute(sql % x)",
        "sql = 'SELECT * FROM t WHERE id = {}'\ncursor.execute(sql.format(x))",
        "for n, row in enumerate(x):\n    cursor.execute(f'SELECT * FROM t WHERE id = {row}')",
    ],
)
def test_values_are_followed_too(body: str) -> None:
    source = "def run(cursor, x):\n" + "\n".join(f"    {line}" for line in body.splitlines())
    assert verdict(source) == "value"


def test_attributes_of_the_same_class_are_followed() -> None:
    source = """
        class Repository:
            kind = "order"

            def __init__(self, owner):
                self.owner = owner

            def all(self):
                self.cursor.execute(f"SELECT * FROM t WHERE kind = '{self.kind}'")

            def own(self):
                self.cursor.execute(f"SELECT * FROM t WHERE owner = '{self.owner}'")
    """
    assert [outcome.verdict.value for outcome in judged(source)] == ["complies", "violates"]


@pytest.mark.parametrize(
    "source",
    [
        "def f(log, x):\n    log.info(f'SELECT * FROM t WHERE id = {x}')",
        "def f(shell, x):\n    shell.execute(f'rm -r {x}')",
        "def f(session, x):\n    session.execute(f'Select a valid asset from {x}'.title())",
        "def f(session, x):\n    session.execute(select(Order).where(Order.id == x))",
        "def f(cursor, sql):\n    cursor.execute(sql)",
        "def f(client, x):\n    client.execute()",
        "def text(x):\n    return x\n\ndef f(x):\n    text(f'SELECT * FROM t WHERE id = {x}')",
    ],
)
def test_no_opportunity(source: str) -> None:
    assert verdict(source) == "none"


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy import text as t\ndef f(x):\n    t(f'id = {x}')",
        "import sqlalchemy as sa\ndef f(x):\n    sa.text(text=f'id = {x}')",
        "from sqlalchemy.sql.expression import text\ndef f(x):\n    text(f'id = {x}')",
        "from django.db.models.expressions import RawSQL\ndef f(x):\n    RawSQL(f\"name = '{x}'\", ())",
        "import pandas as pd\ndef f(con, x):\n    pd.read_sql(f'SELECT * FROM t WHERE id = {x}', con)",
        "def f(x):\n    Order.objects.raw(f'SELECT * FROM t WHERE id = {x}')",
        "async def f(pool, x):\n    await pool.fetchrow(query=f'SELECT * FROM t WHERE id = {x}')",
        "def f(cursor, x):\n    cursor.executemany(f'INSERT INTO t VALUES ({x})', [])",
    ],
)
def test_every_way_to_the_database(source: str) -> None:
    assert verdict(source) == "value"


def test_a_statement_in_text_counts_once() -> None:
    source = "from sqlalchemy import text\ndef f(session, x: str):\n    session.execute(text(f'SELECT {x}'))"
    assert len(judged(source)) == 1


def test_the_message_names_the_expression_and_quotes_no_literal() -> None:
    (outcome,) = judged(query("f\"SELECT * FROM t WHERE a = 'hush' AND id = {x.id}\""))
    assert outcome.message == "`x.id` is spliced into an SQL statement as a value"
    assert "hush" not in repr(outcome)


@pytest.mark.parametrize("path", ["migrations/0001.py", "scripts/load.py", "tests/test_orders.py"])
def test_migrations_scripts_and_tests_are_left_alone(path: str) -> None:
    assert judged(query("f'SELECT * FROM t WHERE id = {x}'"), path) == []


def test_what_grows_without_end_is_given_up() -> None:
    doubled = "\n".join(f"    x{n + 1} = x{n}.f + x{n}.f" for n in range(60))
    source = f"def run(cursor, x0):\n{doubled}\n    cursor.execute(f'SELECT * FROM t WHERE id = {{x60}}')"
    assert verdict(source) == "value"
    nested = "(" * 60 + "x" + ".a)" * 60
    assert verdict(query(f"f'SELECT * FROM t WHERE id = {{{nested}}}'")) == "value"


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        (
            "def run(cursor, name):\n    cursor.execute(f\"SELECT 1 FROM t WHERE a = '{name}'\")",
            False,
        ),
        (
            "def run(cursor, names):\n    for name, _ in names.items():\n"
            "        cursor.execute(f\"SELECT 1 FROM t WHERE a = '{name}'\")",
            False,
        ),
        (
            "def run(cursor, names):\n    text = ','.join(n.strip() for n in names)\n"
            "    cursor.execute(f'SELECT 1 FROM t WHERE a IN ({text})')",
            False,
        ),
        (
            "class Store:\n    def run(self, cursor):\n"
            "        cursor.execute(f\"SELECT 1 FROM t WHERE a = '{self.server}'\")",
            True,
        ),
        (
            "def exists(name):\n    def run(cursor):\n"
            "        cursor.execute(f\"SELECT 1 FROM t WHERE a = '{name}'\")\n    return run",
            True,
        ),
    ],
)
def test_a_value_that_is_not_handed_in_is_advice(body: str, advice: bool) -> None:
    (outcome,) = judged(f"{body}\n")
    assert outcome.verdict is Verdict.VIOLATES
    assert outcome.advice is advice


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("where=[f'owner = {x}']", "value"),
        ("select={'n': f\"SELECT '{x}'\"}", "value"),
        ("where=['owner = %s'], params=[x]", "ok"),
        ("where=[f'{x} = 1']", "name"),
        ("where=['a = 1', 'b = %s' % x]", "value"),
    ],
)
def test_extra_conditions_of_a_queryset(arguments: str, expected: str) -> None:
    assert verdict(f"def f(orders, x):\n    return orders.extra({arguments})") == expected


@pytest.mark.parametrize("arguments", ["{'a': x}", "order_by=[x]", "where=conditions", "x=f'{x}'"])
def test_other_arguments_of_extra_hold_no_sql(arguments: str) -> None:
    assert judged(f"def f(orders, x, conditions):\n    return orders.extra({arguments})") == []


def test_quotes_that_are_doubled_end_no_literal() -> None:
    doubled = query("f\"SELECT * FROM t WHERE name = '{x}'\"").replace("{x}", "{y}")
    source = doubled.replace("    cursor", '    y = x.replace("\'", "\'\'")\n    cursor')
    assert verdict(source) == "ok"
    assert verdict(source.replace("\"''\"", "'\"'")) == "value"


def test_a_dictionary_that_fills_a_statement_is_looked_into() -> None:
    source = query("'SELECT * FROM t WHERE name = %(name)s' % given", signature="user")
    source = source.replace("    cursor", "    given = {'name': user.name}\n    cursor", 1)
    (outcome,) = judged(source)
    assert outcome.message.startswith("`user.name`")


def test_the_value_that_was_handed_in_is_named_before_the_programs_own() -> None:
    source = query("f\"UPDATE t SET at = '{stamp}' WHERE name = '{x}'\"")
    source = source.replace("    cursor", "    stamp = now()\n    cursor", 1)
    (outcome,) = judged(source)
    assert outcome.message.startswith("`x`")
    assert outcome.severity is Severity.WARNING


def test_what_a_client_sent_is_the_rules_own_error() -> None:
    source = (
        "from flask import request\n\n\ndef run(cursor, x):\n    y = request.args['name']\n"
        "    cursor.execute(f\"SELECT * FROM t WHERE a = '{x}' AND b = '{y}'\")\n"
    )
    (outcome,) = judged(source)
    assert outcome.message.startswith("`request.args[]` comes from a request")
    assert outcome.severity is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("f\"CALL move('{schema.name}.{x}', 3)\"", "name"),
        ("f\"ATTACH '{x}' AS other\"", "name"),
        ("f\"CALL move('{x}')\"", "value"),
        ("f\"SELECT * FROM t WHERE name = '{x}.csv'\"", "value"),
    ],
)
def test_a_qualified_name_in_quotes_is_a_name(text: str, found: str) -> None:
    assert verdict(query(text, signature="x, schema")) == found
