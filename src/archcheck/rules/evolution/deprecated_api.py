"""ARC1202."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from archcheck.analysis.imports.statements import has_fallback
from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted, short
from archcheck.analysis.project import Project
from archcheck.analysis.queries import (
    AtLeast,
    FirstParty,
    IsLegacyQuery,
    IsSubclass,
    PythonAdmitted,
    Query,
    Requires,
)
from archcheck.analysis.topics.deprecation_guards import is_asked_about, is_fallback, is_guarded
from archcheck.analysis.topics.deprecations import (
    DEPRECATED,
    LIFESPAN_ARGUMENTS,
    MODEL_BASES,
    MODEL_METHODS,
    REDEFINED_METHODS,
    REDEFINING_BASES,
    SETTINGS,
    SUCCESSORS,
    Deprecation,
)
from archcheck.model import Outcome, Place, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, file_place, narrowed

_NAMED = frozenset(name for name in (*DEPRECATED, *SUCCESSORS) if "." in name)
_TAILS = frozenset(name.rpartition(".")[2] for name in _NAMED)
_MODEL_METHODS = frozenset({*MODEL_METHODS, *MODEL_METHODS.values()})
_MODEL_CONFIG = Deprecation("model_config = ConfigDict(...)", "2", distribution="pydantic")
#: Calls that are a successor with a certain argument only -> its name and position.
_SUCCESSORS_WITH: dict[str, tuple[str, int | None]] = {
    "datetime.datetime.now": ("tz", 0),
    "datetime.datetime.fromtimestamp": ("tz", 1),
    "fastapi.FastAPI": ("lifespan", None),
    "starlette.Starlette": ("lifespan", None),
}
_LIFESPAN = Deprecation("lifespan", "", "1", "starlette")
_TAKES_LIFESPAN = frozenset({"starlette.Starlette", "starlette.routing.Router"})
_RUNS_LOOP = frozenset({"run_until_complete", "run_forever"})
#: Built-in classes with a method of the same name as one of pydantic 1.
_COPIED = frozenset({"bytearray", "dict", "list", "set"})
_LOOP = "asyncio.get_event_loop"
_GET, _QUERY_GET = "get", "sqlalchemy.orm.Query.get"
_SAY_QUERY = frozenset({"query", "session"})
_SESSIONS = frozenset({"sqlalchemy.orm.Session"})
_CALLED = frozenset(
    name.rpartition(".")[2] for name in (*_SUCCESSORS_WITH, *_TAKES_LIFESPAN, _LOOP)
)


class DeprecatedApi(ModuleRule):
    """The code uses an interface that its author has deprecated or removed.

    It works until the next upgrade, and then holds the upgrade back: security fixes included. The
    longer it stays, the more copies of it are made.

    Versions decide. For Python ``requires-python`` says what is supported; for libraries the lock
    file, else the requirement. What is gone in a version that is supported is an error for
    ``fail-on``. Places are uses of these interfaces and of their successors. Outside of the code
    they are the settings of ruff's linter (which ruff 0.2 moved below ``lint``) and calls of
    ``setup.py test`` in CI, `tox.ini` and make files; a ``version`` in a compose file is advice.

    Not flagged: imports with a fallback or under a version check, and methods that are themselves the fallback
    (``except AttributeError``, ``hasattr(order, "model_dump")``); what a declared backport brings back; a class that
    is only asked about, as long as it exists (``isinstance(node, ast.Str)``); libraries of unknown version;
    `Query.get` where the project has a class of queries with a ``get`` of its own that may stand in for it; methods
    such as ``.dict()`` and ``.json()`` unless the object is known to be a pydantic model; `asyncio.get_event_loop`
    unless it is called at import or the same function then runs the loop; ``setup.py test`` where the project defines
    that command. FastAPI keeps ``on_event`` under Starlette 1, which has lost it: there it is deprecated, not gone.
    `sqlalchemy.orm.declarative_base` is no fault: it is superseded and never warns.
    """

    code = "ARC1202"
    severity = Severity.WARNING
    noun = "uses of changed interfaces are up to date"
    message = "`{name}` is deprecated since {owner} {version}; its successor: {instead}"
    advice = "move to the successor; the version's migration guide shows how"
    waived_by = ("DTZ003", "DTZ004", "UP005", "W4901", "W4902", "W4903", "W4904", "W4905")
    seed = "001 principle 12 Evolutionary design"
    good = (
        Example(
            "Aware time, metadata from the standard library.",
            "from datetime import datetime, timezone\n"
            "from importlib.metadata import version\n\n\n"
            "def stamp() -> str:\n"
            "    return f\"{version('app')} {datetime.now(timezone.utc)}\"\n",
        ),
        Example(
            "The old interface only where the new one is missing.",
            "try:\n"
            "    from importlib.metadata import version\n"
            "except ImportError:\n"
            "    from pkg_resources import require as version\n",
        ),
        Example(
            "Right for the version that is locked.",
            "from pydantic import BaseModel, validator\n\n\n"
            "class Order(BaseModel):\n"
            "    id: int\n\n"
            '    @validator("id")\n'
            "    def positive(cls, value):\n"
            "        return abs(value)\n",
            files={"requirements.txt": "pydantic==1.10.21\n"},
        ),
    )
    bad = (
        Example(
            "Naive time that claims to be universal.",
            "from datetime import datetime\n\n\n"
            "def stamp() -> str:\n"
            "    return str(datetime.utcnow())  # [deprecated-api]\n",
        ),
        Example(
            "Gone in a Python that is supported.",
            "import telnetlib  # [deprecated-api]\n",
            files={
                "pyproject.toml": '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.10"\n'
            },
        ),
        Example(
            "Methods of pydantic 1 on a model of pydantic 2.",
            "from pydantic import BaseModel\n\n\n"
            "class Order(BaseModel):\n"
            "    id: int\n\n\n"
            "def copy(order: Order) -> Order:\n"
            "    return Order.parse_obj(order.dict())  # [deprecated-api]\n",
            files={"requirements.txt": "pydantic>=2.6\n"},
        ),
        Example(
            "Gone with Starlette 1.",
            "from starlette.applications import Starlette\n\n"
            "app = Starlette()\n\n\n"
            '@app.on_event("startup")  # [deprecated-api]\n'
            "def connect() -> None: ...\n",
            files={"requirements.txt": "starlette>=1.0\n"},
        ),
    )

    def visit_Import(self, node: ast.Import, module: Module) -> Iterator[Judgement]:
        """``import module``."""
        for alias in node.names:
            yield from self._imported(alias.name, node, module)

    def visit_ImportFrom(self, node: ast.ImportFrom, module: Module) -> Iterator[Judgement]:
        """``from module import name``."""
        source = module.scopes.absolute(node)
        for alias in node.names if source else ():
            yield from self._imported(f"{source}.{alias.name}", node, module)
            if _changed(source):
                return  # the module says it all

    @narrowed(named=_TAILS)
    def visit_Attribute(self, node: ast.Attribute, module: Module) -> Iterable[Judgement]:
        """``module.name`` and ``object.method``, called or handed on."""
        name = module.resolve(node)
        if isinstance(node.ctx, ast.Store):
            return ()  # put back for libraries that still ask for it
        if name not in _NAMED and node.attr == _GET:
            return self._get(node, module)
        if name not in _NAMED or name == _LOOP or is_guarded(node, module):
            return ()
        if is_asked_about(node, module):
            return self._asked_about(name, module.place(node), module)
        return self._used(name, module.place(node), module)

    @narrowed(named=_MODEL_METHODS | _CALLED)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        """Calls whose arguments or receiver decide."""
        func = node.func
        if isinstance(func, ast.Attribute) and func.attr in _MODEL_METHODS:
            if not is_fallback(func, module):
                yield from self._model_method(func, module)
            return
        name = module.resolve(func)
        removed = [word.arg for word in node.keywords if word.arg in LIFESPAN_ARGUMENTS]
        if name in _TAKES_LIFESPAN and removed:
            what = f"{short(func)}({removed[0]}=...)"
            yield self._verdict(what, _LIFESPAN, module.place(node), module.path)
        elif name in _SUCCESSORS_WITH:
            if _has_argument(node, *_SUCCESSORS_WITH[name]):
                yield self.complies(module.place(node))
        elif (
            name == _LOOP
            and _makes_loop(node, module)
            and "RuntimeError" not in module.handled(node)  # what it raises where it makes none
            and not is_guarded(func, module)
        ):
            yield from self._used(name, module.place(node), module)

    @narrowed(named=("Config",))
    def visit_ClassDef(self, node: ast.ClassDef, module: Module) -> Iterator[Judgement]:
        """``class Config`` inside a model."""
        owner = module.parent(node)
        if node.name == "Config" and isinstance(owner, ast.ClassDef) and owner.bases:
            verdict = self._verdict("class Config", _MODEL_CONFIG, module.place(node), module.path)
            yield Pending(
                IsSubclass(module.symbols.definition_name(owner), MODEL_BASES), verdict, None
            )

    def judge_texts(self, project: Project) -> Iterator[Outcome]:
        """Settings of tools and commands: how they are told what to do changes as well."""
        for manifests in project.manifests.values():
            for use in manifests.setting_uses:
                place = file_place(use.path, use.line, use.name)
                if not use.outdated:
                    yield self.complies(place)
                elif use.kind in SETTINGS:
                    yield self._setting(use.name, SETTINGS[use.kind], place, project)
                else:
                    message = "`{name}` of a compose file is obsolete since Docker Compose 2.25"
                    yield self.violates(place, message=message, advice=True, name=use.name)

    def _imported(self, name: str, node: ast.AST, module: Module) -> Iterator[Judgement]:
        changed = _changed(name)
        if changed and changed != _LOOP and not has_fallback(node, module):
            place = module.place(node, subject=f"import {changed}")
            for verdict in self._used(changed, place, module):
                yield Pending(FirstParty(name.partition(".")[0]), None, verdict)

    def _model_method(self, func: ast.Attribute, module: Module) -> Iterator[Judgement]:
        own = module.symbols.owner_class(func)
        owners = (module.symbols.definition_name(own),) if own else module.types(func.value)
        if func.attr == "copy" and not _COPIED.isdisjoint(owners):
            return  # a model or a mapping, and only a condition around the call may tell which
        for owner in owners or filter(None, [module.paths.of(func.value)]):
            place = module.place(func)
            known = Deprecation(MODEL_METHODS.get(func.attr, ""), "2", distribution="pydantic")
            verdict: Judgement = self.complies(place)
            if known.instead:
                verdict = self._verdict(f"{short(func)}()", known, place, module.path)
            # A model may well define a method of that name itself, and so may a library's base of models.
            if func.attr in REDEFINED_METHODS:
                verdict = Pending(IsSubclass(owner, REDEFINING_BASES), None, verdict)
            redefined = Pending(FirstParty(f"{owner}.{func.attr}"), None, verdict)
            yield Pending(IsSubclass(owner, MODEL_BASES), redefined, None)
            return

    def _get(self, node: ast.Attribute, module: Module) -> Iterator[Judgement]:
        """``get`` of a query or session that only the whole program knows."""
        call = module.parent(node)
        if not isinstance(call, ast.Call) or call.func is not node or not _says_query(node.value):
            return
        path = module.paths.of(node.value)
        place = module.place(node)
        if path.endswith(".session"):
            yield Pending(IsSubclass(path, _SESSIONS), self.complies(place), None)
        elif ".query" in path and len(call.args) + len(call.keywords) == 1:
            known = DEPRECATED[_QUERY_GET]
            verdict = self._verdict(_QUERY_GET, known, place, module.path)
            # This version of Flask-SQLAlchemy requires SQLAlchemy 2.
            runs = AtLeast("flask-sqlalchemy", "3.1", module.path)
            verdict = Pending(runs, self._old(_QUERY_GET, known, place), verdict, verdict)
            yield Pending(IsLegacyQuery(path), verdict, None)

    def _used(self, name: str, place: Place, module: Module) -> Iterator[Judgement]:
        if name in SUCCESSORS:
            yield self.complies(place)
        else:
            yield self._verdict(name, DEPRECATED[name], place, module.path)

    def _asked_about(self, name: str, place: Place, module: Module) -> Iterator[Judgement]:
        """Whoever asks for an old class does so for others, as long as there is one."""
        known = DEPRECATED.get(name)
        if known is not None and known.removed:
            gone = self._gone(name, known, place)
            yield Pending(_runs(known, known.removed, module.path), gone, None)

    def _verdict(self, name: str, known: Deprecation, place: Place, path: str) -> Judgement:
        """The verdict on a use, as a question about the versions that the project supports."""
        right = self.complies(place)
        verdict: Judgement = right
        if known.since:
            old = self._old(name, known, place)
            verdict = Pending(
                _runs(known, known.since, path), old, right, old if known.assumed else None
            )
        if known.removed:
            gone = self._gone(name, known, place)
            verdict = Pending(
                _runs(known, known.removed, path), gone, verdict, verdict if known.since else None
            )
        if known.backports:
            verdict = Pending(Requires(known.backports, path), right, verdict)
        return verdict

    def _setting(self, name: str, known: Deprecation, place: Place, project: Project) -> Outcome:
        """The verdict on an old setting, by the version of its tool that the project requires."""
        manifests = project.manifests_of(place.location.path)
        if known.removed and manifests.runs_at_least(known.distribution, known.removed):
            return self._gone(name, known, place)
        if manifests.runs_at_least(known.distribution, known.since) is False:
            return self.complies(place)
        return self._old(name, known, place)

    def _old(self, name: str, known: Deprecation, place: Place) -> Outcome:
        owner = known.distribution or "Python"
        return self.violates(
            place, name=name, owner=owner, version=known.since, instead=known.instead
        )

    def _gone(self, name: str, known: Deprecation, place: Place) -> Outcome:
        return self.violates(
            place,
            message="`{name}` is gone from {owner} {version}; its successor: {instead}",
            severity=Severity.ERROR,
            name=name,
            owner=known.distribution or "Python",
            version=known.removed,
            instead=known.instead,
        )


def _runs(known: Deprecation, version: str, path: str) -> Query:
    """The question whether the project runs, or may run, on this version or a later one."""
    if known.distribution:
        return AtLeast(known.distribution, version, path)
    return PythonAdmitted(version, path)


def _changed(name: str) -> str:
    """The longest prefix of an imported name that is deprecated or a successor; ``""`` for none."""
    while name and name not in DEPRECATED and name not in SUCCESSORS:
        name = name.rpartition(".")[0]
    return name


def _says_query(receiver: ast.expr) -> bool:
    """Whether a receiver is spelt like a query or a session: most of what has a ``get`` is a mapping."""
    while isinstance(receiver, (ast.Attribute, ast.Call)):
        if isinstance(receiver, ast.Attribute) and receiver.attr in _SAY_QUERY:
            return True
        receiver = receiver.func if isinstance(receiver, ast.Call) else receiver.value
    return isinstance(receiver, ast.Name) and receiver.id in _SAY_QUERY


def _has_argument(node: ast.Call, name: str, position: int | None) -> bool:
    return any(keyword.arg == name for keyword in node.keywords) or (
        position is not None and len(node.args) > position
    )


def _makes_loop(node: ast.Call, module: Module) -> bool:
    """Whether the loop is made here, at import or only to be run: the deprecated use."""
    if module.in_async(node) or any(
        module.resolve(call.func) == "asyncio.set_event_loop" for call in module.nodes(ast.Call)
    ):
        return False
    function, parent = module.function_of(node), module.parent(node)
    if function is None:
        return True
    if isinstance(parent, ast.Attribute):
        return parent.attr in _RUNS_LOOP
    targets = parent.targets if isinstance(parent, ast.Assign) else []
    names = {dotted(target) for target in targets}
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in _RUNS_LOOP
        and dotted(call.func.value) in names
        and module.function_of(call) is function
        for call in module.nodes(ast.Call)
    )
