"""Imports: what is bound, and which kind of edge each makes."""

from __future__ import annotations

import ast
from textwrap import indent
from typing import Any

import pytest
from modules import module_of

from archcheck.analysis.facts import DEFERRED, DYNAMIC, GUARDED, MAIN_GUARD, RUNTIME, TYPING
from archcheck.analysis.imports.statements import depends_on_platform, has_fallback, import_facts


def facts_of(source: str, **place: Any) -> list[tuple[str, str, str]]:
    module = module_of(source, **place)
    return [(fact.module, fact.name, fact.alias) for fact in import_facts(module)]


def kinds_of(source: str) -> dict[str, str]:
    """Kind by the last segment of what is imported."""
    return {
        (fact.name or fact.module).rpartition(".")[2]: fact.kind
        for fact in import_facts(module_of(source))
    }


NAMES = {
    "import": ("import json", [("json", "", "json")]),
    "dotted import binds its root": ("import os.path", [("os.path", "", "os")]),
    "import with an alias": ("import os.path as p", [("os.path", "", "p")]),
    "several names": ("import json, csv as c", [("json", "", "json"), ("csv", "", "c")]),
    "from import": ("from json import load", [("json", "load", "load")]),
    "from import with an alias": ("from json import load as l", [("json", "load", "l")]),
    "star import": ("from json import *", [("json", "*", "*")]),
    "relative import of a module": ("from . import models", [("app", "models", "models")]),
    "relative import from a module": (
        "from .models import Order",
        [("app.models", "Order", "Order")],
    ),
    "relative import beyond the root": ("from ...models import Order", []),
}


@pytest.mark.parametrize(("source", "found"), NAMES.values(), ids=NAMES)
def test_imported_names(source: str, found: list[tuple[str, str, str]]) -> None:
    assert facts_of(source) == found


def test_relative_import_in_a_package_starts_at_the_package_itself() -> None:
    found = facts_of("from .models import Order", path="src/app/__init__.py", name="app")
    assert found == [("app.models", "Order", "Order")]


def test_relative_import_at_the_source_root_means_a_module_beside() -> None:
    found = facts_of("from . import models as m", path="service.py", name="service")
    assert found == [("models", "", "m")]


def test_file_without_a_module_name_has_no_relative_imports() -> None:
    source = "from . import models\nfrom .models import Order\nimport json"
    assert facts_of(source, path="my-scripts/run.py", name="") == [("json", "", "json")]


DYNAMIC_IMPORTS = {
    "import_module": ("import importlib\nimportlib.import_module('a.b')", True),
    "an alias of it": ("from importlib import import_module as load\nload('a.b')", True),
    "the built-in": ("__import__('a.b')", True),
    "a computed name": ("import importlib\nname = 'a.b'\nimportlib.import_module(name)", False),
    "a relative name of a literal package": (
        "import importlib\nimportlib.import_module('.b', 'a')",
        True,
    ),
    "another function of that name": (
        "def import_module(name): ...\nimport_module('a.b')",
        False,
    ),
}


@pytest.mark.parametrize(("source", "seen"), DYNAMIC_IMPORTS.values(), ids=DYNAMIC_IMPORTS)
def test_literal_dynamic_import_is_an_edge(source: str, seen: bool) -> None:
    dynamic = [fact for fact in import_facts(module_of(source)) if fact.kind == DYNAMIC]
    assert [(fact.module, fact.line) for fact in dynamic] == (
        [("a.b", len(source.splitlines()))] if seen else []
    )


TYPING_CONDITIONS = {
    "from typing": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:",
    "an alias": "from typing import TYPE_CHECKING as T\nif T:",
    "through the module": "import typing\nif typing.TYPE_CHECKING:",
    "through the module's alias": "import typing as t\nif t.TYPE_CHECKING:",
    "of typing_extensions": "import typing_extensions as te\nif te.TYPE_CHECKING:",
    "set by the module itself": "TYPE_CHECKING = False\nif TYPE_CHECKING:",
    "mypy's older name": "MYPY = False\nif MYPY:",
    "False": "if False:",
    "zero": "if 0:",
    "with a further condition": "from typing import TYPE_CHECKING\nif TYPE_CHECKING and DEBUG:",
}


@pytest.mark.parametrize("condition", TYPING_CONDITIONS.values(), ids=TYPING_CONDITIONS)
def test_import_for_type_checkers_only(condition: str) -> None:
    kinds = kinds_of(f"{condition}\n    import seen\nelse:\n    import real\nimport plain")
    assert (kinds["seen"], kinds["real"], kinds["plain"]) == (TYPING, RUNTIME, RUNTIME)


