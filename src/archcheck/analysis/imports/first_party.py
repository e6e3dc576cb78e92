"""Which import names does the repository itself provide?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from archcheck.analysis.distributions.import_names import namespaces
from archcheck.analysis.distributions.installed import installed_into
from archcheck.analysis.names.module_names import ancestry

#: Endings of files that can be imported, or stand for one that can.
_IMPORTABLE = frozenset({"py", "pyi", "pyx", "so", "pyd", "proto"})


class FirstParty:
    """The import names that the files of a repository provide.

    Not all of them are modules with a known name: what is vendored or generated is not analysed, and a script finds
    what stands beside it. A folder into which libraries were installed is put on the path, be it a package or not.

    Args:
        files: every file, posix and relative.
        modules: qualified names of the modules with a known name.
        copies: import names of the libraries of which the project holds copies.
    """

    def __init__(
        self, files: Collection[str], modules: Iterable[str], copies: Iterable[str] = ()
    ) -> None:
        self._names = {each for name in (*modules, *copies) for each in ancestry(name)}
        self._packages = {
            path.rpartition("/")[0] for path in files if path.endswith("/__init__.py")
        } - installed_into(files)
        self._homes: dict[str, set[str]] = defaultdict(set)
        folders: set[str] = set()
        for path in files:
            folder, _, name = path.rpartition("/")
            stem, *_, ending = name.split(".") if "." in name else (name, "")
            if ending in _IMPORTABLE:
                self._homes[stem].add(folder)
                while folder and folder not in folders:
                    folders.add(folder)
                    folder, _, name = folder.rpartition("/")
                    self._homes[name].add(folder)

    def provides(self, module: str, path: str) -> bool:
        """Whether ``import module`` in the file at ``path`` may reach a file of the repository."""
        root = module.partition(".")[0]
        if root in namespaces():
            return any(each in self._names for each in ancestry(module) if each not in namespaces())
        if root in self._names:
            return True
        folder, _, name = path.rpartition("/")
        # `posthog.py` wraps the library of its name: nobody imports a file from itself.
        is_itself = name.partition(".")[0] == root
        return any(
            home not in self._packages or home == folder
            for home in self._homes.get(root, ())
            if not (is_itself and home == folder)
        )
