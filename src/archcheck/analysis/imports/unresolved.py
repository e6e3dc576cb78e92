"""First-party imports that lead to no module: a typing error, or a file that was moved and left its importers behind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from archcheck.analysis.facts import GUARDED, TYPING, ImportFact, ModuleFacts
from archcheck.model import RUNTIME_ROLES, Notice

#: Made by a build, so that a repository need not hold them.
_GENERATED = re.compile(
    r"_?version(_info|_scm)?|.*_pb2(_grpc)?|_?(auto)?generated?(_\w+)?|.*_(rc|ui)|_?build(_?info)?"
)
#: With these a package's `__init__` can change where its submodules are found.
_PATH_CHANGERS = frozenset({"pkgutil", "sys"})
#: Folders that are left out of many archives.
_LEFT_OUT = frozenset({"test", "tests", "testing", "testutils", "conftest"})


def unresolved_imports(
    facts: Iterable[ModuleFacts],
    known: Mapping[str, str],
    files: Collection[str],
    *,
    unpacked: bool,
) -> Iterator[Notice]:
    """One notice for each import of a module that the package around it does not have.

    Left alone is what may be there in ways that no file shows: under `try` or for type checking only, in a namespace
    package (other portions of which may be installed), made by a build or compiled, or provided by a package with a
    module-level `__getattr__` or a star import.

    Args:
        facts: of the modules whose imports are looked at.
        known: path of every first-party module, judged or not, by qualified name.
        files: every file of the repository.
        unpacked: it is an unpacked archive, which may have lost its tests.
    """
    facts = tuple(facts)
    by_path = {module.path: module for module in facts}
    there = {name for path in files for name in _names(path)}
    for module in facts:
        if module.role not in RUNTIME_ROLES:
            continue
        seen: set[str] = set()
        for fact in module.imports:
            missing = _missing(fact, known)
            if not missing or missing in seen:
                continue
            package, _, name = missing.rpartition(".")
            folder = known[package].removesuffix("/__init__.py")
            if (
                _GENERATED.fullmatch(name)
                or (unpacked and not _LEFT_OUT.isdisjoint(fact.module.split(".")))
                or f"{folder}/{name}" in there
                or _provides(by_path.get(known[package]), name)
            ):
                continue
            seen.add(missing)
            yield Notice(
                "unresolved-import",
                module.path,
                fact.line,
                f"imports `{fact.module}`, but there is no module `{missing}`",
                "mend the import, or add the module",
            )


def _missing(fact: ImportFact, known: Mapping[str, str]) -> str:
    """The outermost module that an import needs and its package lacks, or ``""``."""
    if fact.kind in (GUARDED, TYPING) or fact.module in known:
        return ""
    parts = fact.module.split(".")
    for end in range(1, len(parts)):
        package = ".".join(parts[:end])
        if package not in known:
            return ""  # another party's, or below a folder without `__init__.py`
        if not known[package].endswith("/__init__.py"):
            return ""  # a name inside a module
        inner = ".".join(parts[: end + 1])
        if inner not in known:
            return inner
    return ""


def _provides(package: ModuleFacts | None, name: str) -> bool:
    """Whether a package may have a submodule that is no file of its folder; one that nobody has read may."""
    if package is None or any(item.qualname == "__getattr__" for item in package.functions):
        return True
    return any(
        fact.name == "*" or fact.alias == name or fact.module in _PATH_CHANGERS
        for fact in package.imports
    )


def _names(path: str) -> Iterator[str]:
    """The file's path up to the first dot of its name, since what is compiled has several, and the folders around."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    yield f"{folder}/{stem}" if folder else stem
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
