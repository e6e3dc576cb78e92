"""What becomes of what ``open()`` returns, in every way that a function may go on with it."""

from __future__ import annotations

import ast
from textwrap import dedent, indent

import pytest
from modules import module_of

from archcheck.analysis.topics.lifecycle.fate import Fate, fate_of


def fate(body: str, head: str = "def f(self, other):") -> Fate:
    """The fate of the one call of ``open`` in a function's body."""
    imports = "import contextlib\nimport csv\nimport json\nimport threading\n"
    module = module_of(f"{imports}{head}\n{indent(dedent(body).strip(), '    ')}\n")
    (call,) = (
        node
        for node in module.nodes(ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == "open"
    )
    return fate_of(call, module)


ENTERED = {
    "entered": "with open(p) as file:\n    file.read()",
    "entered without a name": "with open(p):\n    pass",
    "entered together": "with lock, open(p) as file:\n    pass",
    "entered later": "file = open(p)\nwith file:\n    pass",
    "entered where it is wanted": "with open(p) if p else other as file:\n    pass",
    "closing": "with contextlib.closing(open(p)) as file:\n    pass",
    "closing later": "file = open(p)\nwith contextlib.closing(file):\n    pass",
    "exit stack": "file = stack.enter_context(open(p))",
    "exit stack later": "file = open(p)\nstack.enter_context(file)",
    "pushed on a stack": "file = open(p)\nstack.push(file)",
}
CLOSED = {
    "callback": "file = open(p)\nstack.callback(file.close)",
    "closed by name": "file = open(p)\nfile.read()\nfile.close()",
    "closed in a finally": "file = open(p)\ntry:\n    file.read()\nfinally:\n    file.close()",
    "closed in a branch": "file = open(p)\nif file:\n    file.close()",
    "closed when it is there": "file = open(p)\nfile and file.close()",
    "closed at once": "open(p, 'a').close()",
    "declared and closed": "file: IO = open(p)\nfile.close()",
    "closed in a comprehension": "file = open(p)\n[file.close() for _ in other]",
    "closed and returned": "file = open(p)\nfile.close()\nreturn file",
}
DROPPED = {
    "discarded": "open(p)",
    "read in place": "text = open(p).read()",
    "returned after reading": "return open(p).read()",
    "iterated": "for line in open(p):\n    print(line)",
    "iterated by a comprehension": "return [line for line in open(p)]",
    "read by a known reader": "return json.load(open(p))",
    "collected": "return list(open(p))",
}
LEAKED = {
    "in place of another": "import os\nfile = open(p)\nos.dup2(file.fileno(), other)",
    "only read": "file = open(p)\nreturn file.read()",
    "never used": "file = open(p)",
    "declared and read": "file: IO = open(p)\nreturn file.read()",
    "iterated": "file = open(p)\nfor line in file:\n    print(line)",
    "read by a known reader": "file = open(p)\nreturn list(csv.reader(file))",
    "only looked at": "file = open(p)\nif file.closed:\n    return file.read()",
    "compared": "file = open(p)\nif file is None:\n    return",
    "formatted": "file = open(p)\nreturn f'{file.name}'",
    "a loop that ends": "file = open(p)\nwhile True:\n    if not file.readline():\n        break",
}
RETURNED = {
    "returned": "return open(p)",
    "returned later": "file = open(p)\nreturn file",
    "returned where it is wanted": "return open(p) if other else None",
    "yielded": "file = open(p)\nyield file",
}
STORED = {
    "stored on self": "self.file = open(p)",
    "stored unless there is one": "self.file = other or open(p)",
    "stored later": "file = open(p)\nself.file = file",
    "stored under a key": "self.files[p] = open(p)",
    "stored under two names": "file = self.file = open(p)",
    "declared": "self.file: IO = open(p)",
    "global": "global file\nfile = open(p)",
}
HANDED_OVER = {
    "in place of a standard stream": (
        "import os, sys\nfile = open(p)\nos.dup2(file.fileno(), sys.stdout.fileno())"
    ),
    "in place of standard error": "import os\nfile = open(p)\nos.dup2(file.fileno(), 2)",
    "passed to somebody": "other(open(p))",
    "passed to somebody later": "file = open(p)\nother(file)",
    "passed by keyword": "file = open(p)\nother(stdout=file)",
    "captured": "file = open(p)\ndef inner():\n    return file.read()\nreturn inner",
    "captured by a lambda": "file = open(p)\nreturn lambda: file.read()",
}
UNKNOWN = {
    "stored in a container": "files = [open(p)]",
    "method passed on": "file = open(p)\nthreading.Thread(target=file.read).start()",
    "attribute passed on": "file = open(p)\nother(file.name)",
    "attribute kept": "name = open(p).name",
    "entered by hand": "file = open(p).__enter__()",
    "aliased": "file = open(p)\nsame = file",
    "two names": "file = same = open(p)",
    "unpacked": "file, same = open(p), 1",
    "one of two": "file = open(p) if p else other\nfile.read()",
    "read by a reader if it is there": "json.load(other or open(p))",
    "used for ever": "file = open(p)\nwhile True:\n    print(file.readline())",
}
CASES = {
    Fate.ENTERED: ENTERED,
    Fate.CLOSED: CLOSED,
    Fate.DROPPED: DROPPED,
    Fate.LEAKED: LEAKED,
    Fate.RETURNED: RETURNED,
    Fate.STORED: STORED,
    Fate.HANDED_OVER: HANDED_OVER,
    Fate.UNKNOWN: UNKNOWN,
}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(body, expected, id=f"{expected.value}: {title}")
        for expected, table in CASES.items()
        for title, body in table.items()
    ],
)
def test_fate(body: str, expected: Fate) -> None:
    assert fate(body) is expected


ASYNC = {
    "async with (await open(p)) as file:\n    pass": Fate.ENTERED,
    "file = await open(p)\nawait file.aclose()": Fate.CLOSED,
    "file = await open(p)\nreturn await file.read()": Fate.LEAKED,
    "await open(p)": Fate.DROPPED,
    "async for line in open(p):\n    print(line)": Fate.DROPPED,
    "return await open(p)": Fate.RETURNED,
}


@pytest.mark.parametrize(("body", "expected"), ASYNC.items())
def test_awaited_resource(body: str, expected: Fate) -> None:
    assert fate(body, "async def f(other):") is expected


def test_name_at_module_level_lives_as_long_as_the_process() -> None:
    module = module_of("file = open(p)\ntext = file.read()")
    (call,) = (node for node in module.nodes(ast.Call) if isinstance(node.func, ast.Name))
    assert fate_of(call, module) is Fate.STORED


def test_a_name_of_the_same_spelling_elsewhere_closes_nothing() -> None:
    source = "def f():\n    file = open(p)\n    return file.read()\ndef g(file):\n    file.close()"
    module = module_of(source)
    call = module.nodes(ast.Call)[0]
    assert fate_of(call, module) is Fate.LEAKED


def test_rebound_reader_is_unknown() -> None:
    assert fate("def list(x): ...\nreturn list(open(p))") is Fate.HANDED_OVER
