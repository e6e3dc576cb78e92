"""ARC0206: importing a module asks a network or a database, starts something or changes the process."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from archcheck.analysis.module import Module
from archcheck.analysis.names.module_names import ancestry
from archcheck.analysis.names.values import short
from archcheck.analysis.queries import AnyOf, FirstParty, Imported, MemberIs, Query
from archcheck.analysis.topics.lifecycle.import_work import (
    FOR_THE_PROGRAM,
    MAKES_FOLDER,
    WORK,
    WORK_TAILS,
    calls_on_import,
    work_of,
)
from archcheck.model import Kind, Outcome, Role, Severity, TraceStep
from archcheck.rule import Example, Judgement, ModuleRule, Pending, file_place

#: Where a folder without ``__init__`` is a namespace.
_SOURCES = "src"
#: A program may set up what belongs to it; these are where programs begin.
_PROGRAM_ROLES = frozenset({Role.CLI, Role.ENTRYPOINT})
_SCRIPT_CALLS = frozenset(
    {
        "argparse.ArgumentParser.parse_args", "argparse.ArgumentParser.parse_known_args", "distutils.core.setup",
        "setuptools.setup", "sys.exit",
    }
)  # fmt: skip


class ImportTimeSideEffect(ModuleRule):
    """Importing a module asks a network or a database, starts a thread or process, or changes the whole process.

    Nobody who writes `import` expects that. A service that is down keeps the program from starting, with a traceback
    that names an import; tests, migrations and documentation builds need a network; the order of imports begins to
    matter; and the work is repeated in every worker process.

    Looked at is what stands outside of functions, in class bodies, defaults and decorators too: requests, `urlopen`,
    `subprocess`, `asyncio.run`, database connections, `metadata.create_all`, `Thread(...).start()`, `signal.signal`,
    `os.chdir`, `app.run()`, downloads of models. In libraries, also `logging.basicConfig` and `load_dotenv`, which are
    the program's to call. Creating a folder is advice. A module is an opportunity when it does such work anywhere, in
    a function for one; all such calls of a module are one finding.

    Not flagged: what stands under `if __name__ == "__main__"` or `TYPE_CHECKING`; scripts, which are run and not
    imported (`__main__.py`, modules that parse the command line, build a distribution or exit outside of functions, those that no other
    module imports, unless they are settings, the entry point of a service or part of a library's package); clients and engines that connect later
    (`create_engine`, `redis.Redis`, `httpx.Client`, `MongoClient`); reading a file; what a first-party function
    that is called at import does.
    """

    code = "ARC0206"
    severity = Severity.WARNING
    noun = "modules do such work in functions only"
    message = "importing `{module}` runs `{call}`"
    advice = "move it into a function that the program calls when it starts, such as its lifespan"
    seed = "Seed 001, principle 2: implicit dependencies create hidden coupling; seed 002: explicit over implicit"
    good = (
        Example(
            "The tables are made when the program starts.",
            "from contextlib import asynccontextmanager\n\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\n\n"
            'from app.tables import Base\n\nengine = create_engine("sqlite:///orders.db")\n\n\n'
            "@asynccontextmanager\nasync def lifespan(app):\n    Base.metadata.create_all(engine)\n    yield\n\n\n"
            "app = FastAPI(lifespan=lifespan)\n",
            path="src/app/main.py",
        ),
        Example(
            "The rates are fetched when somebody asks.",
            "from functools import cache\n\nimport httpx\n\nclient = httpx.Client()\n\n\n@cache\ndef rates():\n"
            '    return client.get("https://rates.example").json()\n',
        ),
        Example(
            "A script that is run.",
            'import subprocess\n\nif __name__ == "__main__":\n    subprocess.run(["pg_dump", "orders"], check=True)\n',
        ),
    )
    bad = (
        Example(
            "No database, no import.",
            "from fastapi import FastAPI\n\nfrom app.database import engine\nfrom app.tables import Base\n\n"
            "Base.metadata.create_all(bind=engine)  # [import-time-side-effect]\n\napp = FastAPI()\n",
            path="src/app/main.py",
        ),
        Example(
            "Every import asks another service.",
            'import requests\n\nRATES = requests.get("https://rates.example", timeout=5).json()  # [import-time-side-effect]\n',
            path="src/app/rates.py",
            files={"src/app/main.py": "from app import rates\n"},
        ),
        Example(
            "A library configures the logs of the program that uses it.",
            "import logging\n\nlogging.basicConfig(level=logging.INFO)  # [import-time-side-effect]\n",
            kinds=frozenset({Kind.LIBRARY}),
        ),
        Example(
            "Creating a folder fails on a read-only system; told as advice.",
            'import os\n\nCACHE = "/var/cache/orders"\nos.makedirs(CACHE, exist_ok=True)  # [import-time-side-effect]\n',
            path="src/app/cache.py",
            files={"src/app/main.py": "from app.cache import CACHE\n"},
        ),
    )

    def visit_Module(self, node: ast.Module, module: Module) -> Iterator[Judgement]:
        calls = list(calls_on_import(module))
        if _is_script(calls, module):
            return
        found: dict[str, list[ast.Call]] = {}
        for call in calls:
            found.setdefault(work_of(call, module), []).append(call)
        works_in_functions = _works_in_functions(module)
        otherwise = self.complies(file_place(module.path)) if works_in_functions else None
        if WORK in found:
            yield _if_loaded(self._violation(found[WORK], module), module)
        elif FOR_THE_PROGRAM in found and module.role not in _PROGRAM_ROLES:
            violation = self._violation(found[FOR_THE_PROGRAM], module)
            yield Pending(_is_part_of_library(module), violation, otherwise)
        elif otherwise is not None:
            yield otherwise
        for call in found.get(MAKES_FOLDER, ()):
            yield _if_loaded(self._violation([call], module, advice=True), module)

    def _violation(self, calls: list[ast.Call], module: Module, *, advice: bool = False) -> Outcome:
        first, *others = calls
        also = [
            TraceStep(module.path, call.lineno, f"runs `{short(call.func)}`") for call in others
        ]
        return self.violates(
            module.place(first),
            advice=advice,
            trace=also,
            module=module.name or module.path,
            call=short(first.func),
        )


def _is_script(calls: list[ast.Call], module: Module) -> bool:
    """Whether the module is run, and nobody can import it for what it defines."""
    return module.path.endswith("__main__.py") or any(
        not _SCRIPT_CALLS.isdisjoint(module.names(call.func)) for call in calls
    )


def _if_loaded(violation: Outcome, module: Module) -> Judgement:
    """The violation, unless the module seems to be a script: one that nobody imports."""
    if module.is_package or module.role is Role.CONFIG:
        return violation
    loaders: list[Query] = [Imported(module.name)]
    if "." in module.name:
        loaders.append(_is_part_of_library(module))
    if module.role is Role.ENTRYPOINT:
        loaders += (MemberIs(Kind.SERVICE, module.path), MemberIs(Kind.WORKER, module.path))
    return Pending(AnyOf(tuple(loaders)), violation, None)


def _is_part_of_library(module: Module) -> Query:
    """Whether the module is what a library brings: outside of the sources a folder without ``__init__`` holds scripts."""
    is_library = MemberIs(Kind.LIBRARY, module.path)
    around = tuple(FirstParty(each) for each in islice(ancestry(module.name), 1, None))
    if not around or _SOURCES in module.path.split("/"):
        return is_library
    return AnyOf((is_library, AnyOf(around)), number=2)


def _works_in_functions(module: Module) -> bool:
    return any(
        work_of(call, module) in (WORK, FOR_THE_PROGRAM)
        for tail in WORK_TAILS & module.calls_by_name.keys()
        for call in module.calls_by_name[tail]
        if module.function_of(call) is not None
    )
