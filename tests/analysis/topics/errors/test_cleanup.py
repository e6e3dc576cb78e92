"""Where silence is right: something is only being put away."""

from __future__ import annotations

import ast

import pytest
from modules import module_of

from archcheck.analysis.topics.errors.cleanup import cleans_up, in_teardown


@pytest.mark.parametrize(
    "code",
    [
        "connection.close()",
        "await self.session.aclose()",
        "os.unlink(path)",
        "shutil.rmtree(folder)",
        "self._close_all()",
        "channel.forceAbortClient()",
        "if connection:\n    connection.close()",
        "for task in tasks:\n    task.cancel()",
        "with lock:\n    session.rollback()",
        "for file in files:\n    try:\n        file.unlink()\n    except OSError:\n        pass",
        "task.cancel()\nawait task",
        "connection.close()\nself.connection = None",
        "await asyncio.wait_for(connection.close(), 5)",
        "loop.call_soon(task.cancel)",
        "del cache[key]",
    ],
)
def test_cleaning_up(code: str) -> None:
    assert cleans_up(ast.parse(code).body)


@pytest.mark.parametrize(
    "code",
    [
        "work()",
        "connection.send(data)\nconnection.close()",
        "if connection:\n    connection.close()\nelse:\n    work()",
        "await task",
        "self.connection = None",
        "disclose(secret)",
        "enclosed(text)",
        "pass",
    ],
)
def test_doing_more_than_cleaning_up(code: str) -> None:
    assert not cleans_up(ast.parse(code).body)


@pytest.mark.parametrize(
    ("code", "teardown"),
    [
        ("def close(self):\n    probe()", True),
        ("async def aclose(self):\n    probe()", True),
        ("def _shutdown_workers(self):\n    probe()", True),
        ("def stopWorkers(self):\n    probe()", True),
        ("def __del__(self):\n    probe()", True),
        ("def __repr__(self):\n    probe()", True),
        ("def work(self):\n    try:\n        act()\n    finally:\n        probe()", True),
        ("def work(self):\n    try:\n        probe()\n    finally:\n        act()", False),
        ("def work(self):\n    probe()", False),
        ("def disclose(self):\n    probe()", False),
        ("def close(self):\n    def work():\n        probe()", False),
        ("probe()", False),
    ],
)
def test_teardown(code: str, teardown: bool) -> None:
    module = module_of(code)
    (call,) = (
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "probe"
    )
    assert in_teardown(call, module) is teardown
