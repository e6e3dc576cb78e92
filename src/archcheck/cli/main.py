"""The process: what becomes of the results and errors of commands."""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from archcheck.cli.console import error, prepare_streams
from archcheck.cli.exit_codes import INTERRUPTED, NOT_JUDGED
from archcheck.errors import ArchcheckError, ConfigError

_COMPLETION = "_ARCHCHECK_COMPLETE"


def main() -> NoReturn:
    """Run the command line of this process and exit with its code."""
    # The process ends with its command, and nothing of any size that it makes holds itself by a cycle.
    gc.disable()
    signal.signal(signal.SIGTERM, _terminated)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: without the program's name.

    Returns:
        the exit code. No exception leaves this function.
    """
    prepare_streams()
    try:
        result = _run(arguments)
    except ConfigError as problem:
        if len(problem.problems) == 1:
            error(problem.message, problem.hint)
        else:
            listed = "".join(f"\n  {line}" for line in problem.problems)
            error(f"{len(problem.problems)} problems in the configuration:{listed}", problem.hint)
        return NOT_JUDGED
    except ArchcheckError as problem:
        error(problem.message, problem.hint)
        return NOT_JUDGED
    except KeyboardInterrupt:
        return _interrupted()
    except OSError as problem:
        return _system_error(problem)
    except MemoryError:
        error(
            "out of memory", "give the process more, use `--jobs 1`, or exclude the largest files"
        )
        return NOT_JUDGED
    except Exception as defect:  # noqa: BLE001 - no traceback may reach the user
        return _internal_error(defect)
    return _interrupted() if result == INTERRUPTED else result


def _terminated(*_: object) -> NoReturn:
    """End by an exception, so that no process of ours is left behind."""
    raise SystemExit(128 + signal.SIGTERM)


def _run(arguments: Sequence[str]) -> int:
    if _may_be_known(arguments):
        from archcheck.cli.repeating import remembered

        given = remembered(arguments)
        if given is not None:
            from archcheck.cli.checking import perform

            return perform(given)
    from archcheck.cli.application import invoke

    return invoke(arguments)


def _may_be_known(arguments: Sequence[str]) -> bool:
    """Whether it is a check, named or left out, and no shell that asks how a command may go on."""
    if _COMPLETION in os.environ:
        return False
    return not arguments or arguments[0] == "check" or os.path.exists(arguments[0])  # noqa: PTH110 - `Path` raises where a name is too long


def _interrupted() -> int:
    error("interrupted")
    return INTERRUPTED


def _system_error(problem: OSError) -> int:
    if _is_debugging():
        traceback.print_exc()
        return NOT_JUDGED
    where = f"`{problem.filename}`: " if problem.filename else ""
    error(
        f"{where}{problem.strerror or problem}",
        "check that the disk has space and that files and folders may be read",
    )
    return NOT_JUDGED


def _internal_error(defect: Exception) -> int:
    if _is_debugging():
        traceback.print_exc()
        return NOT_JUDGED
    error(
        f"internal error: {type(defect).__name__}: {defect}",
        "this is a defect of archcheck: report it with what `ARCHCHECK_DEBUG=1` prints for the same command",
    )
    return NOT_JUDGED


def _is_debugging() -> bool:
    return os.environ.get("ARCHCHECK_DEBUG") == "1"
