"""ARC0903 where conditions or the makers of a value leave nothing that could be injected."""

from __future__ import annotations

import pytest
from sql_statements import judged, query, verdict

ORDERED = "    cursor.execute(f'SELECT * FROM t ORDER BY {x}')\n"


@pytest.mark.parametrize(
    "body",
    [
        "    if x in ('a', 'b'):\n    " + ORDERED,
        "    if y and x in COLUMNS:\n    " + ORDERED,
        "    if x not in COLUMNS:\n        raise ValueError(x)\n" + ORDERED,
        "    if not x in COLUMNS:\n        x = 'id'\n" + ORDERED,
        "    if x == 'a':\n        y = 1\n    elif x == 'b':\n        y = 2\n    else:\n        raise ValueError(x)\n" + ORDERED,
        "    if x == 'a':\n        y = 1\n    else:\n        return\n" + ORDERED,
        "    if x.isidentifier():\n    " + ORDERED,
        "    if not re.match('^[a-z_]+$', x):\n        raise ValueError(x)\n" + ORDERED,
        "    if y and NAME.fullmatch(x) is not None:\n    " + ORDERED,
        "    if NAME.match(x) is None:\n        return\n" + ORDERED,
        "    if y:\n        y = 1\n    else:\n        if x not in t.columns():\n            x = 'id'\n" + ORDERED,
    ],
)  # fmt: skip
def test_a_value_found_in_a_collection_or_that_fits_a_pattern_is_harmless(body: str) -> None:
    assert verdict(f"def f(cursor, x, y, t):\n{body}") == "ok"


@pytest.mark.parametrize(
    "body",
    [
        "    if x in 'abc':\n    " + ORDERED,
        "    if y in COLUMNS:\n    " + ORDERED,
        "    if x == 'a':\n        y = 1\n    elif x == 'b':\n        y = 2\n" + ORDERED,
        "    if x == 'a':\n        y = 1\n    elif y:\n        y = 2\n    else:\n        return\n"
        + ORDERED,
        "    if y or x in COLUMNS:\n    " + ORDERED,
        "    if x in COLUMNS:\n        pass\n    else:\n    " + ORDERED,
        "    if x not in COLUMNS:\n        log(x)\n" + ORDERED,
        "    if not x.isidentifier():\n    " + ORDERED,
        "    if re.match('[a-z_]+', x):\n    " + ORDERED,
        "    if re.match('^[a-z_]+$', y):\n    " + ORDERED,
        "    if NAME.search(x):\n    " + ORDERED,
        "    if NAME.match(x) is not None:\n        return\n" + ORDERED,
        "    if x not in COLUMNS:\n        return\n    x = y\n" + ORDERED,
    ],
)
def test_another_condition_says_nothing_of_the_value(body: str) -> None:
    assert verdict(f"def f(cursor, x, y):\n{body}") == "name"


@pytest.mark.parametrize(
    "source",
    [
        query("f'INSERT INTO t VALUES ({marks[:-2]})'", ", values", signature="self, values").replace(
            "    cursor", "    marks = len(values) * f'{self.marker}, '\n    cursor", 1
        ),
        query("'SELECT * FROM t WHERE owner = %(pk)s' % given", signature="user").replace(
            "    cursor", "    given = {'pk': str(user.pk)}\n    cursor", 1
        ),
        "def run(cursor, metadata):\n    for table in metadata.sorted_tables:\n        for column in table.primary_key.columns:\n"
        "            cursor.execute(f\"SELECT pg_get_serial_sequence('{table.name}', '{column.name}')\")\n",
    ],
    ids=["markers", "primary key", "metadata"],
)  # fmt: skip
def test_what_only_the_program_or_the_database_made_is_harmless(source: str) -> None:
    assert verdict(source) == "ok"


@pytest.mark.parametrize(
    "text",
    [
        "f'SELECT * FROM t LIMIT {wanted - len(found)}'",
        "f'SELECT * FROM t WHERE day > {since.isoformat()}'",
        "f'SELECT * FROM t WHERE id = {cursor.lastrowid}'",
        'f\'UPDATE t SET a = {db.cast("b", "int")}\'',
        "f'SELECT * FROM t WHERE version = {Version.latest_of(\"orders.id\")}'",
    ],
)
def test_numbers_and_what_a_class_knows_by_itself_are_harmless(text: str) -> None:
    assert verdict(query(text, signature="wanted, found, since, db")) == "ok"


