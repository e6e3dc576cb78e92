"""What a seed is, and the register of the mutations that make them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archcheck.model import RUNTIME_ROLES, Role

if TYPE_CHECKING:
    from seeding.source import Source


@dataclass(frozen=True, order=True)
class Edit:
    """A piece of a text, by position, and what takes its place."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Seed:
    """One planted violation.

    Attributes:
        path: of the file in which the finding is due, POSIX, relative to the project's root.
        line: where the complying code stands, in the untouched file.
        scope: the part of the file that no other seed may touch in the same round; ``""`` for the whole file.
        edits: what makes it a violation.
        span: positions in the untouched text between which the finding is due.
        code: of the rule that is to find it.
        mutation: title of what was done.
        exclusive: no other seed of its mutation may be planted in the same run.
        together: it goes with the other seeds of its mutation in one run: the rule asks for a pattern.
        edited: path of the file that is edited; ``""`` where that is ``path``.
        elsewhere: other files and positions in them where the finding may stand as well as at ``span``.
    """

    path: str
    line: int
    scope: str
    edits: tuple[Edit, ...]
    span: tuple[int, int]
    code: str = ""
    mutation: str = ""
    exclusive: bool = False
    together: bool = False
    edited: str = ""
    elsewhere: tuple[tuple[str, tuple[int, int]], ...] = ()

    @property
    def due(self) -> tuple[tuple[str, tuple[int, int]], ...]:
        """Where the finding may stand: files, and positions in them."""
        return ((self.path, self.span), *self.elsewhere)

    @property
    def target(self) -> str:
        """The path of the file that is edited."""
        return self.edited or self.path


@dataclass(frozen=True)
class Mutation:
    """A way to break one rule.

    Attributes:
        code: of the rule.
        title: what it does, a few words.
        roles: of the files that it looks at.
        exclusive: no two of its seeds in one run, since their findings would melt into one.
        together: all of its seeds of a project in one run, since one alone is no violation.
        find: makes the seeds that a file offers.
    """

    code: str
    title: str
    roles: frozenset[Role]
    exclusive: bool
    together: bool
    find: Callable[[Source], Iterator[Seed]]


@dataclass
class Register:
    """The mutations there are, in the order in which they were written down."""

    mutations: list[Mutation] = field(default_factory=list)

    def __call__(
        self,
        code: str,
        title: str,
        *,
        roles: frozenset[Role] = RUNTIME_ROLES,
        exclusive: bool = False,
        together: bool = False,
    ) -> Callable[[Callable[[Source], Iterator[Seed]]], Callable[[Source], Iterator[Seed]]]:
        """Decorate a function from a file to its seeds."""

        def register(
            find: Callable[[Source], Iterator[Seed]],
        ) -> Callable[[Source], Iterator[Seed]]:
            self.mutations.append(Mutation(code, title, roles, exclusive, together, find))
            return find

        return register


mutates = Register()


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text with the edits made; the same edit twice counts once.

    Raises:
        ValueError: two edits touch the same piece.
    """
    parts: list[str] = []
    at = 0
    for edit in sorted(set(edits)):
        if edit.start < at:
            raise ValueError("edits overlap")
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def lines_after(text: str, edits: Sequence[Edit], span: tuple[int, int]) -> tuple[int, int]:
    """First and last line (from 1) of a piece of the untouched text once the edits are made."""
    start, end = span
    before = [edit for edit in set(edits) if edit.end <= start and edit.start < start]
    # What is put in at its very start or end belongs to the piece, an import at the top of the file does not.
    before += [
        edit
        for edit in set(edits)
        if edit.start == edit.end == start and start and edit.text.endswith("\n")
    ]
    within = [edit for edit in set(edits) if edit not in before and start <= edit.start <= end]
    first = text.count("\n", 0, start) + 1 + sum(_growth(text, edit) for edit in before)
    last = first + text.count("\n", start, end) + sum(_growth(text, edit) for edit in within)
    return first, last


def _growth(text: str, edit: Edit) -> int:
    """How many lines an edit adds."""
    return edit.text.count("\n") - text.count("\n", edit.start, edit.end)
