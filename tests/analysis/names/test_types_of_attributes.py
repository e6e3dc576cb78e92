"""Which class is an attribute of, and what does an annotation say?"""

from __future__ import annotations

import pytest
from modules import UNKNOWN, cases, module_of, probed

ATTRIBUTES = {
    "self.x from __init__": (
        (
            "import requests\nclass C:\n    def __init__(self):\n        self.s = requests.Session()\n"
            "    def f(self):\n        probe(self.s)"
        ),
        ("requests.Session",),
    ),
    "whatever self is called": (
        (
            "import requests\nclass C:\n    def __init__(this):\n        this.s = requests.Session()\n"
            "    def f(me):\n        probe(me.s)"
        ),
        ("requests.Session",),
    ),
    "from an annotated parameter": (
        (
            "import httpx\nclass C:\n    def __init__(self, c: httpx.Client):\n        self.c = c\n"
            "    def f(self):\n        probe(self.c)"
        ),
        ("httpx.Client",),
    ),
    "from a parameter": (
        "class C:\n    def __init__(self, c):\n        self.c = c\n    def f(self):\n        probe(self.c)",
        UNKNOWN,
    ),
    "None first": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = None\n    def start(self):\n"
            "        self.c = httpx.Client()\n    def f(self):\n        probe(self.c)"
        ),
        ("httpx.Client",),
    ),
    "set twice": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\n"
            "    def swap(self, c):\n        self.c = c\n    def f(self):\n        probe(self.c)"
        ),
        UNKNOWN,
    ),
    "set again in a closure": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\n"
            "    def swap(self, c):\n        def g():\n            self.c = c\n        return g\n"
            "    def f(self):\n        probe(self.c)"
        ),
        UNKNOWN,
    ),
    "on another class": (
        (
            "import httpx\nclass A:\n    def __init__(self):\n        self.c = httpx.Client()\nclass B:\n"
            "    def f(self):\n        probe(self.c)"
        ),
        UNKNOWN,
    ),
    "in a static method": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\n"
            "    @staticmethod\n    def f(self):\n        probe(self.c)"
        ),
        UNKNOWN,
    ),
    "in a class method": (
        (
            "import httpx\nclass C:\n    @classmethod\n    def start(cls):\n        cls.c = httpx.Client()\n"
            "    @classmethod\n    def f(cls):\n        probe(cls.c)"
        ),
        ("httpx.Client",),
    ),
    "in a comprehension of a method": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\n"
            "    def f(self):\n        return [probe(self.c) for _ in x]"
        ),
        ("httpx.Client",),
    ),
    "in a nested function": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\n"
            "    def f(self):\n        def g():\n            probe(self.c)"
        ),
        ("httpx.Client",),
    ),
    "in the class's body": (
        "import httpx\nclass C:\n    c = httpx.Client()\n    def f(self):\n        probe(self.c)",
        ("httpx.Client",),
    ),
    "declared in the class's body": (
        "import httpx\nclass C:\n    c: httpx.Client\n    def f(self):\n        probe(self.c)",
        ("httpx.Client",),
    ),
    "inherited in this module": (
        (
            "import httpx\nclass Base:\n    def __init__(self):\n        self.c = httpx.Client()\nclass C(Base):\n"
            "    def f(self):\n        probe(self.c)"
        ),
        ("httpx.Client",),
    ),
    "inherited and set again": (
        (
            "import httpx\nclass Base:\n    c = httpx.Client()\nclass C(Base):\n    c = make()\n"
            "    def f(self):\n        probe(self.c)"
        ),
        UNKNOWN,
    ),
    "of the class by its name": (
        "import httpx\nclass C:\n    c = httpx.Client()\nprobe(C.c)",
        ("httpx.Client",),
    ),
    "of an instance of this module's class": (
        (
            "import httpx\nclass C:\n    def __init__(self):\n        self.c = httpx.Client()\nx = C()\n"
            "probe(x.c)"
        ),
        ("httpx.Client",),
    ),
    "of an attribute's attribute": (
        (
            "import httpx\nclass A:\n    c: httpx.Client\nclass B:\n    def __init__(self, a: A):\n"
            "        self.a = a\n    def f(self):\n        probe(self.a.c)"
        ),
        ("httpx.Client",),
    ),
    "a property": (
        (
            "import httpx\nclass C:\n    @property\n    def c(self) -> httpx.Client: ...\n"
            "    def f(self):\n        probe(self.c)"
        ),
        ("httpx.Client",),
    ),
    "a property with another decorator's name": (
        (
            "import httpx\nclass C:\n    @hybrid\n    def c(self) -> httpx.Client: ...\n"
            "    def f(self):\n        probe(self.c)"
        ),
        UNKNOWN,
    ),
    "a member of an enumeration": (
        "import enum\nclass C(enum.Enum):\n    a = 'x'\nprobe(C.a)",
        UNKNOWN,
    ),
    "self is rebound": (
        (
            "import httpx\nclass C:\n    c: httpx.Client\n    def f(self):\n        self = x\n"
            "        probe(self.c)"
        ),
        UNKNOWN,
    ),
}

