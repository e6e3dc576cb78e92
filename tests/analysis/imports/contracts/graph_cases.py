"""Imports that the graph holds or leaves out, and files with contracts, by what is special about them."""

from __future__ import annotations

from contract_projects import (
    EXTERNALS,
    FORBIDDEN,
    GUARDED,
    INDEPENDENT,
    LAYERS,
    THREE,
    WITHOUT_TYPING,
    ini,
    project,
)

EVERY_FORM = {
    "shop/__init__.py": "from . import high\nfrom .low import *\nimport shop\n",
    "shop/high.py": "",
    "shop/low.py": "",
    "shop/with-dash.py": "from . import high\nfrom .deep import Name\n",
    "shop/with.dots.py": "import shop.high\n",
    "shop/.hidden.py": "import shop.high\n",
    "shop/twice.py": "import shop.high\n",
    "shop/twice/__init__.py": "import shop.low\n",
    "shop/deep/__init__.py": "from .. import high\nfrom ..low import x\nfrom . import a\n",
    "shop/deep/a.py": "from .. import *\nfrom . import *\nfrom .gone import x\n",
    "shop/not-a-package/__init__.py": "import shop.high\n",
    "shop/forms.py": """\
import shop.high, shop.low as low; import os.path
from shop import (high as h,
    deep, VERSION)
from shop.deep.a import f; from shop.deep.a import g
from shop.gone.away import x
import shop.gone.away
import shop.high.attribute
from shop.twice import x
def f(): from shop.deep import a
class A:
    import shop.deep
    async def g(self):
        with x:
            from shop import low
for i in x:
    while i:
        import json
    else:
        import shop.twice
try: import simplejson.encoder
except ImportError: import shop.low
finally: import csv
match f:
    case 1: import shop.deep.a
__import__("shop.high"); import_module("shop.low")
""",
    "shop/guards.py": """\
import typing as t
from typing import TYPE_CHECKING, TYPE_CHECKING as CHECKING
if TYPE_CHECKING:
    import shop.high
    if x: import shop.low
elif y: import shop.deep
else: import shop.deep.a
if t.TYPE_CHECKING:
    def f(): import shop.twice
if x: pass
elif TYPE_CHECKING: import shop.forms
if CHECKING: import shop.forms
if not TYPE_CHECKING: pass
else: import os
if TYPE_CHECKING and x: import json
if False: import csv
if TYPE_CHECKING: import yaml
""",
}

