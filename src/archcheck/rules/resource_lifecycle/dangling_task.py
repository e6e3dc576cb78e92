"""ARC1003."""

from __future__ import annotations

from archcheck.model import Outcome, Severity
from archcheck.rule import CallRule, CallSite, Example

_CREATE = frozenset(
    {
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.AbstractEventLoop.create_task",
    }
)
_HELD = frozenset(
    {
        "asyncio.TaskGroup.create_task",
        "anyio.abc.TaskGroup.start_soon",
        "trio.Nursery.start_soon",
    }
)


class DanglingTask(CallRule):
    """A task is started and its reference thrown away.

    The event loop keeps only a weak reference to a task. One that nobody else holds can be collected in the
    middle of its work, and its exception is never seen.

    Not flagged: tasks of a `TaskGroup` or nursery, which hold them; a task that is stored, awaited, returned or
    passed on, whatever becomes of it there. A task of which only a method is called is no opportunity.
    """

    code = "ARC1003"
    severity = Severity.WARNING
    noun = "tasks are referenced"
    message = "nothing holds the task of `{call}`: it may be collected before it finishes"
    advice = "use a `TaskGroup`, or keep a reference until the task is done"
    waived_by = ("RUF006", "ASYNC300")
    seed = "Seed 001, Resource lifecycle: context managers for cleanup"
    calls = _CREATE | _HELD
    good = (
        Example(
            "The group holds its tasks and waits for them.",
            "import asyncio\n\n\nasync def main(jobs):\n    async with asyncio.TaskGroup() as group:\n"
            "        for job in jobs:\n            group.create_task(job())\n",
        ),
        Example(
            "A set keeps the task until it is done.",
            "import asyncio\n\nrunning = set()\n\n\nasync def start(job):\n"
            "    task = asyncio.create_task(job())\n    running.add(task)\n"
            "    task.add_done_callback(running.discard)\n",
        ),
    )
    bad = (
        Example(
            "Started and forgotten.",
            "import asyncio\n\n\nasync def start(job):\n    asyncio.create_task(job())  # [dangling-task]\n",
        ),
        Example(
            "The same through the loop.",
            "import asyncio\n\n\nasync def start(job):\n    loop = asyncio.get_running_loop()\n"
            "    loop.create_task(job())  # [dangling-task]\n",
        ),
    )

    def judge(self, call: CallSite) -> Outcome | None:
        if call.target in _HELD or call.awaited:
            return self.complies(call)
        if call.usage == "chained":
            return None
        return self.violates(call) if call.usage == "discarded" else self.complies(call)
