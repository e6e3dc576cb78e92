"""Is something a query of SQLAlchemy's legacy kind, whose ``get`` is the library's own?

A project may give its models, its sessions or its whole database object queries of another class, and that class may
have a ``get`` of its own. Then nothing is known of a query that does not tell its class.
"""

from __future__ import annotations

from functools import cached_property

from archcheck.analysis.names.hierarchy import Hierarchy
from archcheck.analysis.names.linker import Linker

_QUERIES = frozenset(
    {"flask_sqlalchemy.BaseQuery", "flask_sqlalchemy.query.Query", "sqlalchemy.orm.Query"}
)
#: Models whose ``query`` Flask-SQLAlchemy provides.
_MODELS = frozenset({"flask_sqlalchemy.SQLAlchemy.Model", "flask_sqlalchemy.model.Model"})
_PROVIDED, _CLASS = "query", "query_class"
_UNKNOWN = "?"


class LegacyQueries:
    """The queries of a program.

    Args:
        linker: follows their paths.
        hierarchy: knows the classes of models and queries.
    """

    def __init__(self, linker: Linker, hierarchy: Hierarchy) -> None:
        self._linker = linker
        self._hierarchy = hierarchy

    def is_legacy(self, path: str) -> bool | None:
        """Whether a path leads to a query with the library's own ``get``; None when nobody can know.

        Args:
            path: see `archcheck.analysis.names.paths`.
        """
        owner, _, attribute = path.rpartition(".")
        if attribute == _PROVIDED:
            model = self._linker.definition(owner)
            if self._hierarchy.derives(model, _MODELS):
                return self._provides_legacy(model)
        thing = self._linker.follow(path)
        return self._keeps_get(thing.name) if thing is not None and thing.instance else None

    def _provides_legacy(self, model: str) -> bool | None:
        """Whether a model of Flask-SQLAlchemy leaves its ``query`` as it is provided."""
        line = self._linker.method_order.order(model)
        facts = [
            (name, self._linker.classes[name]) for name in line if name in self._linker.classes
        ]
        if _UNKNOWN in line or any(
            _PROVIDED in dict(fact.attributes) or f"{name}.{_PROVIDED}" in self._linker.functions
            for name, fact in facts
        ):
            return None
        for _, fact in facts:
            chosen = dict(fact.attributes).get(_CLASS)
            if chosen is not None:
                thing = self._linker.follow(chosen)
                return self._is_plain(thing.name) if thing is not None else None
        return None if self._are_replaced else True

    def _keeps_get(self, name: str) -> bool | None:
        return None if name in _QUERIES and self._are_replaced else self._is_plain(name)

    def _is_plain(self, name: str) -> bool | None:
        """Whether a class of queries leaves ``get`` as it is."""
        if name in _QUERIES:
            return True
        line = self._linker.method_order.order(name)
        if any(f"{each}.get" in self._linker.functions for each in line):
            return False
        return self._hierarchy.derives(name, _QUERIES)

    @cached_property
    def _are_replaced(self) -> bool:
        """Whether some class of the project may stand in for the library's queries, with another ``get``."""
        return any(
            f"{name}.get" in self._linker.functions and self._hierarchy.derives(name, _QUERIES)
            for name in self._linker.classes
        )
