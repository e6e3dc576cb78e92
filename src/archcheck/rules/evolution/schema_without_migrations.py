"""ARC1204: a database schema has no migrations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archcheck.analysis.facts import ModuleFacts
from archcheck.model import RUNTIME_ROLES, Kind, Member, Outcome, Place, Role, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

_TOOLS = frozenset(
    {"aerich", "alembic", "flask-alembic", "flask-migrate", "peewee-migrate", "peewee-migrations", "piccolo",
     "sqlalchemy-migrate", "yoyo-migrations"}
)  # fmt: skip
#: Files and folders of migration tools, those that are not of Python included.
_MIGRATIONS = re.compile(
    r"migrat|alembic|aerich|flyway|liquibase|sqitch|dbmate|yoyo|(?:^|/)(?:atlas\.hcl|db/changelog|schema/delta)"
    r"|(?:^|/)V\d[\d_.]*__\w+\.sql$",
    re.IGNORECASE,
)
#: Functions by which a project migrates its schema itself.
_OWN_MIGRATION = re.compile(r"migrat|(?:^|[._])upgrade(?:_(?:database|db|schema|tables?))?$")
_NO_PRODUCT = frozenset({Role.TEST, Role.DOCS, Role.VENDORED})
#: Models whose tables nobody names: the framework derives their names.
_MODELS = frozenset(
    {"django.db.models.Model", "peewee.Model", "tortoise.Model", "tortoise.models.Model"}
)
_FRAMEWORKS = frozenset({"django", "peewee", "tortoise"})


_CREATES = "`create_all` adds missing tables when the program runs, and never changes one"


class SchemaWithoutMigrations(ProjectRule):
    """A database schema has no migrations.

    The first change of a table finds data in it. Without a migration somebody changes the production database by
    hand, and no other copy of it looks the same again. `create_all` adds tables that are missing and never changes
    one that is there: it works until the second release, and every process that starts tries it anew.

    Places are the schema of a project, which complies where a migration tool is declared or its files are there
    (alembic, Django, aerich, yoyo, Flyway, Liquibase and others), and each `create_all` in the program itself.
    Where there is no tool, all are one finding.

    Not flagged: `create_all` in tests, scripts and commands and in what only these call, behind a setting, for a
    database in memory or a cache, and in a module that works with migrations, which are told of a first
    installation; projects that migrate with functions of their own; unpacked archives, which may have lost their
    migrations; projects that are no service.
    """

    code = "ARC1204"
    severity = Severity.WARNING
    noun = "schemas, and places that could create them, leave changes to migrations"
    message = "`{name}` is mapped to a table, and nothing migrates the schema"
    advice = "let a tool such as alembic generate revisions, and apply them when you deploy"
    kinds = frozenset({Kind.SERVICE})
    roles = RUNTIME_ROLES - {Role.CLI}
    seed = "004, migrations: alembic; 000, factor XII: admin processes"
    whole_repository = True
    preview = True
    good = (
        Example(
            "Alembic migrates the schema.",
            "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\n"
            "class Base(DeclarativeBase):\n    pass\n\n\n"
            'class Order(Base):\n    __tablename__ = "orders"\n\n'
            "    id: Mapped[int] = mapped_column(primary_key=True)\n",
            files={"alembic.ini": "[alembic]\nscript_location = alembic\n"},
        ),
        Example(
            "A database in memory is made anew each time.",
            "from sqlalchemy import Column, Integer, MetaData, Table, create_engine\n\n"
            "metadata = MetaData()\n"
            'steps = Table("steps", metadata, Column("id", Integer))\n'
            'metadata.create_all(create_engine("sqlite://"))\n',
            files={"migrations/0001.sql": "create table orders (id integer);\n"},
        ),
    )
    bad = (
        Example(
            "The tables are made when the application starts, and never changed.",
            "from fastapi import FastAPI\nfrom sqlalchemy import create_engine\n\n"
            "from app.tables import Base\n\n"
            'engine = create_engine("postgresql://db/shop")\n'
            "Base.metadata.create_all(engine)  # [schema-without-migrations]\n"
            "app = FastAPI()\n",
            path="src/app/main.py",
            files={
                "src/app/__init__.py": "",
                "src/app/tables.py": "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\n"
                "class Base(DeclarativeBase):\n    pass\n\n\n"
                "class Order(Base):  # [schema-without-migrations]\n"
                '    __tablename__ = "orders"\n\n'
                "    id: Mapped[int] = mapped_column(primary_key=True)\n",
            },
        ),
        Example(
            "There are migrations, and the application passes them by.",
            "from app.tables import Base, engine\n\n\n"
            "async def start() -> None:\n"
            "    async with engine.begin() as connection:\n"
            "        await connection.run_sync(Base.metadata.create_all)  # [schema-without-migrations]\n",
            path="src/app/start.py",
            files={
                "alembic.ini": "[alembic]\nscript_location = alembic\n",
                "src/app/__init__.py": "",
                "src/app/tables.py": "from sqlmodel import SQLModel\n\n\n"
                "class Order(SQLModel, table=True):\n    id: int\n",
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            if Kind.SERVICE in member.kinds:
                yield from self._judged(member, project)

    def _judged(self, member: Member, project: Project) -> Iterator[Outcome]:
        modules = [module for module in project.facts_of(member) if module.role in RUNTIME_ROLES]
        name, path, line = _first_table(modules, project)
        if not path:
            return
        place = file_place(path, line, name)
        group = ""
        if _has_tool(member, project):
            yield self.complies(place)
        elif _migrates_itself(modules):
            yield self.complies(place)
            return
        elif not project.unpacked:
            group = f"schema {member.root}"
            yield self.violates(place, group=group, name=name)
        for module in modules:
            for creation in module.schema_creations if module.role in self.roles else ():
                if not _is_called_by_commands(creation, module, project):
                    yield self.violates(creation, message=_CREATES, group=group)


def _first_table(modules: Sequence[ModuleFacts], project: Project) -> tuple[str, str, int]:
    """The first class that is mapped to a table: its name, file and line; empty without one."""
    for module in modules:
        for table in module.tables:
            return table.name, module.path, table.line
    roots = {fact.module.partition(".")[0] for module in modules for fact in module.imports}
    if not roots.isdisjoint(_FRAMEWORKS):
        for module in modules:
            for fact in module.classes:
                name = f"{module.name}.{fact.qualname}"
                if fact.bases and project.hierarchy.derives(name, _MODELS):
                    return fact.qualname, module.path, fact.line
    return "", "", 0


def _migrates_itself(modules: Sequence[ModuleFacts]) -> bool:
    """Whether functions of the program change its tables."""
    return any(
        _OWN_MIGRATION.search(function.qualname)
        for module in modules
        for function in module.functions
    )


def _has_tool(member: Member, project: Project) -> bool:
    """Whether the member declares a migration tool, or it or the repository around it has the files of one."""
    requirements = project.manifests[member.root].requirements
    if any(item.name in _TOOLS for item in requirements):
        return True
    return any(
        _MIGRATIONS.search(path)
        and project.member_of(path).root in ("", member.root)
        and (path not in project.by_path or project.by_path[path].role not in _NO_PRODUCT)
        for path in project.files
    )


def _is_called_by_commands(creation: Place, module: ModuleFacts, project: Project) -> bool:
    """Whether commands and migrations call the function around a place, and nothing else does."""
    callers = project.callers(f"{module.name}.{creation.scope}")
    return bool(callers) and all(
        project.by_path[path].role is Role.CLI or _MIGRATIONS.search(path) for path in callers
    )
