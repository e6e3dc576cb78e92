"""Which modules load whenever the program runs?"""

from __future__ import annotations

import pytest

from archcheck.analysis.facts import DEFERRED, GUARDED, RUNTIME, TYPING, ImportFact, ModuleFacts
from archcheck.analysis.imports.graph import ImportGraph
from archcheck.analysis.imports.loading import loaded_modules
from archcheck.model import Role


def module(name: str, *imports: ImportFact, role: Role = Role.RUNTIME) -> ModuleFacts:
    is_package = name == "shop"
    path = name.replace(".", "/") + ("/__init__.py" if is_package else ".py")
    return ModuleFacts(path, name, role, is_package=is_package, imports=imports)


def fact(target: str, kind: str = RUNTIME, *, conditional: bool = False) -> ImportFact:
    return ImportFact(target, "", "", 1, kind, conditional=conditional)


def loaded(*modules: ModuleFacts, **how: object) -> set[str]:
    graph = ImportGraph({each.name: each for each in modules})
    return set(loaded_modules(modules, graph, **how))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("how", "found"),
    [
        (fact("shop.cache"), True),
        (fact("shop.cache", conditional=True), False),
        (fact("shop.cache", GUARDED), False),
        (fact("shop.cache", DEFERRED), False),
    ],
)
def test_what_the_package_imports(how: ImportFact, found: bool) -> None:
    assert ("shop/cache.py" in loaded(module("shop", how), module("shop.cache"))) is found


def test_imports_in_functions_count_where_that_is_asked() -> None:
    modules = (module("shop", fact("shop.cache", DEFERRED)), module("shop.cache"))
    assert "shop/cache.py" in loaded(*modules, deferred=True)


def test_what_a_loaded_module_imports_loads_too_and_what_an_optional_one_imports_does_not() -> None:
    modules = (
        module("shop", fact("shop.orders")),
        module("shop.orders", fact("shop.prices")),
        module("shop.prices"),
        module("shop.plugin", fact("shop.hooks")),
        module("shop.hooks"),
    )
    assert loaded(*modules) == {"shop/__init__.py", "shop/orders.py", "shop/prices.py"}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("shop.main", Role.ENTRYPOINT),
        ("shop.cli.tools", Role.CLI),
        ("manage", Role.ENTRYPOINT),
    ],
)
def test_ways_into_the_program(name: str, role: Role) -> None:
    assert loaded(module("shop"), module(name, role=role)) >= {name.replace(".", "/") + ".py"}


@pytest.mark.parametrize("name", ["shop.models", "shop.urls", "shop.settings"])
@pytest.mark.parametrize(("library", "found"), [("django.conf", True), ("aiohttp", False)])
def test_what_a_framework_loads_by_name(name: str, library: str, found: bool) -> None:
    modules = (module("shop"), module("shop.main", fact(library)), module(name))
    assert (name.replace(".", "/") + ".py" in loaded(*modules)) is found


def test_an_entry_point_that_is_imported_under_a_condition_is_none() -> None:
    chat = module("shop.chat.app", role=Role.ENTRYPOINT)
    assert "shop/chat/app.py" in loaded(module("shop"), chat)
    asked = module("shop", fact("shop.chat.app", conditional=True))
    assert "shop/chat/app.py" not in loaded(asked, chat)


def test_a_script_that_the_manifest_names_is_one() -> None:
    modules = (module("shop"), module("shop.tools.run"))
    assert "shop/tools/run.py" not in loaded(*modules)
    assert "shop/tools/run.py" in loaded(*modules, started={"shop.tools.run"})


def test_every_module_of_a_package_without_init_is_a_way_in() -> None:
    assert loaded(module("shop.orders"), module("shop.deep.inner")) == {"shop/orders.py"}


def test_an_import_for_type_checkers_makes_nothing_optional() -> None:
    chat = module("shop.chat.app", role=Role.ENTRYPOINT)
    typed = module("shop", fact("shop.chat.app", TYPING, conditional=True))
    assert "shop/chat/app.py" in loaded(typed, chat)


def test_what_is_optional_elsewhere_is_optional_in_a_function_too() -> None:
    modules = (
        module("shop", fact("shop.cache", DEFERRED), fact("shop.orders")),
        module("shop.orders", fact("shop.cache", conditional=True)),
        module("shop.cache"),
    )
    assert "shop/cache.py" not in loaded(*modules, deferred=True)


def test_what_python_loads_by_itself_is_no_part_of_the_program() -> None:
    assert loaded(module("shop"), module("sitecustomize")) == {"shop/__init__.py"}


def test_views_are_scanned_where_something_loads_by_name() -> None:
    modules = (
        module("shop", fact("pyramid.config")),
        module("shop.views.orders"),
        module("shop.other.orders"),
    )
    assert loaded(*modules) == {"shop/__init__.py", "shop/views/orders.py"}