GRAPH_CASES: dict[str, dict[str, str]] = {
    # --- ignored imports
    "an ignored import that breaks a chain": project(
        {**THREE, "shop/low.py": "import shop.aside", "shop/aside.py": "import shop.high"},
        ini(f"{LAYERS}\nignore_imports =\n    shop.low -> shop.aside", LAYERS),
    ),
    "imports ignored by wildcards": project(
        {
            "shop/high/a.py": "",
            "shop/high/deep/b.py": "",
            "shop/middle.py": "import shop.high.a",
            "shop/low.py": "from shop.high.deep import b",
        },
        ini(
            f"{LAYERS}\nignore_imports =\n    shop.low -> shop.high.*",
            f"{LAYERS}\nignore_imports =\n    shop.* -> shop.high.**",
            f"{LAYERS}\nignore_imports =\n    shop.middle -> shop.high.*",
        ).replace("shop.low -> shop.high.*\n", "shop.low -> shop.high.deep.*\n"),
    ),
    "an ignored import that is not there": project(
        THREE, ini(f"{LAYERS}\nignore_imports =\n    shop.low -> shop.high")
    ),
    "an ignored import that is not there, with a warning": project(
        THREE,
        ini(
            f"{LAYERS}\nignore_imports =\n    shop.low -> shop.high\n"
            "unmatched_ignore_imports_alerting = warn"
        ),
    ),
    "an ignored import that is not there, without": project(
        {**THREE, "shop/low.py": "import shop.middle"},
        ini(
            f"{LAYERS}\nignore_imports =\n    shop.low -> shop.high\n"
            "unmatched_ignore_imports_alerting = none"
        ),
    ),
    # --- the graph
    "imports for type checking": project({**THREE, "shop/low.py": GUARDED}, ini(LAYERS)),
    "imports for type checking, excluded": project(
        {**THREE, "shop/low.py": GUARDED}, ini(LAYERS, session=WITHOUT_TYPING)
    ),
    "imports in functions, guards and by name": project(
        {
            **THREE,
            "shop/low.py": "def f():\n    import shop.high\n\ntry:\n    import shop.middle\n"
            "except ImportError:\n    pass",
            "shop/middle.py": "import importlib\nimportlib.import_module('shop.high')",
        },
        ini(LAYERS),
    ),
    "a generated file is a module too": project(
        {
            **THREE,
            "shop/low.py": "from shop import wire_pb2",
            "shop/wire_pb2.py": "import shop.high",
        },
        ini(LAYERS),
    ),
    "a root that is a namespace package": {
        "space/high/a.py": "",
        "space/low/a.py": "from space.high import a\n",
        "space/low/data/b.py": "import space.high.a\n",
        ".importlinter": ini(
            "type = layers\nlayers =\n    high\n    low\ncontainers = space",
            session="root_package = space",
        ),
    },
    "a root that is a portion of a namespace": {
        "src/space/shop/__init__.py": "",
        "src/space/shop/high.py": "import space.other.thing\n",
        "src/space/shop/low.py": "from .high import x\nfrom space.shop import high\n",
        "src/space/other/__init__.py": "",
        "src/space/other/thing.py": "import space.shop.high\n",
        ".importlinter": ini(
            "type = layers\nlayers =\n    high\n    low\ncontainers = space.shop",
            "type = forbidden\nsource_modules = space.shop.high\nforbidden_modules = space.other",
            session="root_package = space.shop\ninclude_external_packages = True",
        ),
    },
    "several roots": {
        "members/one/first/__init__.py": "",
        "members/one/first/a.py": "import second.b\n",
        "members/two/second/__init__.py": "",
        "members/two/second/b.py": "import third\nfrom first.a import x\n",
        ".importlinter": ini(
            "type = independence\nmodules =\n    first\n    second",
            session="root_packages =\n    first\n    second",
        ),
    },
    "a folder without `__init__.py` in a package": {
        "shop/__init__.py": "",
        "shop/low.py": "import shop.orphan.x\n",
        "shop/orphan/x.py": "import shop.high\n",
        "shop/high.py": "",
        ".importlinter": ini(FORBIDDEN),
    },
    **{
        f"imports of every form, {what}": {
            **EVERY_FORM,
            ".importlinter": ini(FORBIDDEN, session=session),
        }
        for what, session in {
            "plainly": "root_package = shop",
            "with external packages": EXTERNALS,
            "without type checking": WITHOUT_TYPING,
        }.items()
    },
    # --- the file
    "a root package that is not there": project(
        THREE, ini(LAYERS, session="root_package = nowhere_to_be_found")
    ),
    "an unknown option": project(THREE, ini(f"{LAYERS}\nexhaustiv = true")),
    "a missing field": project(THREE, ini("type = layers\ncontainers = shop")),
    "`setup.cfg` before `.importlinter`": {
        **project({**THREE, "shop/low.py": "import shop.high"}, ini(LAYERS)),
        "setup.cfg": ini(INDEPENDENT.replace("one", "high").replace("two", "middle")),
    },
    "`pyproject.toml`": {
        **dict.fromkeys(("src/shop/__init__.py", "src/shop/high.py"), ""),
        "src/shop/low.py": "import shop.high\n",
        "pyproject.toml": '[tool.importlinter]\nroot_package = "shop"\n'
        "include_external_packages = true\n"
        '[[tool.importlinter.contracts]]\nname = "contract 1"\ntype = "layers"\n'
        'layers = ["shop.high", "shop.low"]\n'
        '[[tool.importlinter.contracts]]\nname = "contract 2"\ntype = "forbidden"\n'
        'source_modules = ["shop"]\nforbidden_modules = ["django"]\nallow_indirect_imports = true\n',
    },
}
