"""Which modules load whenever the program runs, and which only where somebody asks for them?

A module that is imported under a condition, or by a name that is text, may want a library that most users never
install.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from archcheck.analysis.facts import DEFERRED, GUARDED, RUNTIME, ModuleFacts
from archcheck.analysis.imports.graph import ImportGraph
from archcheck.analysis.names.module_names import ancestry
from archcheck.model import Role

#: Frameworks and task queues that load modules by their name, from a setting or by convention.
_LOADING_BY_NAME = frozenset(
    {"aerich", "arq", "celery", "chalice", "django", "dramatiq", "flask", "huey", "procrastinate", "pyramid", "quart", "rq",
     "scrapy", "tortoise"}
)  # fmt: skip
#: Those, and frameworks of the web that leave it to the program: a library may bring an integration for each.
_HOSTS = _LOADING_BY_NAME | {
    "aiohttp", "bottle", "falcon", "fastapi", "litestar", "sanic", "starlette", "tornado",
}  # fmt: skip
#: What they load in every application.
_CONVENTIONAL = frozenset(
    {"admin", "apps", "celery", "config", "forms", "handlers", "middleware", "models", "routers", "serializers",
     "settings", "signals", "tasks", "urls", "views"}
)  # fmt: skip
#: A package whose modules they load one and all.
_SCANNED = "views"
#: Loaded by Python itself where somebody puts them on its path, to measure coverage for one.
_OF_PYTHON = frozenset({"sitecustomize", "usercustomize"})
_STARTING = frozenset({Role.ENTRYPOINT, Role.CLI})


def loaded_modules(
    modules: Iterable[ModuleFacts],
    graph: ImportGraph,
    *,
    started: Collection[str] = (),
    deferred: bool = False,
) -> frozenset[str]:
    """Paths of the modules that load whenever one of the ways into the program is taken.

    Args:
        modules: those of the program.
        graph: finds what an import reaches.
        started: further ways in, by qualified name: the targets of console scripts.
        deferred: follow the imports inside functions too.
    """
    kinds = {RUNTIME, DEFERRED} if deferred else {RUNTIME}
    known = {module.name or module.path: module for module in modules}
    optional = _optional(known.values(), graph)
    conventional = _CONVENTIONAL if _load_by_name(known.values()) else frozenset()
    packages = {_folder(module) for module in known.values() if module.is_package}
    # Inside a package, a file that no import can name is for another program: a hook of PyInstaller, say.
    pending = [
        name
        for name, module in known.items()
        if name in started
        or (
            name not in optional
            and (module.name or packages.isdisjoint(_folders(module)))
            and _starts(module, known, conventional)
        )
    ]
    found: set[str] = set()
    while pending:
        name = pending.pop()
        module = known.get(name)
        if module is None or module.path in found:
            continue
        found.add(module.path)
        for fact in module.imports:
            if fact.kind in kinds and not fact.conditional:
                target = graph.target(fact.module, fact.name)
                # What is optional elsewhere is optional in a function too: a hook that some host calls, say.
                if fact.kind == RUNTIME or target not in optional:
                    # A submodule loads together with the packages around it.
                    pending.extend(ancestry(target))
    return frozenset(found)


def _folders(module: ModuleFacts) -> Iterator[str]:
    """The folder of a module, and those around it."""
    folder = _folder(module)
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _folder(module: ModuleFacts) -> str:
    return module.path.rpartition("/")[0]


def _load_by_name(modules: Iterable[ModuleFacts]) -> bool:
    """Whether one of the modules imports something that loads others by their name."""
    return any(
        fact.module.partition(".")[0] in _LOADING_BY_NAME
        for module in modules
        for fact in module.imports
    )


def _starts(
    module: ModuleFacts, known: Mapping[str, ModuleFacts], conventional: Collection[str]
) -> bool:
    """Whether the module is a way into the program: its top-level package or module, or one that a framework loads."""
    name = module.name.rpartition(".")[2]
    if module.name in _OF_PYTHON:
        return False
    around = module.name.partition(".")[0]
    return (
        "." not in module.name
        or module.role in _STARTING
        or (
            (
                name in conventional
                or (_SCANNED in conventional and _SCANNED in module.name.split("."))
            )
            and not _is_integration(module)
        )
        or (around not in known and module.name.count(".") == 1)
    )


def _is_integration(module: ModuleFacts) -> bool:
    """Whether a package inside the library is named after the framework that it is for: ``auth.flask_client.apps``.

    Who wants it has that framework, and the rest of the library does not ask for it.
    """
    hosts = {fact.module.partition(".")[0] for fact in module.imports} & _HOSTS
    _, *inner, _ = (*module.name.split("."), "")
    return bool(hosts) and any(not hosts.isdisjoint(part.split("_")) for part in inner)


def _optional(modules: Iterable[ModuleFacts], graph: ImportGraph) -> frozenset[str]:
    """The modules that some other one imports under a condition, or takes into account not to get."""
    return frozenset(
        graph.target(fact.module, fact.name)
        for module in modules
        for fact in module.imports
        if fact.kind == GUARDED or (fact.conditional and fact.kind in (RUNTIME, DEFERRED))
    )
