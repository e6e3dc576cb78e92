"""ARC1101."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.blocking import BlockingCalls, blocks_briefly
from archcheck.analysis.module import Module
from archcheck.analysis.values import short
from archcheck.model import Kind, Outcome, Role, Severity, TraceStep
from archcheck.rule import Example, ModuleRule


class BlockingCallInAsync(ModuleRule):
    """A call in `async def` that makes the event loop wait.

    The loop runs in one thread. While a call sleeps, waits for another machine or for a process, no other request
    is served, no timeout fires and no health check is answered.

    A call of a function or method of the same module is followed, three calls deep, where it comes to a blocking
    call under no condition.

    Not flagged: functions handed to a thread (`asyncio.to_thread(time.sleep, 1)`), and what a lambda or nested
    function does; calls that are awaited; opening and reading local files, which gains little from a thread. Local
    and mostly short work (`sqlite3.connect`, `shutil`, `subprocess.Popen`) is advice.
    """

    code = "ARC1101"
    severity = Severity.ERROR
    noun = "async functions leave the event loop free"
    message = "`{call}` blocks the event loop"
    advice = "use an asynchronous client, or hand the call to `asyncio.to_thread`"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER, Kind.LIBRARY})
    roles = frozenset({Role.RUNTIME, Role.CONFIG, Role.ENTRYPOINT})
    waived_by = ("ASYNC210", "ASYNC212", "ASYNC220", "ASYNC221", "ASYNC222", "ASYNC250", "ASYNC251")
    seed = "Seed 002, key principle 4: Async by Default"
    good = (
        Example(
            "The loop serves others while this one waits.",
            "import asyncio\nimport httpx\n\n\nasync def levels(client: httpx.AsyncClient):\n"
            "    await asyncio.sleep(1)\n    return await client.get('/levels')\n",
        ),
        Example(
            "Another thread waits.",
            "import asyncio\nimport subprocess\n\n\nasync def export(path):\n"
            "    await asyncio.to_thread(subprocess.run, ['pg_dump', path], check=True)\n",
        ),
        Example(
            "A function of an executor.",
            "import asyncio\nimport time\n\n\nasync def later():\n    def work():\n        time.sleep(5)\n\n"
            "    await asyncio.get_running_loop().run_in_executor(None, work)\n",
        ),
    )
    bad = (
        Example(
            "Everybody waits for one answer.",
            "import requests\n\n\nasync def levels(url):\n"
            "    response = requests.get(url, timeout=5)  # [blocking-call-in-async]\n    return response.json()\n",
        ),
        Example(
            "The same, one call further.",
            "import time\n\n\nclass Stock:\n    async def reserve(self, sku):\n"
            "        self._wait(sku)  # [blocking-call-in-async]\n\n    def _wait(self, sku):\n        time.sleep(1)\n",
        ),
    )

    def visit_Module(self, node: ast.Module, module: Module) -> Iterator[Outcome]:
        blocking = BlockingCalls(module)
        for function in module.nodes(ast.AsyncFunctionDef):
            calls = [part for part in module.own_nodes(function) if isinstance(part, ast.Call)]
            if calls and not module.in_main_guard(function):
                yield self._judge(function, calls, blocking, module)

    def _judge(
        self,
        function: ast.AsyncFunctionDef,
        calls: list[ast.Call],
        blocking: BlockingCalls,
        module: Module,
    ) -> Outcome:
        found = [(call, chain) for call in calls if (chain := blocking.chain(call))]
        if found:
            (first, chain), *others = found
            via = ", ".join(f"`{step.text}`" for step in chain[1:])
            also = [
                TraceStep(module.path, call.lineno, f"`{short(call.func)}` blocks it too")
                for call, _ in others
            ]
            return self.violates(
                module.place(first),
                message=f"{self.message} (via {via})" if via else "",
                call=short(first.func),
                trace=[*(chain if via else ()), *also],
            )
        for call in calls:
            if blocks_briefly(call, module):
                return self.violates(module.place(call), advice=True, call=short(call.func))
        return self.complies(module.place(function))