@pytest.mark.parametrize("condition", ["not TYPE_CHECKING", "not False"])
def test_negated_typing_condition_turns_the_branches_round(condition: str) -> None:
    source = f"""
        from typing import TYPE_CHECKING
        if {condition}:
            import real
        else:
            import seen
    """
    assert kinds_of(source) == {"TYPE_CHECKING": RUNTIME, "real": RUNTIME, "seen": TYPING}


def test_typing_wins_over_every_other_condition() -> None:
    source = """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            try:
                import tried
            except ImportError:
                import instead
            def f():
                import inner
    """
    kinds = kinds_of(source)
    assert {kinds[name] for name in ("tried", "instead", "inner")} == {TYPING}


FAILURES = ["ImportError", "ModuleNotFoundError", "(ImportError, OSError)", "Exception", ""]


@pytest.mark.parametrize("caught", FAILURES)
def test_import_that_may_fail_is_guarded(caught: str) -> None:
    source = f"""
        try:
            import quick
        except {caught}:
            import slow
        else:
            import more
        finally:
            import always
    """
    assert kinds_of(source) == {
        "quick": GUARDED,
        "slow": GUARDED,
        "more": GUARDED,
        "always": RUNTIME,
    }


def test_try_that_catches_something_else_is_no_guard() -> None:
    source = "try:\n    import quick\nexcept ValueError:\n    import slow"
    assert kinds_of(source) == {"quick": RUNTIME, "slow": RUNTIME}


def test_suppressed_import_error_is_a_guard() -> None:
    source = """
        from contextlib import suppress
        with suppress(ImportError):
            import quick
        with suppress(ValueError):
            import slow
        with open("x"):
            import other
    """
    kinds = kinds_of(source)
    assert (kinds["quick"], kinds["slow"], kinds["other"]) == (GUARDED, RUNTIME, RUNTIME)


PLATFORM_CHECKS = {
    "platform": "import sys\nif sys.platform == 'win32':",
    "a method of it": "import sys\nif sys.platform.startswith('linux'):",
    "version": "from sys import version_info as v\nif v < (3, 11):",
    "operating system": "import os\nif os.name == 'nt':",
    "implementation": "import sys\nif sys.implementation.name == 'cpython':",
    "function": "import platform as p\nif p.system() == 'Windows':",
}


@pytest.mark.parametrize("condition", PLATFORM_CHECKS.values(), ids=PLATFORM_CHECKS)
def test_import_on_some_platforms_is_guarded(condition: str) -> None:
    kinds = kinds_of(f"{condition}\n    import here\nelse:\n    import there")
    assert (kinds["here"], kinds["there"]) == (GUARDED, GUARDED)


def test_condition_on_anything_else_is_no_guard() -> None:
    source = "import app\nif app.platform:\n    import quick"
    assert kinds_of(source)["quick"] == RUNTIME


@pytest.mark.parametrize("test", ["__name__ == '__main__'", "'__main__' == __name__"])
def test_import_of_the_program_alone(test: str) -> None:
    source = f"if {test}:\n    import quick\nelse:\n    import slow"
    assert kinds_of(source) == {"quick": MAIN_GUARD, "slow": RUNTIME}


INNER = {
    "function": "def f():",
    "coroutine": "async def f():",
    "method": "class A:\n    def f(self):",
}


@pytest.mark.parametrize("head", INNER.values(), ids=INNER)
def test_import_in_a_function_is_deferred(head: str) -> None:
    depth = " " * 4 * (head.count("\n") + 1)
    body = "import quick\ntry:\n    import slow\nexcept ImportError:\n    pass"
    assert kinds_of(f"{head}\n{indent(body, depth)}") == {"quick": DEFERRED, "slow": DEFERRED}


def test_function_in_a_try_still_defers() -> None:
    source = "try:\n    def f():\n        import quick\nexcept ImportError:\n    pass"
    assert kinds_of(source) == {"quick": DEFERRED}


def test_class_body_runs_at_import() -> None:
    assert kinds_of("class A:\n    import quick") == {"quick": RUNTIME}


