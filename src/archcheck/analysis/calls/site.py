"""One call, resolved and detached from its tree.

A `CallSite` is plain data, so that a rule can judge a call in the file where it stands and just as well later,
once the whole program is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archcheck.model import Place, Role
from archcheck.record import Interned, Record

if TYPE_CHECKING:
    Literal = None | bool | int | float | str | bytes
else:
    Literal = Any  # the data tells a text from bytes, which a union of msgspec cannot


class Value(Record, frozen=True):
    """What is known of an argument.

    Attributes:
        state: ``absent`` (not passed), ``given``, or ``unknown`` (``*args``/``**kwargs`` may carry it).
        is_literal: the value is a constant.
        literal: that constant.
        names: qualified names it may stand for, when it is a name or attribute that resolves.
        call: qualified name of the callee, when it is a call that resolves.
        items: values inside a list, tuple or set display, or positional arguments of a call.
        pairs: values inside a dict display with literal string keys, or keyword arguments of a call.
        open: parts of the display or call are not seen (``*``, ``**``, computed keys).
        text: short source text without any literal string.
    """

    state: Interned = "absent"
    is_literal: bool = False
    literal: Literal = None
    names: tuple[Interned, ...] = ()
    call: Interned = ""
    items: tuple[Value, ...] = ()
    pairs: tuple[tuple[str, Value], ...] = ()
    open: bool = False
    text: Interned = ""

    @property
    def absent(self) -> bool:
        """Surely not passed."""
        return self.state == "absent"

    @property
    def given(self) -> bool:
        """Surely passed."""
        return self.state == "given"

    @property
    def unknown(self) -> bool:
        """Nobody can see whether it is passed."""
        return self.state == "unknown"

    @property
    def is_none(self) -> bool:
        """Passed, and the constant ``None``."""
        return self.given and self.is_literal and self.literal is None

    @property
    def is_false(self) -> bool:
        """Passed, and the constant ``False``."""
        return self.given and self.is_literal and self.literal is False

    @property
    def is_true(self) -> bool:
        """Passed, and the constant ``True``."""
        return self.given and self.is_literal and self.literal is True

    @property
    def string(self) -> str | None:
        """The constant string, or None."""
        return self.literal if isinstance(self.literal, str) else None

    def keyword(self, name: str) -> Value:
        """The value under ``name`` of a call or dict display; absent when there is none."""
        for key, value in self.pairs:
            if key == name:
                return value
        return ABSENT


ABSENT = Value()
HIDDEN = Value(state="unknown")


class CallSite(Record, frozen=True):
    """A call with everything a rule may ask about its surroundings.

    Attributes:
        target: qualified name of the callee (a built-in is its bare name; a method is class and method). Where only the
            whole program can tell it the path to it, see `archcheck.analysis.names.paths`, alternatives included.
        text: the callee as written, for messages.
        place: where it stands.
        role: the file's role.
        arguments: positional arguments before any ``*args``; those that a `functools.partial` binds stand first.
        keywords: named arguments, those of a partial included.
        star: there is an ``*args``; positions after it are unknown.
        double_star: there is a ``**kwargs``; a missing keyword is unknown, not absent.
        function: qualified name, inside the module, of the innermost ``def`` around it; ``""`` outside any.
        owner: the same of the innermost class.
        in_async: the nearest function around it is ``async def``.
        awaited: it is the operand of ``await``.
        in_loop: inside a loop or comprehension of the same function.
        usage: ``discarded``, ``entered`` (``with``), ``assigned``, ``returned``, ``argument``, ``chained``
            (``call().x``) or ``other``.
        guarded: under a condition on a parameter, setting or environment value: chosen by the operator.
        main_guard: under ``if __name__ == "__main__"``.
        contexts: qualified names of the context managers around it, inner first.
        handled: qualified names of the exceptions caught around it; ``*`` for a bare ``except``.
        passed_to: qualified names of the call that takes this one as an argument.
        receiver: the call that made the object whose method this is, when this module shows just one.
        receiver_uses: other attributes called or set on the same receiver in this module.
        customised: this module alters the class or module whose method this is, or an instance of it, so
            that the library's own defaults no longer tell what the call does.
        local_address: it opens an address that surely leads to no other machine (``data:``, ``file:``); known of a
            callee that this module shows.
    """

    target: Interned
    text: Interned
    place: Place
    role: Role
    arguments: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()
    star: bool = False
    double_star: bool = False
    function: Interned = ""
    owner: Interned = ""
    in_async: bool = False
    awaited: bool = False
    in_loop: bool = False
    usage: Interned = "other"
    guarded: bool = False
    main_guard: bool = False
    contexts: tuple[str, ...] = ()
    handled: tuple[str, ...] = ()
    passed_to: tuple[str, ...] = ()
    receiver: Value = ABSENT
    receiver_uses: frozenset[Interned] = frozenset()
    customised: bool = False
    local_address: bool = False

    def argument(self, name: str, position: int | None = None) -> Value:
        """The argument passed as ``name`` or at ``position`` (from 0); absent or unknown otherwise."""
        for key, value in self.keywords:
            if key == name:
                return value
        if position is not None:
            if position < len(self.arguments):
                return self.arguments[position]
            if self.star:
                return HIDDEN
        return HIDDEN if self.double_star else ABSENT
