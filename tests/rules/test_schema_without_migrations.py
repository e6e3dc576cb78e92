"""ARC1204: which schemas there are, what migrates them, and which creations are the program's own."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from archcheck.model import Kind, Verdict
from archcheck.rule import Example
from archcheck.rules.evolution.schema_without_migrations import SchemaWithoutMigrations
from archcheck.testing import outcomes

ALEMBIC = {"alembic.ini": "[alembic]\n"}
TABLES = (
    "from sqlalchemy.orm import DeclarativeBase\n\nclass Base(DeclarativeBase): ...\n"
    "class Order(Base):\n    __tablename__ = 'orders'\n"
)
COMMAND = "import click\nfrom app.start import make_tables\n@click.command()\ndef init():\n    make_tables()\n"


def words(
    code: str,
    files: Mapping[str, str] | None = None,
    path: str = "src/app/start.py",
    kind: Kind = Kind.SERVICE,
) -> str:
    packaged = {"src/app/__init__.py": "", "src/app/tables.py": TABLES, **(files or {})}
    example = Example("case", code, path=path, files=packaged, kinds=frozenset({kind}))
    found = outcomes(SchemaWithoutMigrations, example)
    return " ".join("ok" if each.verdict is Verdict.COMPLIES else "bad" for each in found)


def declared(code: str, files: Mapping[str, str] | None = None) -> str:
    return words(code, {"src/app/tables.py": "", **(files or {})})


@pytest.mark.parametrize(
    "code",
    [
        TABLES,
        "from sqlmodel import SQLModel\nclass Order(SQLModel, table=True): ...\n",
        "from app import db\nclass Order(db.Model):\n    id = db.Column(db.Integer)\n",
        "from app import Base\nclass Order(Base):\n    id: Mapped[int] = mapped_column()\n",
        "import sqlalchemy as sa\nmeta = sa.MetaData()\norders = sa.Table('orders', meta, sa.Column('id'))\n",
        "from django.db import models\nclass Order(models.Model): ...\n",
        "import peewee\nclass Base(peewee.Model): ...\nclass Order(Base): ...\n",
        "from tortoise import Model\nclass Order(Model): ...\n",
    ],
)
def test_schemas(code: str) -> None:
    assert declared(code) == "bad"
    assert declared(code, ALEMBIC) == "ok"


@pytest.mark.parametrize(
    "code",
    [
        "class Order: ...\n",
        "from sqlmodel import SQLModel\nclass Order(SQLModel): ...\n",
        "import sqlalchemy as sa\norders = sa.Table('orders', meta, autoload_with=engine)\n",
        "from rich.table import Table\nlines = Table('orders', Column('id'))\n",
        "from mongoengine import Document\nclass Order(Document): ...\n",
    ],
)
def test_no_schema(code: str) -> None:
    assert declared(code) == ""


@pytest.mark.parametrize(
    "files",
    [
        {"requirements.txt": "Flask-Migrate==4.0\n"},
        {"pyproject.toml": "[project]\nname = 'app'\nversion = '1'\ndependencies = ['aerich']\n"},
        {"src/app/migrations/0001_initial.py": "operations = []\n"},
        {"sql/V1__orders.sql": ""},
        {"db/liquibase.properties": ""},
        {"src/app/schema.py": "def migrate_orders(connection): ...\n"},
        {"src/app/schema.py": "def upgrade_schema(connection): ...\n"},
    ],
)
def test_what_migrates(files: Mapping[str, str]) -> None:
    assert words("", files) == "ok"


@pytest.mark.parametrize(
    "files",
    [
        {"tests/test_migrations.py": "def test_a(): ...\n"},
        {"src/app/schema.py": "def upgrade_account(user): ...\n"},
    ],
)
def test_what_migrates_nothing(files: Mapping[str, str]) -> None:
    assert words("", files) == "bad"


@pytest.mark.parametrize(
    "code",
    [
        "from app.tables import Base\nBase.metadata.create_all(engine)\n",
        "from app.tables import Base\nasync def f(c):\n    await c.run_sync(Base.metadata.create_all)\n",
        "from app import db\ndef make_tables():\n    db.create_all()\n",
        "meta.create_all(engine, checkfirst=True)\n",
    ],
)
def test_creations(code: str) -> None:
    assert words(code, ALEMBIC) == "bad ok"
    assert words(code) == "bad bad"


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("metadata.create_all(engine)\n", "tests/conftest.py"),
        ("metadata.create_all(engine)\n", "scripts/init.py"),
        ("metadata.create_all(engine)\n", "src/app/cache.py"),
        ("if __name__ == '__main__':\n    metadata.create_all(engine)\n", "src/app/start.py"),
        ("def f(settings):\n    if settings.debug:\n        metadata.create_all(engine)\n", "src/app/start.py"),
        ("engine = create_engine('sqlite://')\nmetadata.create_all(engine)\n", "src/app/start.py"),
        ("metadata.create_all(engine)\ncommand.stamp(alembic, 'head')\n", "src/app/start.py"),
        ("@app.cli.command()\ndef init():\n    db.create_all()\n", "src/app/start.py"),
        ("index.create_all()\n", "src/app/start.py"),
    ],
)  # fmt: skip
def test_creations_that_are_left_alone(code: str, path: str) -> None:
    assert words(code, ALEMBIC, path) == "ok"


def test_what_only_commands_call_is_left_alone() -> None:
    code = "def make_tables():\n    db.create_all()\n"
    assert words(code, {**ALEMBIC, "src/app/cli.py": COMMAND}) == "ok"
    other = "from app.start import make_tables\nmake_tables()\n"
    files = {**ALEMBIC, "src/app/cli.py": COMMAND, "src/app/other.py": other}
    assert words(code, files) == "bad ok"


def test_without_a_tool_all_is_one_finding() -> None:
    code = "from app.tables import Base\nBase.metadata.create_all(engine)\n"
    files = {"src/app/__init__.py": "", "src/app/tables.py": TABLES}
    found = outcomes(SchemaWithoutMigrations, Example("case", code, files=files))
    assert [each.group for each in found] == ["schema ", "schema "]


def test_a_project_that_migrates_itself_may_create() -> None:
    files = {"src/app/schema.py": "def migrate_orders(connection): ...\n"}
    assert words("metadata.create_all(engine)\n", files) == "ok"


def test_an_unpacked_archive_may_have_lost_its_migrations() -> None:
    assert words("", {"PKG-INFO": "Metadata-Version: 2.1\nName: app\nVersion: 1\n"}) == ""


def test_a_library_has_no_schema_of_its_own() -> None:
    assert words("", kind=Kind.LIBRARY) == ""