ANNOTATIONS = {
    "a name": ("requests.Session", ("requests.Session",)),
    "quoted": ("'requests.Session'", ("requests.Session",)),
    "Optional": ("Optional[requests.Session]", ("requests.Session",)),
    "Optional, quoted inside": ("Optional['requests.Session']", ("requests.Session",)),
    "typing_extensions": ("te.Annotated[requests.Session, 1]", ("requests.Session",)),
    "Annotated": ("Annotated[requests.Session, Depends(f)]", ("requests.Session",)),
    "Annotated around Optional": (
        "Annotated[Optional[requests.Session], 1]",
        ("requests.Session",),
    ),
    "a union with None": ("requests.Session | None", ("requests.Session",)),
    "None first": ("None | requests.Session", ("requests.Session",)),
    "a quoted union": ("'requests.Session | None'", ("requests.Session",)),
    "a union": ("requests.Session | httpx.Client", ("requests.Session", "httpx.Client")),
    "Union": (
        "Union[requests.Session, httpx.Client, None]",
        ("requests.Session", "httpx.Client"),
    ),
    "a union with the unknown": ("requests.Session | Whatever", UNKNOWN),
    "a generic of typing": ("Type[requests.Session]", UNKNOWN),
    "known to type checkers only": ("OnlyTyped", ("requests.Session",)),
    "an alias": ("SessionDep", ("requests.Session",)),
    "a generic's own class": ("list[requests.Session]", ("list",)),
    "Any": ("Any", UNKNOWN),
    "Callable": ("Callable[[], requests.Session]", UNKNOWN),
    "a literal": ("Literal['requests.Session']", UNKNOWN),
    "a broken string": ("'requests.('", UNKNOWN),
    "None": ("None", UNKNOWN),
    "a number": ("3", UNKNOWN),
    "the unknown": ("Whatever", UNKNOWN),
}
_HEAD = (
    "import httpx, requests\nimport typing_extensions as te\n"
    "from typing import Annotated, Any, Callable, Literal, Optional, Union\n"
    "SessionDep = Annotated[requests.Session, Depends(make)]\n"
    "import typing as t\nfrom typing import Type\nif t.TYPE_CHECKING:\n"
    "    from requests import Session as OnlyTyped\nelse:\n    OnlyTyped = object\n"
)


@pytest.mark.parametrize(("source", "types"), cases({"attributes": ATTRIBUTES}))
def test_types(source: str, types: tuple[str, ...]) -> None:
    module = module_of(source)
    assert module.types(probed(module)) == types


@pytest.mark.parametrize(("annotation", "types"), ANNOTATIONS.values(), ids=list(ANNOTATIONS))
@pytest.mark.parametrize(
    "source",
    [
        "def f(x: {}):\n    probe(x)",
        "x: {} = given\nprobe(x)",
        "class C:\n    x: {}\n    def f(self):\n        probe(self.x)",
    ],
    ids=["parameter", "variable", "attribute"],
)
def test_annotations(source: str, annotation: str, types: tuple[str, ...]) -> None:
    module = module_of(_HEAD + source.format(annotation))
    assert module.types(probed(module)) == types


def test_an_unknown_annotation_leaves_the_value_to_speak() -> None:
    module = module_of("import requests\ns: Any = requests.Session()\nprobe(s)")
    assert module.types(probed(module)) == ("requests.Session",)
