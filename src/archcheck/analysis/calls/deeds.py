"""What does a first-party function do, itself or through those it calls? It asserts, logs, raises or renders a traceback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from archcheck.analysis.names.linker import Linker

_MAX_CALLS = 4
"""How many calls deep a function's deeds are followed."""


class Deeds:
    """The deeds of all functions of a program.

    Args:
        linker: knows every function and class, and where names lead.
    """

    def __init__(self, linker: Linker) -> None:
        self._linker = linker
        self._known: dict[tuple[str, str], tuple[bool, tuple[str, ...]]] = {}
        self._answers: dict[tuple[str, str], bool | None] = {}

    def does(self, name: str, deed: str, foreign: bool | None = None) -> bool | None:
        """Whether a first-party function, itself or through those it calls, ``asserts``, ``logs``, ``raises`` or
        ``renders_tracebacks``.

        A method of an unknown receiver (``.name``) does it when every first-party function of that name
        does, and does not when none does; otherwise the answer is None.

        Args:
            name: as seen at the call.
            deed: what is asked.
            foreign: the answer when nothing of that name is first-party.
        """
        if not self._candidates(name):
            return foreign
        key = (name, deed)
        if key not in self._answers:
            self._answers[key] = self._does(name, deed, _MAX_CALLS, set(), {})
        return self._answers[key]

    def _does(
        self,
        name: str,
        deed: str,
        depth: int,
        seen: set[str],
        pending: dict[str, Iterator[str]],
    ) -> bool | None:
        """The same within ``depth`` further calls.

        Args:
            name: as for `does`.
            deed: as for `does`.
            depth: how many calls to follow.
            seen: functions whose calls were followed already.
            pending: of each name, the functions whose calls were not. There may be thousands of one name, and a call
                of that name in one of them goes on where this one is.
        """
        any_itself, others = self._parted(name, deed)
        if not others:
            return any_itself or None
        followed: list[bool] = []
        if depth:
            for candidate in pending.setdefault(name, iter(others)):
                if candidate not in seen:
                    seen.add(candidate)
                    calls = self._linker.functions[candidate].calls
                    if depth > 1:
                        followed.append(
                            any(self._does(call, deed, depth - 1, seen, pending) for call in calls)
                        )
                    else:
                        # Most questions end here, and what is not followed does it by itself or not at all.
                        followed.append(any(self._surely(call, deed) for call in calls))
        if not any_itself and not any(followed):
            return False
        return True if len(followed) == len(others) and all(followed) else None

    def _surely(self, name: str, deed: str) -> bool:
        """Whether every function of a name does the deed itself."""
        return self._parted(name, deed) == (True, ())

    def _parted(self, name: str, deed: str) -> tuple[bool, tuple[str, ...]]:
        """Whether some function of a name does the deed itself, and those that do not."""
        key = (name, deed)
        if key not in self._known:
            functions = self._linker.functions
            candidates = self._candidates(name)
            others = tuple(each for each in candidates if not getattr(functions[each], deed))
            self._known[key] = (len(others) < len(candidates), others)
        return self._known[key]

    def _candidates(self, name: str) -> tuple[str, ...]:
        """The first-party functions that a call of ``name`` may run."""
        if name.startswith("."):
            return self._methods.get(name[1:], ())
        name = self._linker.instance(name)
        if name in self._linker.functions:
            return (name,)
        owner, _, method = name.rpartition(".")
        if name in self._linker.classes:
            owner, method = name, "__init__"
        for each in self._linker.method_order.order(self._linker.lookup(owner)):
            if f"{each}.{method}" in self._linker.functions:
                return (f"{each}.{method}",)
        return ()

    @cached_property
    def _methods(self) -> Mapping[str, tuple[str, ...]]:
        """Simple name -> qualified names of the first-party functions called so."""
        found: dict[str, list[str]] = {}
        for name in self._linker.functions:
            found.setdefault(name.rpartition(".")[2], []).append(name)
        return {name: tuple(names) for name, names in found.items()}
