"""Discover: files, source roots, module names, roles and members."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from pathspec import GitIgnoreSpec

from archcheck.analysis.distributions.copied import copied_into
from archcheck.analysis.distributions.installed import installed_into
from archcheck.analysis.folders import folders_around
from archcheck.analysis.names.packages import Packages
from archcheck.analysis.roles import path_role
from archcheck.engine.heads import head
from archcheck.engine.namespaces import namespaces
from archcheck.engine.script_folders import script_folders
from archcheck.engine.sources import Source, Target, metadata_path
from archcheck.engine.walk import Walk
from archcheck.model import RUNTIME_ROLES, Notice, Role

_HEAD_BYTES = 4000
_DATA_FOLDERS = frozenset(
    {"test", "tests", "testing", "fixtures", "template", "templates", "example", "examples", "docs", "doc",
     "sample", "samples", "testdata", "test_data", "cookiecutter", "demo", "demos", "vendor", "third_party",
     "_vendor", "benchmarks", "project_template", "project_templates"}
)  # fmt: skip
_NOT_PACKAGES = frozenset({"src", "lib", "python"})


def discover(
    root: Path,
    *,
    exclude: Sequence[str] = (),
    source_roots: Sequence[str] = (),
    walk: Walk | None = None,
) -> Target:
    """Look at the repository at ``root``.

    Args:
        root: an existing folder.
        exclude: gitignore-style patterns of files that count for the strict score only.
        source_roots: folders that hold top-level packages; found out when empty.
        walk: the files below ``root``, where somebody has listed them already.
    """
    walk = walk or Walk(root)
    files = frozenset(walk.files)
    python = [path for path in walk.files if path.endswith(".py")]
    members = find_members(files)
    scripts = frozenset(script_folders(root, python))
    found = find_source_roots(python, members)
    shared = frozenset(namespaces(root, python, found, members))
    roots = tuple(source_roots) or _longest_first({*found, *scripts} - shared)
    spec = GitIgnoreSpec.from_lines(exclude)
    packaged = packages_among(python) - scripts
    homes = {folder.partition("/")[0] for folder in packaged if not holds_data(folder)}
    # What the tests of a packaging tool keep as data looks alike.
    bundles = {folder for folder in installed_into(files) if not holds_data(folder)}
    copies = copied_into(python, lambda path: _head(root / path))
    sources: list[Source] = []
    skipped: list[str] = []
    for path in python:
        module = module_name(path, roots, packaged)
        beside = bool(homes) and "/" in path and path.partition("/")[0] not in homes
        role = path_role(path, module, _head(root / path), beside=beside)
        if path in copies or any(
            each in bundles or each in copies for each in folders_around(path)
        ):
            role = Role.VENDORED
        if role in (Role.VENDORED, Role.GENERATED):
            skipped.append(path)
            continue
        sources.append(
            Source(path, module, role, _member(path, members), excluded=spec.match_file(path))
        )
    notices = list(walk.notices)
    for pattern in exclude:
        if not any(GitIgnoreSpec.from_lines([pattern]).match_file(path) for path in files):
            notices.append(
                Notice(
                    "unmatched-exclude",
                    "",
                    0,
                    f"`exclude` pattern `{pattern}` matches no file",
                    "remove it",
                )
            )
    return Target(
        sources=tuple(sources),
        members=members,
        files=files,
        source_roots=roots,
        packages=Packages(
            own=frozenset(
                source.module.partition(".")[0]
                for source in sources
                if source.module and source.role in RUNTIME_ROLES
            ),
            copies=dict(_named(copies, roots, packaged)),
        ),
        unpacked=bool(metadata_path(files)) and not (root / ".git").exists(),
        skipped=tuple(skipped),
        notices=tuple(notices),
    )


def _named(
    copies: Iterable[str], roots: Sequence[str], packaged: Collection[str]
) -> Iterator[tuple[str, str]]:
    """The module name of each library's copy, and the library's import name."""
    for path in sorted(copies):
        if module := module_name(path, roots, packaged):
            yield module, module.rpartition(".")[2]


def find_members(files: Iterable[str]) -> tuple[str, ...]:
    """Roots of the projects in the repository: the root itself and each folder with a ``pyproject.toml``.

    Manifests below tests, fixtures, templates or examples are data, not members, and where no Python file stands
    there is no project.
    """
    files = tuple(files)
    found = {""}
    python = {folder for path in files if path.endswith(".py") for folder in folders_around(path)}
    for path in files:
        folder, _, name = path.rpartition("/")
        if name != "pyproject.toml" or not folder:
            continue
        if folder in python and not holds_data(folder):
            found.add(folder)
    return tuple(sorted(found))


def holds_data(folder: str) -> bool:
    """Whether what stands in a folder is material of tests, templates or examples, and no part of the project."""
    parts = folder.lower().split("/")
    return any(part in _DATA_FOLDERS or "{{" in part or "template" in part for part in parts)


def find_source_roots(python: Sequence[str], members: Sequence[str]) -> tuple[str, ...]:
    """Folders in which top-level packages and modules stand, longest first.

    A package is a folder with ``__init__.py``, or one below such a folder; the first folder above it that is
    none is a source root. ``src`` and each member's root are source roots too, so that namespace packages
    (no ``__init__.py``) get a name.
    """
    folders = {path.rpartition("/")[0] for path in python}
    packaged = packages_among(python)
    conventional: set[str] = set()
    for folder in folders:
        parts = folder.split("/")
        for depth, part in enumerate(parts):
            if part in _NOT_PACKAGES and "/".join(parts[: depth + 1]) not in packaged:
                conventional.add("/".join(parts[: depth + 1]))
    roots = {"", *members, *conventional}
    for folder in packaged:
        top = folder
        while top and top in packaged:
            top = top.rpartition("/")[0]
        # Below `src` a folder without `__init__` is a namespace; elsewhere it merely holds packages.
        below = any(top.startswith(f"{root}/") for root in conventional)
        if not below and not _inside_package(top, packaged):
            roots.add(top)
    return _longest_first(roots)


def packages_among(python: Iterable[str]) -> frozenset[str]:
    """The folders that have an ``__init__.py``."""
    return frozenset(path.rpartition("/")[0] for path in python if path.endswith("__init__.py"))


def _longest_first(roots: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(roots, key=lambda root: (-len(root), root)))


def _inside_package(folder: str, packaged: Collection[str]) -> bool:
    """Whether some folder above ``folder`` is a package: then it is a namespace portion of that package."""
    while folder:
        if folder in packaged:
            return True
        folder = folder.rpartition("/")[0]
    return False


def module_name(path: str, roots: Sequence[str], packaged: Collection[str] = ()) -> str:
    """The qualified name of the module at ``path``, or ``""`` when its path is no identifier.

    Args:
        path: posix and relative.
        roots: source roots, longest first.
        packaged: folders with an ``__init__.py``: no source root lies inside one of them.
    """
    for root in roots:
        if root and (not path.startswith(f"{root}/") or root in packaged):
            continue
        inner = path[len(root) + 1 :] if root else path
        parts = inner.removesuffix(".py").split("/")
        if parts[-1] == "__init__":
            parts.pop()
        if root and not parts:
            continue  # the root is a package itself, to be named from further out
        if parts and all(part.isidentifier() for part in parts):
            return ".".join(parts)
        return ""
    return ""


def _member(path: str, members: Sequence[str]) -> str:
    inside = [member for member in members if not member or path.startswith(f"{member}/")]
    return max(inside, key=len)


def _head(path: Path) -> str:
    return head(path, _HEAD_BYTES).decode("utf-8", errors="replace")
