"""What is a file for? Decided by its path, then by its first lines, then by what it imports.

The first match wins, in the order of `archcheck.model.Role`. This is the largest single guard against false
findings: a wrong role makes every rule wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from archcheck.model import Role

_VENDORED = frozenset(
    {"_vendor", "vendor", "vendored", "_vendored", "third_party", "thirdparty", "node_modules",
     "site-packages", "_vendored_packages", "extern", "bundled"}
)  # fmt: skip
_GENERATED_DIRS = frozenset({"generated", "_generated", "autogen", "openapi_client", "_pb2"})
_GENERATED_FILE = re.compile(r"_pb2(_grpc)?\.pyi?$|_pb2\w*\.py$")
_GENERATED_HEAD = re.compile(
    r"@generated|\bauto-?generated\b|generated (?:by|from|with) .{0,80}|do not edit", re.IGNORECASE
)
_TEST_DIRS = frozenset(
    {"test", "tests", "testing", "factories", "fixtures", "mocks", "testdata", "test_data",
     "test_utils", "testutils", "integration_tests", "unit_tests", "functional_tests", "_tests", "unittests"}
)  # fmt: skip
_TEST_FILE = re.compile(
    r"^(test_.*|.*_tests?|tests?|testing|conftest|test)\.py$|^pytest_.*plugin\.py$"
)
_DOCS_DIRS = frozenset(
    {"docs", "doc", "docs_src", "documentation", "example", "examples", "sample", "samples", "demo", "demos",
     "tutorial", "tutorials", "bench", "benches", "benchmark", "benchmarks", "asv_bench", "perf", "notebooks",
     "cookbook", "playground", "project_template", "project_templates", "cookiecutter", "quickstart_template"}
)  # fmt: skip
_MIGRATION_DIRS = frozenset({"migrations", "migration", "alembic", "south_migrations", "db_migrations"})
_SCRIPT_DIRS = frozenset({"scripts", "script"})
_OUTER_SCRIPT_DIRS = frozenset(
    {"tools", "tool", "bin", "dev", "ci", "utils_scripts", "contrib", "hack", "build", "packaging",
     "release", "admin", "misc", ".github", ".circleci", "automation", "devtools", "maintenance"}
)  # fmt: skip
_TOP_SCRIPT_DIRS = frozenset({"tools", "bin", "dev", "ci", "hack", "devtools"})
_SCRIPT_FILES = frozenset(
    {"setup.py", "noxfile.py", "fabfile.py", "tasks.py", "dodo.py", "conanfile.py", "hatch_build.py",
     "build.py", "pavement.py", "wscript.py", "versioneer.py", "ez_setup.py", "bootstrap.py", "loaddata.py"}
)  # fmt: skip
_SEED_WORD = re.compile(r"(?:^|_)seed(?:s|er|ing)?(?:_|$)")
_CLI_DIRS = frozenset({"cli", "commands", "command", "cmd", "cmds"})
_CLI_IMPORTS = frozenset({"argparse", "click", "typer", "fire", "docopt", "optparse", "cyclopts"})
_ENTRYPOINTS = frozenset({"main", "app", "asgi", "wsgi", "manage", "__main__"})
_FACTORIES = frozenset({"create_app", "make_app", "build_app", "get_application", "app_factory"})
_CONFIG_NAMES = frozenset({"config", "settings", "conf", "configuration", "configs"})


def path_role(path: str, module: str, head: str = "") -> Role:
    """The role that the path and the first lines of a file give it.

    Args:
        path: posix, relative to the repository's root.
        module: qualified name, used to tell the project's folders from its packages'.
        head: the first five lines of the file.
    """
    *folders, name = path.lower().split("/")
    parts = set(folders)
    stem = name.removesuffix(".py")
    if parts & _VENDORED:
        return Role.VENDORED
    if parts & _GENERATED_DIRS or _GENERATED_FILE.search(name) or _is_generated(head):
        return Role.GENERATED
    if parts & _TEST_DIRS or _TEST_FILE.match(name) or any(_e2e(part) for part in folders):
        return Role.TEST
    if parts & _DOCS_DIRS or any("{{" in part or part.startswith("cookiecutter") for part in folders):
        return Role.DOCS
    if parts & _MIGRATION_DIRS or "/database/revisions/" in f"/{path}":
        return Role.MIGRATION
    outer, top = _split(folders, module, is_package=name == "__init__.py")
    if (
        parts & _SCRIPT_DIRS
        or outer & _OUTER_SCRIPT_DIRS
        or top in _TOP_SCRIPT_DIRS
        or (name in _SCRIPT_FILES and "." not in module)
        or any(_SEED_WORD.search(part) for part in [*folders, stem])
        or stem.endswith(("_dev", "_local"))
    ):
        return Role.SCRIPT
    if stem in _ENTRYPOINTS:
        return Role.ENTRYPOINT
    if stem in _CONFIG_NAMES or (parts & _CONFIG_NAMES and _inside(folders, module)):
        return Role.CONFIG
    return Role.RUNTIME


def refine(
    role: Role, path: str, imported_roots: Collection[str], functions: Collection[str]
) -> Role:
    """The final role, once it is known what the file imports and defines.

    Args:
        role: what `path_role` said.
        imported_roots: first segments of its imports.
        functions: names of its module-level functions.
    """
    if role not in (Role.RUNTIME, Role.CONFIG, Role.ENTRYPOINT):
        return role
    *folders, name = path.lower().split("/")
    stem = name.removesuffix(".py")
    in_cli_place = (
        stem == "__main__"
        or stem in _CLI_DIRS
        or stem.startswith("cli")
        or stem.endswith("_cli")
        or any(part in _CLI_DIRS or part.startswith("cli") for part in folders)
    )
    management = "/management/commands/" in f"/{'/'.join(folders)}/"
    if management or (in_cli_place and not _CLI_IMPORTS.isdisjoint(imported_roots)):
        return Role.CLI
    if role is Role.RUNTIME and not _FACTORIES.isdisjoint(functions):
        return Role.ENTRYPOINT
    return role


def _is_generated(head: str) -> bool:
    comments = [line for line in head.splitlines()[:5] if line.lstrip().startswith(("#", '"""', "'''"))]
    for line in comments:
        found = _GENERATED_HEAD.search(line)
        if found and ("generated" in found.group().lower() or "not edit" in found.group().lower()):
            return True
    return False


def _e2e(part: str) -> bool:
    return part.startswith(("e2e", "test_", "tests_")) or part.endswith(("_tests", "-tests", "_test"))


def _split(folders: list[str], module: str, *, is_package: bool) -> tuple[set[str], str]:
    """The folders around the file's top-level package, and that package's own folder (``""`` for none)."""
    if not module:
        return set(folders), ""
    depth = module.count(".") + (1 if is_package else 0)
    first = len(folders) - depth
    return set(folders[:first]), folders[first] if depth and first >= 0 else ""


def _inside(folders: list[str], module: str) -> bool:
    return "." in module and bool(folders)
