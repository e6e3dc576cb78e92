"""Finds rules and reporters: the project's own folders first, entry points second."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

import archcheck.reporters
import archcheck.rules
from archcheck.errors import PluginError
from archcheck.installed import provides
from archcheck.reporters import Reporter

if TYPE_CHECKING:  # who only shows a report loads no rule
    from importlib.metadata import EntryPoint

    from archcheck.rule import Rule

RULE_GROUP = "archcheck.rules"
REPORTER_GROUP = "archcheck.reporters"


@cache
def load_rules() -> tuple[type[Rule], ...]:
    """Every rule class, own and third-party, sorted by code.

    Raises:
        PluginError: a plugin cannot be imported, is no rule, or takes a code or name already in use.
    """
    found: dict[str, type[Rule]] = {}
    names: dict[str, str] = {}
    for rule in (*_own_rules(), *_foreign_rules()):
        for key in (rule.code, rule.name()):
            if key in names:
                raise PluginError(
                    f"rule {rule.__module__}.{rule.__name__}: `{key}` is taken by {names[key]}"
                )
            names[key] = f"{rule.__module__}.{rule.__name__}"
        found[rule.code] = rule
    return tuple(found[code] for code in sorted(found))


def _own_rules() -> Iterator[type[Rule]]:
    for package in pkgutil.iter_modules(archcheck.rules.__path__, "archcheck.rules."):
        if not package.ispkg:
            continue
        folder = importlib.import_module(package.name)
        for entry in pkgutil.iter_modules(folder.__path__, f"{package.name}."):
            if not entry.name.rpartition(".")[2].startswith("_"):
                yield from _rules_in(entry.name)


def _rules_in(module_name: str) -> Iterator[type[Rule]]:
    from archcheck.rule import Rule

    module = importlib.import_module(module_name)
    for _, value in inspect.getmembers(module, inspect.isclass):
        if issubclass(value, Rule) and value.__module__ == module_name and hasattr(value, "code"):
            yield value


def has_foreign_rules() -> bool:
    """Whether another distribution brings rules; loads none of them."""
    return provides(RULE_GROUP)


def _foreign_rules() -> Iterator[type[Rule]]:
    for entry in sorted(_entries(RULE_GROUP), key=lambda item: item.name):
        yield _load(entry)


def _entries(group: str) -> Sequence[EntryPoint]:
    if not provides(group):
        return ()
    from importlib.metadata import entry_points

    return tuple(entry_points(group=group))


def _import(entry: EntryPoint) -> object:
    try:
        return entry.load()
    except Exception as error:
        raise PluginError(
            f"plugin `{entry.name}` ({entry.value}) cannot be loaded: {error}",
            "mend or uninstall the distribution that provides it",
        ) from error


def _load(entry: EntryPoint) -> type[Rule]:
    from archcheck.rule import CallRule, ModuleRule, ProjectRule

    value = _import(entry)
    if not (inspect.isclass(value) and issubclass(value, (CallRule, ModuleRule, ProjectRule))):
        raise PluginError(
            f"plugin `{entry.name}` ({entry.value}) is no rule",
            "point the entry point at a subclass of CallRule, ModuleRule or ProjectRule",
        )
    return value


def reporter_names() -> tuple[str, ...]:
    """The names of all formats, sorted; loads none of them.

    Raises:
        PluginError: a plugin takes the name of another format.
    """
    names = _own_reporters()
    for entry in _entries(REPORTER_GROUP):
        if entry.name in names:
            raise PluginError(
                f"plugin `{entry.name}` ({entry.value}): a format of that name exists",
                "uninstall the distribution that provides it, or have it renamed",
            )
        names.append(entry.name)
    return tuple(sorted(names))


def load_reporter(name: str) -> Reporter:
    """Load one format.

    Args:
        name: one of `reporter_names`.

    Raises:
        PluginError: its plugin cannot be loaded or gives nothing that can be called.
    """
    if name in _own_reporters():
        render: Reporter = importlib.import_module(f"archcheck.reporters.{name}").render
        return render
    entry = next(each for each in _entries(REPORTER_GROUP) if each.name == name)
    value = _import(entry)
    if not callable(value):
        raise PluginError(
            f"plugin `{entry.name}` ({entry.value}) is no reporter",
            "point the entry point at a function `render(report, options) -> str`",
        )
    foreign: Reporter = value
    return foreign


def _own_reporters() -> list[str]:
    modules = pkgutil.iter_modules(archcheck.reporters.__path__)
    return [module.name for module in modules if not module.name.startswith("_")]
