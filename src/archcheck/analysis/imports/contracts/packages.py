"""The modules of a contract's root packages, by the names and rules of grimp, but among the repository's files only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from archcheck.analysis.imports.contracts.model import UnusableContractError
from archcheck.analysis.manifests.repository import join
from archcheck.analysis.names.module_names import ancestry

_INIT = "__init__.py"


class Package(Struct, frozen=True):
    """A root package, or one portion of one that is a namespace.

    Attributes:
        name: qualified.
        modules: path by qualified name.
        namespaces: qualified names of the folders in it without ``__init__.py``, itself included.
    """

    name: str
    modules: dict[str, str]
    namespaces: frozenset[str]


class PythonFiles:
    """The repository's Python files by folder.

    Args:
        files: posix paths, relative to the repository's root.
    """

    def __init__(self, files: Iterable[str]) -> None:
        self._files: dict[str, set[str]] = defaultdict(set)
        self._folders: dict[str, set[str]] = defaultdict(set)
        for path in files:
            folder, _, name = path.rpartition("/")
            if name.endswith(".py"):
                self._files[folder].add(name)
        for folder in self._files:
            while folder:
                around, _, name = folder.rpartition("/")
                self._folders[around].add(name)
                folder = around

    def find(self, name: str, source_roots: Sequence[str]) -> list[Package]:
        """The package of that name in the first source root that has it; every portion of a namespace.

        Raises:
            UnusableContractError: there is none.
        """
        places = list(source_roots)
        *parents, last = name.split(".")
        for parent in parents:
            places, regular = self._step(parent, places)
            if regular:
                raise UnusableContractError(
                    0,
                    f"names the root package `{name}`, which is part of another package",
                    f"name `{name.partition('.')[0]}`, or a portion of a namespace package",
                )
        places, _ = self._step(last, places)
        if not places:
            raise UnusableContractError(
                0,
                f"names the root package `{name}`, which is not in this repository",
                "name packages of the repository; what is installed elsewhere is never looked at",
            )
        return [self._package(name, place) for place in places]

    def _step(self, part: str, places: Sequence[str]) -> tuple[list[str], bool]:
        """The folders of a package in these places, as Python finds them, and whether it is a regular package."""
        portions = []
        for place in places:
            folder = join(place, part)
            if _INIT in self._files.get(folder, ()):
                return [folder], True
            if f"{part}.py" in self._files.get(place, ()):
                raise UnusableContractError(
                    0,
                    f"names the root package `{part}`, which is a module",
                    "name a package: a folder of modules",
                )
            if part in self._folders.get(place, ()):
                portions.append(folder)
        return portions, False

    def _package(self, name: str, folder: str) -> Package:
        modules: dict[str, str] = {}
        namespaces: set[str] = set()
        pending = [(folder, name, False)]
        while pending:
            here, qualified, inside = pending.pop()
            names = self._files.get(here, set())
            regular = _INIT in names
            if inside and not regular:
                continue  # an orphan: a folder of files that the package around it does not own
            if not regular:
                namespaces.add(qualified)
            for file in names:
                stem = file.removesuffix(".py")
                if "." in stem or not stem:
                    continue
                module = qualified if file == _INIT else f"{qualified}.{stem}"
                # Where a package and a module share a name, grimp reads the module.
                if file != _INIT or module not in modules:
                    modules[module] = join(here, file)
            for child in self._folders.get(here, ()):
                if child.isidentifier():
                    pending.append((join(here, child), f"{qualified}.{child}", inside or regular))
        parents = {name for module in modules for name in ancestry(module)}
        return Package(name, modules, frozenset(namespaces & parents))