@pytest.mark.parametrize(
    ("source", "fallback", "platform"),
    [
        ("try:\n    import old\nexcept ImportError:\n    old = None", True, False),
        ("try:\n    import new\nexcept ImportError:\n    import old", True, False),
        (
            "def f():\n    try:\n        import old\n    except ImportError:\n        pass",
            True,
            False,
        ),
        ("import sys\nif sys.version_info < (3, 12):\n    import old", True, True),
        (
            "import sys\nif sys.version_info < (3, 12):\n    def f():\n        import old",
            True,
            True,
        ),
        ("import sys\nPY2 = sys.version_info[0] == 2\nif PY2:\n    import old", True, True),
        ("if TYPE_CHECKING:\n    import old", True, True),
        ("import old", False, False),
        ("if debug:\n    import old", False, False),
        ("try:\n    import old\nexcept ValueError:\n    pass", False, False),
    ],
)
def test_imports_the_program_copes_without(source: str, fallback: bool, platform: bool) -> None:
    module = module_of(source)
    (node,) = (
        item
        for item in module.nodes(ast.Import)
        if any(alias.name == "old" for alias in item.names)
    )
    assert has_fallback(node, module) is fallback
    assert depends_on_platform(node, module) is platform


DYNAMIC_TARGETS = {
    "absolute": ("importlib.import_module('app.b')", ["app.b"]),
    "by keyword": ("importlib.import_module(name='app.b')", ["app.b"]),
    "relative to the module's package": (
        "importlib.import_module('.b', package=__package__)",
        ["app.b"],
    ),
    "relative to the package, by position": (
        "importlib.import_module('.b', __package__)",
        ["app.b"],
    ),
    "relative to the module's own name": ("importlib.import_module('.b', __name__)", ["app.a.b"]),
    "a level up": ("importlib.import_module('..b', __name__)", ["app.b"]),
    "relative to a literal package": ("importlib.import_module('.b', 'shop.x')", ["shop.x.b"]),
    "beyond the root": ("importlib.import_module('...b', __package__)", []),
    "relative to nobody knows what": ("importlib.import_module('.b', package)", []),
    "relative to nothing": ("importlib.import_module('.b')", []),
    "a computed name": ("importlib.import_module(f'app.{name}')", []),
    "the built-in function": ("__import__('app.b')", ["app.b"]),
}


@pytest.mark.parametrize(("call", "targets"), DYNAMIC_TARGETS.values(), ids=DYNAMIC_TARGETS)
def test_target_of_a_dynamic_import(call: str, targets: list[str]) -> None:
    module = module_of(f"import importlib\n{call}\n", path="src/app/a.py", name="app.a")
    found = [fact for fact in import_facts(module) if fact.kind == DYNAMIC]
    assert [fact.module for fact in found] == targets


UNDER_TYPE_CHECKING = {
    "the name": ("if TYPE_CHECKING:\n    import a", True),
    "an attribute": ("if t.TYPE_CHECKING:\n    def f():\n        import a", True),
    "the other branch": ("if TYPE_CHECKING:\n    pass\nelse:\n    import a", False),
    "elif": ("if x:\n    pass\nelif TYPE_CHECKING:\n    import a", True),
    "negated": ("if not TYPE_CHECKING:\n    pass\nelse:\n    import a", False),
    "with another condition": ("if TYPE_CHECKING and x:\n    import a", False),
    "another spelling": ("if MYPY:\n    import a", False),
    "no condition": ("import a", False),
}


@pytest.mark.parametrize(("source", "found"), UNDER_TYPE_CHECKING.values(), ids=UNDER_TYPE_CHECKING)
def test_what_grimp_takes_for_a_type_checking_import(source: str, found: bool) -> None:
    (fact,) = import_facts(module_of(source))
    assert fact.under_type_checking is found


@pytest.mark.parametrize(
    ("source", "conditional"),
    [
        ("import redis\n", False),
        ("import os\nif os.environ.get('CACHE'):\n    import redis\n", True),
        ("if CACHE:\n    pass\nelse:\n    from redis import Redis\n", True),
        ("match CACHE:\n    case 'redis':\n        import redis\n", True),
        ("try:\n    import redis\nfinally:\n    pass\n", False),
        ("def f():\n    try:\n        import redis\n    except ImportError:\n        pass\n", True),
        ("class Cache:\n    import redis\n", False),
    ],
)
def test_import_that_a_condition_decides(source: str, conditional: bool) -> None:
    (found,) = (fact for fact in import_facts(module_of(source)) if fact.module == "redis")
    assert found.conditional is conditional


@pytest.mark.parametrize(
    "context", ["LazyImport('pip install quick')", "try_import() as quick_import"]
)
def test_a_context_that_keeps_the_failure_for_later_is_a_guard(context: str) -> None:
    source = (
        f"from host import LazyImport, try_import\nwith {context}:\n    import quick\nimport slow\n"
    )
    kinds = kinds_of(source)
    assert (kinds["quick"], kinds["slow"]) == (GUARDED, RUNTIME)
