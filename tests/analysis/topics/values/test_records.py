"""Does a class say whether its instances may change?"""

from __future__ import annotations

import pytest
from modules import facts_of

HEADER = (
    "import attr\nimport attrs\nimport dataclasses as dc\nfrom dataclasses import dataclass\n"
    "from pydantic import BaseModel, ConfigDict\nfrom msgspec import Struct\n\n\n"
)
SAID = {
    "a dataclass": ("@dataclass\nclass A: ...", "mutable"),
    "called": ("@dataclass(slots=True)\nclass A: ...", "mutable"),
    "frozen": ("@dataclass(frozen=True)\nclass A: ...", "frozen"),
    "under another name": ("@dc.dataclass(frozen=True)\nclass A: ...", "frozen"),
    "frozen by a variable": ("@dataclass(frozen=FROZEN)\nclass A: ...", "undecided"),
    "with options of somebody else": ("@dataclass(**OPTIONS)\nclass A: ...", "undecided"),
    "below another decorator": ("@register\n@dataclass(frozen=True)\nclass A: ...", "frozen"),
    "attrs": ("@attrs.define\nclass A: ...", "mutable"),
    "attrs of old": ("@attr.s(frozen=True)\nclass A: ...", "frozen"),
    "frozen attrs": ("@attrs.frozen\nclass A: ...", "frozen"),
    "a model says nothing": ("class A(BaseModel): ...", ""),
    "a frozen model": (
        "class A(BaseModel):\n    model_config = ConfigDict(frozen=True)",
        "frozen",
    ),
    "by a dictionary": ("class A(BaseModel):\n    model_config = {'frozen': True}", "frozen"),
    "settings of something else": (
        "class A(BaseModel):\n    model_config = ConfigDict(extra='forbid')",
        "",
    ),
    "settings of somebody else": ("class A(BaseModel):\n    model_config = SHARED", "undecided"),
    "inner settings": ("class A(BaseModel):\n    class Config:\n        frozen = True", "frozen"),
    "inner settings of old": (
        "class A(BaseModel):\n    class Config:\n        allow_mutation = False",
        "frozen",
    ),
    "by keyword": ("class A(Struct, frozen=True): ...", "frozen"),
    "thawed": ("class A(Base, frozen=False): ...", "mutable"),
    "a plain class": ("class A:\n    x = 1", ""),
}


@pytest.mark.parametrize(("code", "expected"), SAID.values(), ids=SAID)
def test_what_a_class_says(code: str, expected: str) -> None:
    (fact,) = (
        fact
        for fact in facts_of({"shop/a.py": HEADER + code + "\n"})["shop.a"].classes
        if fact.qualname == "A"
    )
    assert fact.mutability == expected


CHANGES = {
    "in its constructor": ("def __init__(self):\n        self.x = 1", False),
    "after it was made by a dataclass": ("def __post_init__(self):\n        self.x = 1", False),
    "in a method": ("def pay(self):\n        self.x = 1", True),
    "by adding": ("def pay(self):\n        self.x += 1", True),
    "in a function of the constructor": (
        "def __init__(self):\n        def later():\n            self.x = 1",
        True,
    ),
    "of somebody else": ("def pay(self, other):\n        other.x = 1", False),
}


@pytest.mark.parametrize(("method", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_class_that_changes_its_own_attributes(method: str, expected: bool) -> None:
    (fact,) = facts_of({"shop/a.py": f"class A:\n    {method}\n"})["shop.a"].classes
    assert fact.changes_itself is expected
