"""Discovery: files, ignore rules, source roots, module names, members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from archcheck.engine.discover import discover, find_members, module_name
from archcheck.engine.sources import Target
from archcheck.model import Role


def tree(root: Path, files: Iterable[str]) -> None:
    for path in files:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("", encoding="utf-8")


def names(target: Target) -> dict[str, str]:
    return {source.path: source.module for source in target.sources}


LAYOUTS = {
    "src": (["src/app/__init__.py", "src/app/core/db.py"], {"src/app/core/db.py": "app.core.db"}),
    "flat": (["app/__init__.py", "app/db.py"], {"app/db.py": "app.db"}),
    "one file": (["server.py"], {"server.py": "server"}),
    "several packages": (
        ["api/__init__.py", "api/a.py", "worker/__init__.py", "worker/b.py"],
        {"api/a.py": "api.a", "worker/b.py": "worker.b"},
    ),
    "no __init__": (["src/app/core/db.py"], {"src/app/core/db.py": "app.core.db"}),
    "namespace portion": (
        ["src/acme/billing/__init__.py", "src/acme/billing/db.py"],
        {"src/acme/billing/db.py": "acme.billing.db"},
    ),
    "package below a plain folder": (
        ["backend/app/__init__.py", "backend/app/db.py"],
        {"backend/app/db.py": "app.db"},
    ),
    "nested folder without __init__ in a package": (
        ["app/__init__.py", "app/plugins/one/__init__.py", "app/plugins/one/a.py"],
        {"app/plugins/one/a.py": "app.plugins.one.a"},
    ),
    "no identifier": (["app/__init__.py", "app/2fa.py"], {"app/2fa.py": ""}),
    "src is a package": (["src/__init__.py", "src/db.py"], {"src/db.py": "src.db"}),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_module_names(layout: str, tmp_path: Path) -> None:
    files, expected = LAYOUTS[layout]
    tree(tmp_path, files)
    found = names(discover(tmp_path))
    assert {path: found[path] for path in expected} == expected


def test_a_configured_source_root_wins(tmp_path: Path) -> None:
    tree(tmp_path, ["code/app/db.py"])
    assert names(discover(tmp_path, source_roots=["code"])) == {"code/app/db.py": "app.db"}


def test_init_names_its_package() -> None:
    assert module_name("src/app/__init__.py", ["src", ""]) == "app"


def test_ignored_files_are_not_there(tmp_path: Path) -> None:
    tree(tmp_path, ["a.py", "build/b.py", "pkg/c.py", "pkg/local.py", "pkg/keep.py", ".venv/d.py"])
    (tmp_path / ".gitignore").write_text("build/\nkeep.py\n")
    (tmp_path / "pkg/.gitignore").write_text("local.py\n!keep.py\n")
    assert set(names(discover(tmp_path))) == {"a.py", "pkg/c.py", "pkg/keep.py"}


def test_a_virtual_environment_of_any_name_is_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, ["a.py", "env311/lib/b.py", "env311/pyvenv.cfg"])
    assert set(names(discover(tmp_path))) == {"a.py"}


def test_links_are_not_followed_and_said(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    root = tmp_path / "repo"
    tree(outside, ["secret.py"])
    tree(root, ["a.py"])
    (root / "loop").symlink_to(root)
    (root / "away").symlink_to(outside)
    (root / "linked.py").symlink_to(outside / "secret.py")
    target = discover(root)
    assert set(names(target)) == {"a.py"}
    assert [(notice.kind, notice.path) for notice in target.notices] == [("symlink", "linked.py")]


def test_members_are_manifests_that_are_no_data() -> None:
    files = [
        "pyproject.toml",
        "services/orders/pyproject.toml",
        "libs/core/pyproject.toml",
        "tests/fixtures/app/pyproject.toml",
        "examples/demo/pyproject.toml",
        "src/pkg/project_template/pyproject.toml",
        "{{cookiecutter.name}}/pyproject.toml",
    ]
    python = [path.replace("pyproject.toml", "src/app.py") for path in files]
    assert find_members([*files, *python]) == ("", "libs/core", "services/orders")


def test_a_manifest_without_a_python_file_below_it_is_no_member() -> None:
    files = ["pyproject.toml", "src/app.py", "ci/image/pyproject.toml", "ci/image/Dockerfile"]
    assert find_members(files) == ("",)


def test_a_file_belongs_to_the_nearest_member(tmp_path: Path) -> None:
    tree(
        tmp_path,
        ["pyproject.toml", "a.py", "services/orders/pyproject.toml", "services/orders/orders/b.py"],
    )
    target = discover(tmp_path)
    assert {source.path: source.member for source in target.sources} == {
        "a.py": "",
        "services/orders/orders/b.py": "services/orders",
    }
    assert names(target)["services/orders/orders/b.py"] == "orders.b"


def test_vendored_and_generated_files_are_skipped(tmp_path: Path) -> None:
    tree(tmp_path, ["app/a.py", "app/_vendor/b.py", "app/c_pb2.py"])
    (tmp_path / "app/d.py").write_text("# @generated\n")
    target = discover(tmp_path)
    assert set(names(target)) == {"app/a.py"}
    assert target.skipped == ("app/_vendor/b.py", "app/c_pb2.py", "app/d.py")


def test_packages_that_are_shipped_along_are_vendored(tmp_path: Path) -> None:
    installed = ["app/dist/six.py", "app/dist/cext/lib.py", "app/dist/six-1.17.dist-info/INSTALLER"]
    data = ["tests/data/b.py", "tests/data/b-1.dist-info/INSTALLER"]
    wheel = ["app/a.py", "app-1.0.dist-info/METADATA", "app-1.0.dist-info/INSTALLER"]
    tree(tmp_path, [*wheel, *installed, *data])
    target = discover(tmp_path)
    assert set(names(target)) == {"app/a.py", "tests/data/b.py"}
    assert target.skipped == ("app/dist/cext/lib.py", "app/dist/six.py")


def test_copies_of_libraries_are_vendored_and_known_by_name(tmp_path: Path) -> None:
    tree(tmp_path, ["app/__init__.py", "app/six.py", "app/ext/__init__.py", "app/ext/redis/api.py"])
    for path in ("app/six.py", "app/ext/redis/__init__.py"):
        (tmp_path / path).write_text("__version__ = '1.0'\n")
    target = discover(tmp_path)
    assert target.skipped == ("app/ext/redis/__init__.py", "app/ext/redis/api.py", "app/six.py")
    assert target.packages.copies == {"app.ext.redis": "redis", "app.six": "six"}


def test_excluded_files_are_kept_for_the_strict_score(tmp_path: Path) -> None:
    tree(tmp_path, ["app/a.py", "legacy/b.py"])
    target = discover(tmp_path, exclude=["legacy/**", "gone/**"])
    assert {source.path: source.excluded for source in target.sources} == {
        "app/a.py": False,
        "legacy/b.py": True,
    }
    assert [notice.kind for notice in target.notices] == ["unmatched-exclude"]


@pytest.mark.parametrize(
    "metadata",
    [
        "PKG-INFO",
        "app-1.0.dist-info/METADATA",
        "app-1.0.egg-info/PKG-INFO",
        "app-1.0-py3.11.egg-info",
    ],
)
def test_an_unpacked_archive_is_recognised(tmp_path: Path, metadata: str) -> None:
    tree(tmp_path, [metadata, "app/a.py"])
    assert discover(tmp_path).unpacked
    (tmp_path / ".git").mkdir()
    assert not discover(tmp_path).unpacked


@pytest.mark.parametrize(
    "metadata", ["app.egg-info/PKG-INFO", "vendor/PKG-INFO", "a/b-1.egg-info/PKG-INFO"]
)
def test_what_an_editable_installation_leaves_makes_no_archive(
    tmp_path: Path, metadata: str
) -> None:
    tree(tmp_path, [metadata, "app/a.py"])
    assert not discover(tmp_path).unpacked


def test_the_first_lines_decide_a_role_only_when_they_are_a_comment(tmp_path: Path) -> None:
    tree(tmp_path, ["app/a.py"])
    (tmp_path / "app/a.py").write_text("TEXT = 'generated by hand'\n")
    assert [source.role for source in discover(tmp_path).sources] == [Role.RUNTIME]


def write(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


PROJECT = {
    "shop/__init__.py": "",
    "shop/core/__init__.py": "",
    "shop/core/settings.py": "",
    "shop/orders/__init__.py": "",
    "shop/orders/models.py": "from core.settings import DEBUG\n",
}
IN_A_PACKAGE_AND_ON_THE_PATH = {
    "the settings of Django": (
        "manage.py",
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'core.settings')\n",
    ),
    "an import by a top-level name": ("main.py", "from core.settings import DEBUG\n"),
}


@pytest.mark.parametrize("how", IN_A_PACKAGE_AND_ON_THE_PATH)
def test_a_package_whose_program_puts_it_on_the_path_is_a_source_root(
    how: str, tmp_path: Path
) -> None:
    program, source = IN_A_PACKAGE_AND_ON_THE_PATH[how]
    write(tmp_path, {**PROJECT, f"shop/{program}": source})
    found = names(discover(tmp_path))
    assert found["shop/orders/models.py"] == "orders.models"
    assert found["shop/core/__init__.py"] == "core"
    assert found["shop/__init__.py"] == "shop"


NOT_ON_THE_PATH = {
    "it imports through the package": {"shop/main.py": "from shop.core.settings import DEBUG\n"},
    "it imports relatively": {"shop/main.py": "from .core.settings import DEBUG\n"},
    "it imports another party of that name": {"shop/main.py": "from core.tools import x\n"},
    "another package has that name": {
        "shop/main.py": "from core.settings import DEBUG\n",
        "core/__init__.py": "",
    },
    "no program imports so": {"shop/helpers.py": "from core.settings import DEBUG\n"},
}


@pytest.mark.parametrize("why", NOT_ON_THE_PATH)
def test_a_package_that_is_not_on_the_path(why: str, tmp_path: Path) -> None:
    write(tmp_path, {**PROJECT, **NOT_ON_THE_PATH[why]})
    assert names(discover(tmp_path))["shop/orders/models.py"] == "shop.orders.models"


@pytest.mark.parametrize(
    ("imports", "name"),
    [
        ("from shop.orders import order\n", "shop.orders"),
        ("from src.shop.orders import order\n", "src.shop.orders"),
        ("from .orders import order\n", "src.shop.orders"),
    ],
)
def test_src_with_an_init_is_a_source_root_where_the_imports_say_so(
    imports: str, name: str, tmp_path: Path
) -> None:
    files = {"src/__init__.py": "", "src/shop/orders.py": "", "src/shop/service.py": imports}
    write(tmp_path, files)
    assert names(discover(tmp_path))["src/shop/orders.py"] == name


@pytest.mark.parametrize(
    ("imports", "name"),
    [
        ("from shop.orders.service import order\n", "shop.orders.models"),
        ("import shop.orders\n", "shop.orders.models"),
        ("from orders.service import order\n", "orders.models"),
        ("from shop.core import run\n", "orders.models"),
        ("", "orders.models"),
    ],
)
def test_a_folder_without_an_init_is_a_namespace_where_the_imports_say_so(
    imports: str, name: str, tmp_path: Path
) -> None:
    files = {
        "shop/orders/__init__.py": "",
        "shop/orders/models.py": "",
        "tests/test_it.py": imports,
    }
    files["shop/orders/service.py"] = imports
    write(tmp_path, files)
    assert names(discover(tmp_path))["shop/orders/models.py"] == name


@pytest.mark.parametrize(
    ("others", "role"),
    [
        (["src/shop/__init__.py"], Role.SCRIPT),
        (["tests/__init__.py"], Role.RUNTIME),
        (["src/shop/__init__.py", "misc/__init__.py"], Role.RUNTIME),
    ],
)
def test_a_folder_beside_the_packages_is_known_by_its_name(
    others: list[str], role: Role, tmp_path: Path
) -> None:
    write(tmp_path, dict.fromkeys([*others, "misc/compare.py"], ""))
    (found,) = (each for each in discover(tmp_path).sources if each.path == "misc/compare.py")
    assert found.role is role