def test_what_a_class_is_given_is_not_its_own() -> None:
    assert verdict(query("f'SELECT * FROM t WHERE id = {Version.of(x)}'")) == "value"


@pytest.mark.parametrize(
    "made",
    [
        "names, values = sql_bind_variables(x, prefix=':id')",
        "columns, names = (', '.join(each) for each in Order.columns_and_markers())",
        "names = ', '.join(f'{name} = {mark}' for name, mark in zip(*Order.columns_and_markers()))",
    ],
)
def test_values_that_are_unpacked_are_followed(made: str) -> None:
    source = f"def run(cursor, x):\n    {made}\n    cursor.execute(f'SELECT * FROM t WHERE id IN ({{names}})')\n"
    assert verdict(source) == "ok"


def test_what_is_unpacked_from_a_call_may_be_anything() -> None:
    source = "def run(cursor, x):\n    a, b = split(x)\n    cursor.execute(f'SELECT * FROM t WHERE id = {a}')\n"
    assert verdict(source) == "value"


@pytest.mark.parametrize(
    "name", ["order_var_names_str", "TYPES_var_str", "bind_vars", "Order.merged_sql(x)"]
)
def test_names_of_markers_and_of_pieces_of_sql_stand_for_no_value(name: str) -> None:
    statement = query(f"f'SELECT * FROM t WHERE id IN ({{{name}}})'")
    source = f"from app.sql import bind_vars, order_var_names_str, TYPES_var_str\n{statement}"
    assert verdict(source) == "name"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("'INSERT INTO t VALUES (%s, %s)' % (self.mark, self.mark)", "ok"),
        ("'INSERT INTO t VALUES (%s, %%s)' % self.owner", "value"),
        ("'INSERT INTO t VALUES (%s, %s)' % (x, x)", "value"),
    ],
)
def test_where_values_are_bound_and_no_marker_is_seen_the_object_has_them(
    text: str, found: str
) -> None:
    assert verdict(query(text, ", row", signature="self, x, row")) == found


@pytest.mark.parametrize(
    ("option", "found"),
    [
        ("'--since', '-s', type=int", "ok"),
        ("'--hours', dest='since', type=float", "ok"),
        ("'--since', action='count'", "ok"),
        ("'--since'", "value"),
        ("'--since', type=str", "value"),
        ("'--until', type=int", "value"),
    ],
)
def test_an_option_of_the_command_line_may_be_a_number(option: str, found: str) -> None:
    head = f"import argparse\n\n\ndef options(parser):\n    parser.add_argument({option})\n\n"
    assert (
        verdict(query("f\"SELECT * FROM t WHERE x > '{args.since}'\"", "", head, "args")) == found
    )


def test_an_option_of_two_commands_is_a_number_in_both() -> None:
    head = (
        "import argparse\n\n\ndef options(parser, other):\n    parser.add_argument('--since', type=int)\n"
        "    other.add_argument('--since')\n\n"
    )
    assert (
        verdict(query("f\"SELECT * FROM t WHERE x > '{args.since}'\"", "", head, "args")) == "value"
    )


@pytest.mark.parametrize(
    ("made", "named"),
    [
        ("str(name)", "name"),
        ("str(user.name).replace('a', 'b')", "user.name"),
        ("find(name)", "find()"),
    ],
)
def test_the_message_names_the_value_not_what_makes_a_text_of_it(made: str, named: str) -> None:
    (outcome,) = judged(
        query(f"f\"SELECT * FROM t WHERE x = '{{{made}}}'\"", signature="name, user")
    )
    assert outcome.message.startswith(f"`{named}` is spliced")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("f\"SELECT count(*) FROM '{x}'\"", "name"),
        ("f\"INSERT INTO '{x}' SELECT 1\"", "name"),
        ("f\"SELECT extract(epoch FROM '{x}') FROM t\"", "value"),
        ("f\"SELECT 1 FROM t WHERE a = '{x}'\"", "value"),
    ],
)
def test_a_table_may_stand_in_the_quotes_of_a_text(text: str, found: str) -> None:
    assert verdict(query(text)) == found
