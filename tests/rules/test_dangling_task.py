"""ARC1003: who holds the task?"""

from __future__ import annotations

import pytest
from judging import BAD, OK, verdicts

from archcheck.rules.resource_lifecycle.dangling_task import DanglingTask

DANGLING = {
    "create_task": "import asyncio\nasync def f(job):\n    asyncio.create_task(job())",
    "ensure_future": "import asyncio\ndef f(job):\n    asyncio.ensure_future(job())",
    "from import": "from asyncio import create_task\nasync def f(job):\n    create_task(job())",
    "alias": "import asyncio as aio\nasync def f(job):\n    aio.create_task(job())",
    "running loop": (
        "import asyncio\nasync def f(job):\n    asyncio.get_running_loop().create_task(job())"
    ),
    "loop as a parameter": (
        "import asyncio\ndef f(job, loop: asyncio.AbstractEventLoop):\n    loop.create_task(job())"
    ),
    "loop of the object": (
        "import asyncio\nclass A:\n    def __init__(self): self.loop = asyncio.new_event_loop()\n"
        "    def f(self, job): self.loop.create_task(job())"
    ),
    "import of both branches": (
        "try:\n    from asyncio import create_task\nexcept ImportError:\n"
        "    from asyncio import ensure_future as create_task\ndef f(job):\n    create_task(job())"
    ),
}


@pytest.mark.parametrize("source", DANGLING.values(), ids=DANGLING)
def test_nobody_holds_the_task(source: str) -> None:
    assert verdicts(DanglingTask, source) == [(len(source.splitlines()), BAD)]


HELD = [
    "task = asyncio.create_task(job())",
    "self.task = asyncio.create_task(job())",
    "tasks[0] = asyncio.create_task(job())",
    "tasks.add(asyncio.create_task(job()))",
    "tasks = [asyncio.create_task(job()), 1]",
    "tasks = [asyncio.create_task(job()) for job in jobs]",
    "return asyncio.create_task(job())",
    "await asyncio.create_task(job())",
    "result = await asyncio.create_task(job())",
    "await asyncio.gather(asyncio.create_task(job()))",
    "yield asyncio.create_task(job())",
]


@pytest.mark.parametrize("statement", HELD)
def test_somebody_holds_the_task(statement: str) -> None:
    source = f"import asyncio\nasync def f(self, job, jobs, tasks):\n    {statement}"
    assert verdicts(DanglingTask, source) == [(3, OK)]


GROUPS = {
    "TaskGroup": (
        "import asyncio\nasync def f(job):\n    async with asyncio.TaskGroup() as group:\n"
        "        group.create_task(job())"
    ),
    "anyio": (
        "import anyio\nasync def f(job):\n    async with anyio.create_task_group() as group:\n"
        "        group.start_soon(job)"
    ),
    "trio": (
        "import trio\nasync def f(job):\n    async with trio.open_nursery() as nursery:\n"
        "        nursery.start_soon(job)"
    ),
    "a group as a parameter": (
        "from asyncio import TaskGroup\nasync def f(job, group: TaskGroup):\n    pass\n"
        "    group.create_task(job())"
    ),
}


@pytest.mark.parametrize("source", GROUPS.values(), ids=GROUPS)
def test_a_group_holds_its_tasks(source: str) -> None:
    assert verdicts(DanglingTask, source) == [(4, OK)]


NO_OPPORTUNITY = {
    "a method of the task is called": (
        "import asyncio\nasync def f(job, done):\n"
        "    asyncio.create_task(job()).add_done_callback(done)"
    ),
    "unknown receiver": "async def f(job, group):\n    group.create_task(job())",
    "function of the project": "def create_task(job): ...\ndef f(job):\n    create_task(job)",
    "shadowed": "from asyncio import create_task\ndef f(create_task, job):\n    create_task(job)",
}


@pytest.mark.parametrize("source", NO_OPPORTUNITY.values(), ids=NO_OPPORTUNITY)
def test_nobody_can_know(source: str) -> None:
    assert verdicts(DanglingTask, source) == []


def test_tests_are_not_judged() -> None:
    source = "import asyncio\nasync def test_f(job):\n    asyncio.create_task(job())"
    assert verdicts(DanglingTask, source, path="tests/test_f.py") == []
