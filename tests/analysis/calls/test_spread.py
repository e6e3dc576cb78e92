"""What does ``**options`` pass? Each case asks for ``timeout`` in the one call of ``probe``."""

from __future__ import annotations

from textwrap import indent

import pytest
from call_sites import site

GIVEN: dict[str, tuple[str, object]] = {
    "in braces": ("probe(**{'timeout': 5})", 5),
    "by dict": ("probe(**dict(timeout=5))", 5),
    "in a variable": ("options = {'timeout': 5}\nprobe(**options)", 5),
    "in an annotated variable": ("options: dict = {'timeout': 5}\nprobe(**options)", 5),
    "put in": ("options = {}\noptions['timeout'] = 5\nprobe(**options)", 5),
    "put in by update": ("options = {}\noptions.update(timeout=5)\nprobe(**options)", 5),
    "put in by another dict": ("options = {}\noptions.update({'timeout': 5})\nprobe(**options)", 5),
    "put in on top": ("options = {'timeout': None}\noptions['timeout'] = 5\nprobe(**options)", 5),
    "a later key wins": ("probe(**{**{'timeout': 1}, 'timeout': 5})", 5),
    "merged": ("probe(**({'a': 1} | {'timeout': 5}))", 5),
    "copied": ("base = {'timeout': 5}\noptions = base.copy()\nprobe(**options)", 5),
    "looked at": (
        "options = {'timeout': 5}\nif options and 'a' in options:\n    print(options['a'])\nprobe(**options)",
        5,
    ),
    "whatever the condition": (
        "if x:\n    options = {'timeout': 5, 'a': 1}\nelse:\n    options = {'timeout': 5}\nprobe(**options)",
        5,
    ),
    "a name beside it": ("options = {'timeout': 1}\nprobe(timeout=5, **options)", 5),
    "over what the caller passes": ("kwargs['timeout'] = 5\nprobe(**kwargs)", 5),
    "unless the caller does": ("kwargs.setdefault('timeout', 5)\nprobe(**kwargs)", None),
    "under what the caller passes": ("probe(**{'timeout': 5, **kwargs})", None),
    "over it": ("probe(**{**kwargs, 'timeout': 5})", 5),
    "under it, in a variable": (
        "defaults = {'timeout': 5}\noptions = {**defaults, **kwargs}\nprobe(**options)",
        None,
    ),
    "by the name of what the caller passes": (
        "kwargs = {'timeout': 5, **kwargs}\nprobe(**kwargs)",
        None,
    ),
    "another on a condition": (
        "options = {'timeout': 5}\nif x:\n    options['timeout'] = 60\nprobe(**options)",
        None,
    ),
    "either of two": ("probe(**({'timeout': 5} if x else {'timeout': 60}))", None),
}
UNKNOWN = {
    "of the caller": "probe(**kwargs)",
    "an unknown": "probe(**make())",
    "on a condition": "options = {}\nif x:\n    options['timeout'] = 5\nprobe(**options)",
    "in one of two": "probe(**({'timeout': 5} if x else {}))",
    "in one branch": "if x:\n    options = {'timeout': 5}\nelse:\n    options = {}\nprobe(**options)",
    "put in before it is anew": (
        "options = {}\noptions['timeout'] = 5\noptions = {}\nprobe(**options)"
    ),
    "put in by a loop": (
        "options = {}\nfor _ in range(3):\n    probe(**options)\n    options['timeout'] = 5"
    ),
    "an unknown key": "options = {}\noptions[x] = 5\nprobe(**options)",
    "an unknown key in braces": "probe(**{x: 5})",
    "filled by another": "options = {}\nfill(options)\nprobe(**options)",
    "filled by a method of another": "options = {}\nself.fill(options)\nprobe(**options)",
    "filled under another name": "options = {}\nother = options\nother['timeout'] = 5\nprobe(**options)",
    "kept elsewhere": "options = {}\nself.options = options\nprobe(**options)",
    "a bound method of it": "options = {}\nput = options.update\nput(timeout=5)\nprobe(**options)",
    "filled in a function": (
        "options = {}\ndef fill():\n    options['timeout'] = 5\nfill()\nprobe(**options)"
    ),
    "filled by an unknown": "options = {}\noptions.update(make())\nprobe(**options)",
    "taken out": "options = {'timeout': 5}\noptions.pop('timeout')\nprobe(**options)",
    "deleted": "options = {'timeout': 5}\ndel options['timeout']\nprobe(**options)",
    "emptied": "options = {'timeout': 5}\noptions.clear()\nprobe(**options)",
    "altered in an exception": (
        "options = {}\ntry:\n    options['timeout'] = find()\nexcept OSError:\n    pass\nprobe(**options)"
    ),
    "one of two is of the caller": "probe(**(kwargs or {}))",
    "a loop variable": "for options in [{}]:\n    probe(**options)",
    "of a function around it": "options = {}\ndef inner():\n    probe(**options)",
    "given to the caller's and handed on": (
        "kwargs['timeout'] = 5\nprepare(kwargs)\nprobe(**kwargs)"
    ),
    "of itself": "options = options\nprobe(**options)",
}
ABSENT = {
    "in braces": "probe(**{'a': 1})",
    "empty": "probe(**{})",
    "in a variable": "options = {'a': 1}\noptions['b'] = 2\nprobe(**options)",
    "on a condition": "options = {'a': 1}\nif x:\n    options['b'] = 2\nprobe(**options)",
    "in two branches": "if x:\n    options = {'a': 1}\nelse:\n    options = {}\nprobe(**options)",
    "two dicts": "a = {'a': 1}\nb = dict(b=1)\nprobe(**a, **b)",
    "another is filled": (
        "options = {}\ndef other():\n    options = {}\n    options['timeout'] = 5\nprobe(**options)"
    ),
}


def _in_function(body: str) -> str:
    return f"def f(self, x, **kwargs):\n{indent(body, '    ')}\n"


@pytest.mark.parametrize(("body", "literal"), GIVEN.values(), ids=GIVEN)
def test_given(body: str, literal: object) -> None:
    value = site(_in_function(body)).argument("timeout")
    assert value.given
    assert value.literal == literal


@pytest.mark.parametrize("body", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown(body: str) -> None:
    assert site(_in_function(body)).argument("timeout").unknown


@pytest.mark.parametrize("body", ABSENT.values(), ids=ABSENT)
def test_absent(body: str) -> None:
    assert site(_in_function(body)).argument("timeout").absent


def test_what_a_module_holds_is_given_but_may_be_filled_elsewhere() -> None:
    call = site("OPTIONS = {'timeout': 5}\ndef f():\n    probe(**OPTIONS)\n")
    assert call.argument("timeout").literal == 5
    assert call.argument("verify").unknown


def test_what_a_module_holds_and_takes_out_is_unknown() -> None:
    source = "OPTIONS = {'timeout': 5}\nOPTIONS.pop('timeout')\ndef f():\n    probe(**OPTIONS)\n"
    assert site(source).argument("timeout").unknown


def test_dicts_of_dicts_come_to_an_end() -> None:
    names = [f"d{number}" for number in range(40)]
    parts = "".join(f"{name} = {{{', '.join(f'**{each}' for each in names)}}}\n" for name in names)
    assert site(_in_function(f"{parts}probe(**d0)")).argument("timeout").unknown
