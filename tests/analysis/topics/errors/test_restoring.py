"""What gives back the value that something had before."""

from __future__ import annotations

import ast

import pytest

from archcheck.analysis.topics.errors.restoring import restored

CASES = {
    "attribute": ("old = a.b\na.b = new", "a.b = old", "a.b"),
    "item by a call": ("old = get()\nset_it(1)", "set_it(old)", "set_it"),
    "what it replaced": ("old = signal(1, new)", "signal(1, old)", "signal"),
    "switch": ("freeze(True)", "freeze(False)", "freeze"),
    "awaited": ("await freeze(None)", "await freeze(True)", "freeze"),
    "token of a context variable": ("token = var.set(1)", "var.reset(token)", "var.reset"),
    "token of a function": ("token = set_user(1)", "reset_user(token)", "reset_user"),
    "items": ("old = dict(e)\ne.update(new)", "for k in old:\n    e[k] = old[k]", "e[]"),
    "all items": ("old = dict(e)\ne.update(new)", "e.update(old)", "e.update"),
    "items that came": ("e.update(new)", "with suppress(KeyError):\n    del e[k]", "e[]"),
    "item put back": ("item = self.free.pop()", "self.free.append(item)", "self.free.append"),
    "flag": ("self.busy = True", "self.busy = False", "self.busy"),
    "inverse": ("loop.add_reader(f)", "if f:\n    loop.remove_reader(f)", "loop.remove_reader"),
    "what one branch replaced": (
        "old = None if x else signal(1, new)",
        "if y:\n    pass\nelse:\n    signal(1, old)",
        "signal",
    ),
    "written, then deleted": (
        "path = where()\nwith self.get_writer(path) as file:\n    pass",
        "self.delete_file(path)",
        "self.delete_file",
    ),
    "made, then deleted": ("box = create_box()", "box.delete()", "box.delete"),
    "told with what was kept": ("start = now()\nlog.info(start)", "log.info(start)", ""),
    "told with more": ("start = now()\nreport()", "report(start)", ""),
    "put into another": ("item = free.pop()", "used.append(item)", ""),
    "mark of success": ("self.done = False", "self.done = True", ""),
    "mark of failure": ("self.failed = True", "self.failed = False", ""),
    "inverse of another owner": ("a.add_reader(f)", "b.remove_reader(f)", ""),
    "received, then deleted": ("message = queue.receive()", "message.delete()", ""),
    "deleted at first": ("", "del e[k]", ""),
    "only defined": ("freeze(True)", "def g():\n    freeze(False)", ""),
    "texts": ("log('a')", "log('b')", ""),
    "numbers": ("count(1)", "count(2)", ""),
    "first call": ("old = get()", "report(old)", ""),
    "another value": ("a.b = new", "a.b = old", ""),
    "another place": ("old = a.b", "a.c = old", ""),
    "no statement of this kind": ("freeze(True)", "return", ""),
}


@pytest.mark.parametrize(("before", "later", "expected"), CASES.values(), ids=CASES)
def test_restored(before: str, later: str, expected: str) -> None:
    assert restored(ast.parse(later).body[0], ast.parse(before).body) == expected
