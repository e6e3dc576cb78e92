"""What does each rule cost? A stopwatch around every method through which a rule is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from archcheck.rule import CallRule, ModuleRule, Rule


class RuleClock:
    """Times rules from now on, in this process.

    What several rules ask of a file, such as the name of a callee, is worked out once and charged to the first that
    asks; so the sum is right, and a rule alone may cost more than its share says.

    Args:
        rules: the instances that will be asked.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._seconds = {rule.code: 0.0 for rule in rules}
        for rule in rules:
            for method in _asked(rule):
                # On the instance alone: the class may serve another run.
                setattr(rule, method, self._timed(rule.code, getattr(rule, method)))

    def costs(self) -> tuple[tuple[str, float], ...]:
        """Codes with seconds, the dearest first."""
        return tuple(sorted(self._seconds.items(), key=lambda pair: (-pair[1], pair[0])))

    def _timed(self, code: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: object) -> Any:
            with self._running(code):
                answer = method(*arguments)
            # A generator works only while it is read.
            return self._timed_items(code, answer) if isinstance(answer, Iterator) else answer

        return timed

    def _timed_items(self, code: str, items: Iterator[Any]) -> Iterator[Any]:
        while True:
            with self._running(code):
                try:
                    item = next(items)
                except StopIteration:
                    return
            yield item

    @contextmanager
    def _running(self, code: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[code] += time.perf_counter() - started


def _asked(rule: Rule) -> Iterable[str]:
    """The names of the methods through which the engine asks a rule."""
    if isinstance(rule, CallRule):
        return ("judge",)
    if isinstance(rule, ModuleRule):
        return (*rule.handlers.values(), "judge_texts")
    return ("judge",)
