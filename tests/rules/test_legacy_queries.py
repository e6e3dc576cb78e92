"""ARC1202 on `Query.get` of SQLAlchemy: whose query is it, and which version is installed?"""

from __future__ import annotations

import pytest
from deprecations import needs, verdicts

DATABASE = """\
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Base(db.Model):
    __abstract__ = True
    id = db.Column(db.Integer, primary_key=True)

    def save(self):
        db.session.add(self)
"""
OWN_GET = """\
from flask_sqlalchemy.query import Query


class Kept(Query):
    def get(self, key, default=None):
        return self.filter_by(id=key, deleted=False).one_or_none()
"""


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("sqlalchemy>=2", "old"),
        ("flask-sqlalchemy~=3.1", "old"),
        ("sqlalchemy>=1.4,<2", "ok"),
        ("flask-sqlalchemy>=3.0", ""),
        ("sqlalchemy>=1.3,<2.1", ""),
    ],
)
@pytest.mark.parametrize("call", ["User.query.get(1)", "db.session.query(User).get(1)"])
def test_queries_of_models_depend_on_the_version(
    call: str, requirement: str, expected: str
) -> None:
    files = {
        **needs(requirement),
        "src/shop/db.py": DATABASE,
        "src/shop/user.py": "from shop.db import Base\n\nclass User(Base):\n    pass\n",
    }
    source = f"from shop.db import db\nfrom shop.user import User\n\ndef f():\n    return {call}\n"
    assert verdicts(source, files) == [expected] * bool(expected)


QUERIED = """\
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.query import Query
from shop.base import thing

db = SQLAlchemy()


class Named(Query):
    def get_by_name(self, name):
        return self.filter_by(name=name).one()


class Kept(Query):
    def get(self, key, owner=None):
        return self.filter_by(id=key, owner=owner).one_or_none()


class ByName(db.Model):
    query_class = Named


class Own(db.Model):
    query_class = Kept


class Chosen(db.Model):
    query_class = thing()


class Replaced(db.Model):
    @property
    def query(self):
        return self.table


class Mixed(thing, db.Model):
    pass


class Unknown(thing.Model):
    pass
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("ByName.query.get(1)", ["old"]),
        ("ByName.query.get(1, 2)", []),
        ("ByName.query.get(*keys)", ["old"]),
        ("ByName.query.get", []),
        ("Own.query.get(1)", []),
        ("Chosen.query.get(1)", []),
        ("Replaced.query.get(1)", []),
        ("Mixed.query.get(1)", []),
        ("Unknown.query.get(1)", []),
        ("request.query.get(1)", []),
        ("db.session.get(ByName, 1)", ["ok"]),
        ("db.session.query(ByName).get(1)", []),  # `Kept` may stand in for every query
    ],
)
def test_queries_with_a_get_of_their_own(call: str, expected: list[str]) -> None:
    source = (
        "from flask import request\nfrom shop.models import *\n"
        "from shop.models import ByName, Chosen, Mixed, Own, Replaced, Unknown, db\n\n"
        f"def f(keys):\n    return {call}\n"
    )
    assert verdicts(source, {**needs("sqlalchemy>=2"), "src/shop/models.py": QUERIED}) == expected


def test_a_get_that_may_be_every_models_hides_the_librarys() -> None:
    files = {**needs("sqlalchemy>=2"), "src/shop/db.py": DATABASE}
    source = "from shop.db import Base\n\ndef f():\n    return Base.query.get(1)\n"
    assert verdicts(source, files) == ["old"]
    assert verdicts(source, {**files, "src/shop/queries.py": OWN_GET}) == []


def test_a_session_that_another_module_makes() -> None:
    made = (
        "from sqlalchemy.orm import sessionmaker\n\nSession = sessionmaker()\nsession = Session()\n"
    )
    files = {**needs("sqlalchemy>=2"), "src/shop/db.py": made}
    source = "from shop.db import session\n\ndef f(key):\n    session.query(int).filter().get(key)\n    session.get(int, key)\n"
    assert verdicts(source, files) == ["old", "ok"]
