"""What is a file for? Decided by its path, then by its first lines, then by what it imports and defines.

The first match wins, in the order of `archcheck.model.Role`. This is the largest single guard against false
findings: a wrong role makes every rule wrong. A folder name that is also a word of some business (``demo``,
``samples``, ``tools``) counts only outside the project's packages, where it cannot be a feature.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from archcheck.model import Role

_VENDORED = frozenset(
    {"_vendor", "vendor", "vendored", "_vendored", "third_party", "thirdparty", "node_modules",
     "site-packages", "_vendored_packages", "extern", "bundled"}
)  # fmt: skip
_GENERATED_FOLDERS = frozenset(
    {"generated", "_generated", "autogen", "openapi_client", "swagger_client"}
)
_GENERATED_FILE = re.compile(r"_pb2\w*\.py$")
#: Said by a comment at the top of a file.
_GENERATED_COMMENT = re.compile(
    r"@generated|\bauto[- ]?generated\b|\bautomatically generated\b|^\W*(?:this (?:file|code|module) )?"
    r"(?:is |was |has been )?generated (?:by|from|with|using)\b|\bdo not (?:edit|modify)\b",
    re.IGNORECASE,
)
#: Said by a docstring, which may as well describe what the code generates.
_GENERATED_DOCSTRING = re.compile(
    r"@generated|\b(?:auto[- ]?|automatically )generated (?:by|from|with|using|file|code|module)\b"
    r"|\bthis (?:file|code|module) (?:is|was|has been) (?:auto[- ]?|automatically )?generated\b"
    r"|\bdo not (?:edit|modify) (?:this|it|manually|directly|by hand)\b",
    re.IGNORECASE,
)
_HEAD_LINES = 5
#: What versioneer puts into a package, and says so further down.
_VERSION_FILE, _VERSIONEER = "_version.py", "versioneer"

_TEST_FOLDERS = frozenset(
    {"test", "tests", "testing", "factories", "fixtures", "mocks", "testdata", "testutils", "unittests", "_tests"}
)  # fmt: skip
_TEST_FOLDER = re.compile(r"^(?:e2e|functests?(?:[_-]|$)|tests?[_-])|[_-]tests?$")
_TEST_SUPPORT = re.compile(r"^(?:tests?|testing|conftest\w*|pytest_.*plugin)\.py$")
_TEST_NAME = re.compile(r"^test_.*\.py$|_tests?\.py$|(?:^|_)smoke_?tests?\.py$")
#: Of those, what helps tests and needs no test library for it.
_TEST_HELPER = re.compile(
    r"^test_(?:utils?|helpers?|base|cases?|common|support|fixtures?|mocks?)\.py$"
)
_TEST_IMPORTS = frozenset({"pytest", "unittest", "hypothesis", "nose", "testtools", "absltest"})

_DOCS_FOLDERS = frozenset(
    {"docs", "docs_src", "example", "examples", "bench", "benches", "benchmark", "benchmarks", "asv_bench",
     "project_template", "project_templates"}
)  # fmt: skip
_DOCS_FOLDER = re.compile(r"^examples?_|_examples?$")
_OUTER_DOCS_FOLDERS = frozenset(
    {"doc", "documentation", "sample", "samples", "demo", "demos", "tutorial", "tutorials", "perf", "evals",
     "notebooks", "cookbook", "playground"}
)  # fmt: skip
_DOCS_FILES = frozenset({"example.py", "examples.py"})
#: ``migrations``, ``alembic``, ``alembic_migrations``, ``db_migrations``.
_MIGRATION_FOLDER = re.compile(r"(?:^|_)(?:migrations|alembic)$")
_OUTER_MIGRATION_FOLDERS = frozenset({"migration"})
_REVISIONS = "database/revisions"

_SCRIPT_FOLDER = re.compile(r"^_?scripts$|^scripts[-_]|[-_]scripts$")
_OUTER_SCRIPT_FOLDERS = frozenset(
    {"script", "tools", "tool", "bin", "dev", "devel", "ci", "contrib", "hack", "build", "_build", "packaging", "release", "misc",
     ".github", ".circleci", "automation", "devtools", "maintenance", "manual", "extras"}
)  # fmt: skip
_SCRIPT_FILES = frozenset(
    {"setup.py", "noxfile.py", "fabfile.py", "tasks.py", "dodo.py", "conanfile.py", "hatch_build.py",
     "build.py", "pavement.py", "wscript.py", "versioneer.py", "ez_setup.py", "bootstrap.py", "loaddata.py"}
)  # fmt: skip
#: Of the outer folders' names, those that a product's own top-level package may bear.
_PRODUCT_NAMES = frozenset(
    {"demo", "sample", "tutorial", "playground", "perf", "documentation", "doc", "migration", "script", "tool",
     "build", "packaging", "release", "misc", "automation", "maintenance", "manual", "extras"}
)  # fmt: skip
_SEED_WORD = re.compile(r"(?:^|_)seed(?:s|er|ing)?(?:_|$)")
_SCRIPT_STEMS = ("_dev", "_local")

_CLI_NAMES = frozenset(
    {"cli", "commands", "command", "cmd", "cmds", "bin", "cmdline", "commandline", "command_line"}
)
_CLI_IMPORTS = frozenset(
    {"argparse", "click", "typer", "fire", "docopt", "optparse", "cyclopts", "cleo", "cliff", "cloup", "rich_click"}
)  # fmt: skip
_MANAGEMENT = "/management/commands/"
_ENTRYPOINTS = frozenset({"main", "app", "asgi", "wsgi", "manage", "__main__"})
_FACTORIES = frozenset({"create_app", "make_app", "build_app", "get_application", "app_factory"})
_CONFIG_NAMES = frozenset({"config", "settings", "conf", "configuration", "configs"})


def path_role(path: str, module: str, head: str = "", *, beside: bool = False) -> Role:
    """The role that the path and the first lines of a file give it.

    Args:
        path: posix, relative to the repository's root.
        module: qualified name, used to tell the project's folders from its packages'.
        head: the first lines of the file.
        beside: its outermost folder is no package, and stands beside the project's packages.
    """
    *folders, name = path.lower().split("/")
    if not _VENDORED.isdisjoint(folders):
        return Role.VENDORED
    if not _GENERATED_FOLDERS.isdisjoint(folders) or _GENERATED_FILE.search(name):
        return Role.GENERATED
    if name == _VERSION_FILE and _VERSIONEER in head:
        return Role.GENERATED
    if _is_generated(head) and not any(map(_MIGRATION_FOLDER.search, folders)):
        return (
            Role.GENERATED
        )  # Django stamps every migration as generated, but people edit and run them
    inner = module.partition(".")[2]
    if _is_test_place(folders, inner) or _TEST_SUPPORT.match(name) or _TEST_NAME.search(name):
        return Role.TEST
    return _product_role(path, module, beside=beside)


def refine(
    role: Role,
    path: str,
    module: str,
    *,
    imported_roots: Collection[str],
    functions: Collection[str],
    has_tests: bool,
) -> Role:
    """The final role, once it is known what the file imports and defines.

    Args:
        role: what `path_role` said.
        path: as there.
        module: as there.
        imported_roots: first segments of its imports.
        functions: names of its module-level functions.
        has_tests: it defines functions or methods called ``test...`` that are no commands.
    """
    *folders, name = path.lower().split("/")
    if (
        role is Role.TEST
        and "." in module
        and not has_tests
        and _TEST_IMPORTS.isdisjoint(imported_roots)
        and _TEST_NAME.search(name)
        and not _TEST_HELPER.search(name)
        and not _is_test_place(folders)
    ):
        # `test` is a word of the business here: `test_results.py`, `significance_tests.py`.
        role = _product_role(path, module)
    if role not in (Role.RUNTIME, Role.CONFIG, Role.ENTRYPOINT):
        return role
    if _MANAGEMENT in f"/{path.lower()}":
        return Role.CLI
    if not _CLI_IMPORTS.isdisjoint(imported_roots) and any(
        _is_cli_name(part) for part in [*folders, name.removesuffix(".py")]
    ):
        return Role.CLI
    if role is Role.RUNTIME and not _FACTORIES.isdisjoint(functions):
        return Role.ENTRYPOINT
    return role


def _product_role(path: str, module: str, *, beside: bool = False) -> Role:
    """The role of a file that is neither foreign nor a test."""
    *folders, name = path.lower().split("/")
    parts = frozenset(folders)
    outer = _outer_folders(folders, module, is_package=name == "__init__.py")
    if beside:
        outer |= frozenset(folders[:1])
    if (
        parts & _DOCS_FOLDERS
        or outer & _OUTER_DOCS_FOLDERS
        or name in _DOCS_FILES
        or any(_is_template(part) or _DOCS_FOLDER.search(part) for part in folders)
        or "templates" in folders[:-1]  # what a project makes others of: templates/<name>/...
    ):
        return Role.DOCS
    if (
        any(map(_MIGRATION_FOLDER.search, folders))
        or outer & _OUTER_MIGRATION_FOLDERS
        or f"/{_REVISIONS}/" in f"/{path.lower()}"
    ):
        return Role.MIGRATION
    stem = name.removesuffix(".py")
    if (
        any(_SCRIPT_FOLDER.search(part) for part in folders)
        or outer & _OUTER_SCRIPT_FOLDERS
        or (name in _SCRIPT_FILES and "." not in module)
        or not (stem.isidentifier() or _MANAGEMENT in f"/{path.lower()}")  # no import can name it
        or any(_SEED_WORD.search(part) for part in [*folders, stem])
        or stem.endswith(_SCRIPT_STEMS)
    ):
        return Role.SCRIPT
    if stem == "__init__" and folders and folders[-1] in ("asgi", "wsgi"):
        stem = folders[-1]
    if stem in _ENTRYPOINTS:
        return Role.ENTRYPOINT
    if stem in _CONFIG_NAMES or ("." in module and parts & _CONFIG_NAMES):
        return Role.CONFIG
    return Role.RUNTIME


def _is_test_place(folders: list[str], inner: str = "") -> bool:
    """Whether the folders hold tests, or ``inner``, a module's name in its top-level package, fixtures for them."""
    if folders and folders[0] == "t":  # Perl's convention, kept by a family of Python projects
        return True
    if "pytest" in folders and "pytest" in inner.lower().split("."):
        return True
    return any(part in _TEST_FOLDERS or _TEST_FOLDER.search(part) for part in folders)


def _is_template(folder: str) -> bool:
    return "{{" in folder or folder.startswith("cookiecutter")


def _is_cli_name(part: str) -> bool:
    return (
        part in _CLI_NAMES or part == "__main__" or part.startswith("cli_") or part.endswith("_cli")
    )


def _is_generated(head: str) -> bool:
    for line in head.splitlines()[:_HEAD_LINES]:
        text = line.strip()
        if text.startswith("#"):
            if _GENERATED_COMMENT.search(text):
                return True
        elif text.startswith(('"""', "'''", 'r"""')) and _GENERATED_DOCSTRING.search(text):
            return True
    return False


def _outer_folders(folders: list[str], module: str, *, is_package: bool) -> frozenset[str]:
    """The folders around the file's top-level package.

    A folder at the very top counts too, because without an ``__init__.py`` it only looks like a package.
    """
    if not module:
        return frozenset(folders)
    depth = module.count(".") + (1 if is_package else 0)
    around = len(folders) - depth
    if around <= 0:
        return frozenset(folders[:1]) - _PRODUCT_NAMES
    return frozenset(folders[:around])
