"""ARC1101."""

from __future__ import annotations

from collections.abc import Iterator

from archcheck.analysis.calls.graph import CallGraph
from archcheck.analysis.facts import FunctionFact, ModuleFacts
from archcheck.model import Kind, Outcome, Role, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule, file_place


class BlockingCallInAsync(ProjectRule):
    """A call in `async def` that makes the event loop wait.

    The loop runs in one thread. While a call sleeps, waits for another machine or for a process, no other request
    is served, no timeout fires and no health check is answered.

    A call of a first-party function, method or class is followed, through other modules too and into three functions
    at most, where it surely leads to a blocking call: the function is the only one of its name, no subclass overrides
    the method, no unknown decorator replaces it, generators are iterated and context managers entered. A blocking call
    in such a helper counts unless its caller (a parameter), an operator (a setting, the environment, the platform) or
    a failure (`except`, a `raise` right after it) decides whether it is made. The finding stands at the call in the `async def`; its trace is
    the chain.

    Not flagged: functions handed to a thread (`asyncio.to_thread(time.sleep, 1)`), and what a lambda or nested
    function does; calls that are awaited; the result of a future that a condition found done; waits below ten
    milliseconds; opening and reading local files, which gains little from a thread; what stands in a folder `cli`,
    where nobody else is kept waiting. Local and mostly short work (`sqlite3.connect`, `shutil`, `subprocess.Popen`)
    is advice, and so is a question at the terminal (`input`). Callbacks and hooks that a framework calls in the event
    loop are not `async def` and are not seen. A coroutine outside of `cli` counts even if today one command runs it
    and nothing beside it: nobody can see that it stays so.
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
        Example(
            "The same, in another module.",
            "from app import warehouse\n\n\nasync def reserve(sku):\n"
            "    warehouse.reserve(sku)  # [blocking-call-in-async]\n",
            files={
                "src/app/warehouse.py": "import requests\n\nsession = requests.Session()\n\n\ndef reserve(sku):\n"
                "    return session.put(f'https://warehouse.example/{sku}', timeout=5)\n",
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for module in project.facts:
            if module.role in self.roles and "cli" not in module.path.split("/"):
                for function in module.functions:
                    if function.is_async and function.calls and not function.main_guard:
                        yield self._judge(function, module, project.call_graph)

    def _judge(self, function: FunctionFact, module: ModuleFacts, graph: CallGraph) -> Outcome:
        found = [
            (call, call.place, chain)
            for call in function.followed
            if call.place is not None and (chain := graph.wait(call, module))
        ]
        if found:
            (first, place, chain), *others = found
            via = ", ".join(f"`{step.text}`" for step in chain[1:])
            also = [
                TraceStep(module.path, call.line, f"`{call.text}` blocks it too")
                for call, *_ in others
            ]
            return self.violates(
                place,
                message=f"{self.message} (via {via})" if via else "",
                call=first.text,
                trace=[*(chain if via else ()), *also],
            )
        for call in function.followed:
            if call.place is not None and call.waits == "briefly":
                return self.violates(call.place, advice=True, call=call.text)
        return self.complies(file_place(module.path, function.line, function.qualname))
