"""The errors that archcheck raises on purpose.

::

    ArchcheckError           E000  anything that stops a run before it can judge
    ├── UsageError           E100  an option or argument that makes no sense
    ├── ConfigError          E200  the configuration cannot be used; carries every problem found
    ├── PluginError          E300  a rule or reporter that cannot be loaded
    ├── TargetError          E400  the path to check does not exist or cannot be read
    └── OutputError          E500  a report could not be written

Each carries a message for people and, where there is one, the next step as a hint.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class ArchcheckError(Exception):
    """Base of every deliberate error.

    Args:
        message: what is wrong, naming the file, line or key.
        hint: the next step, without a final period; empty when there is none.
    """

    code: ClassVar[str] = "E000"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ArchcheckError):
    """An option or argument that makes no sense."""

    code = "E100"


class ConfigError(ArchcheckError):
    """The configuration cannot be used.

    Args:
        problems: one line a problem, all of them in one go.
        hint: the next step.
    """

    code = "E200"

    def __init__(self, problems: Sequence[str], hint: str = "") -> None:
        super().__init__("\n".join(problems), hint)
        self.problems = tuple(problems)


class PluginError(ArchcheckError):
    """A rule or reporter that cannot be loaded."""

    code = "E300"


class TargetError(ArchcheckError):
    """The path to check does not exist or cannot be read."""

    code = "E400"


class OutputError(ArchcheckError):
    """A report could not be written."""

    code = "E500"
