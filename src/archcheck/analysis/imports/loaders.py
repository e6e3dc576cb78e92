"""Does a module load others by names that it computes? Then nobody can tell from the text which."""

from __future__ import annotations

import ast

from archcheck.analysis.module import Module

#: Calls that import the module that their first argument names.
_BY_NAME = frozenset(
    {
        "__import__",
        "django.utils.module_loading.import_string",
        "importlib.import_module",
        "importlib.util.find_spec",
        "importlib.util.spec_from_file_location",
        "pkgutil.resolve_name",
        "runpy.run_module",
        "runpy.run_path",
        "werkzeug.utils.find_modules",
        "werkzeug.utils.import_string",
    }
)
#: Calls that find modules, whatever they are given.
_BY_FOLDER = frozenset(
    {
        "django.utils.module_loading.autodiscover_modules",
        "importlib.metadata.entry_points",
        "lazy_loader.attach",
        "lazy_loader.attach_stub",
        "pkg_resources.iter_entry_points",
        "pkgutil.iter_modules",
        "pkgutil.walk_packages",
        "stevedore.DriverManager",
        "stevedore.ExtensionManager",
        "stevedore.NamedExtensionManager",
        "venusian.Scanner",
    }
)
_TAILS = frozenset(name.rpartition(".")[2] for name in _BY_NAME | _BY_FOLDER)


def loads_modules(module: Module) -> bool:
    """Whether the file loads modules whose names are no literals in it."""
    return any(
        name in _BY_FOLDER or (name in _BY_NAME and not _is_literal(call))
        for tail in _TAILS & module.calls_by_name.keys()
        for call in module.calls_by_name[tail]
        for name in module.names(call.func)
    )


def _is_literal(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Constant)
