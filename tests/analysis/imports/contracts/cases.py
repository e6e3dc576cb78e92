"""Small projects that keep contracts, by what is special about them."""

from __future__ import annotations

from collections.abc import Mapping

Files = Mapping[str, str]


def project(modules: Files, config: str, **others: str) -> dict[str, str]:
    """The files of a project.

    Args:
        modules: source by path; every folder on the way gets its `__init__.py`.
        config: what stands in `.importlinter`.
        others: further files by name with `__` for a dot.
    """
    files = {path: f"{source}\n" for path, source in modules.items()}
    for path in modules:
        folder = path.rpartition("/")[0]
        while folder and folder != "src":
            files.setdefault(f"{folder}/__init__.py", "")
            folder = folder.rpartition("/")[0]
    return {**files, ".importlinter": config}


def ini(*contracts: str, session: str = "root_package = shop") -> str:
    """An `.importlinter` with contracts named `one`, `two`, ..."""
    sections = [f"[importlinter]\n{session}\n"]
    for number, contract in enumerate(contracts, start=1):
        sections.append(
            f"[importlinter:contract:c{number}]\nname = contract {number}\n{contract}\n"
        )
    return "\n".join(sections)


LAYERS = "type = layers\nlayers =\n    high\n    middle\n    low\ncontainers = shop"
INDEPENDENT = "type = independence\nmodules =\n    shop.one\n    shop.two"
PROTECTED = "type = protected\nprotected_modules = shop.core\nallowed_importers = shop.gate"
FORBIDDEN = "type = forbidden\nsource_modules = shop.low\nforbidden_modules = shop.high"
ACYCLIC = "type = acyclic_siblings\nancestors = shop"
THREE = {"shop/high.py": "", "shop/middle.py": "", "shop/low.py": ""}
EXTERNALS = "root_package = shop\ninclude_external_packages = True"
WITHOUT_TYPING = "root_package = shop\nexclude_type_checking_imports = True"
GUARDED = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.high"

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

CASES: dict[str, dict[str, str]] = {
    # --- layers
    "layers kept": project({**THREE, "shop/high.py": "import shop.low"}, ini(LAYERS)),
    "layers broken directly": project(
        {**THREE, "shop/low.py": "from shop import high"}, ini(LAYERS)
    ),
    "layers broken by a chain": project(
        {**THREE, "shop/low.py": "import shop.aside", "shop/aside.py": "from shop.high import x"},
        ini(LAYERS),
    ),
    "layers broken by packages in several ways": project(
        {
            "shop/high/a.py": "",
            "shop/high/b.py": "",
            "shop/middle.py": "",
            "shop/low/a.py": "import shop.aside\nfrom shop.high import a",
            "shop/low/b.py": "import shop.aside\nimport os",
            "shop/aside.py": "from shop.high import a, b",
        },
        ini(LAYERS),
    ),
    "an optional layer that is not there": project(
        {"shop/high.py": "", "shop/low.py": "import shop.high"},
        ini("type = layers\nlayers =\n    high\n    (middle)\n    low\ncontainers = shop"),
    ),
    "a layer that is not there": project({"shop/high.py": "", "shop/low.py": ""}, ini(LAYERS)),
    "independent siblings in a layer": project(
        {"shop/a.py": "import shop.b", "shop/b.py": "", "shop/low.py": ""},
        ini("type = layers\nlayers =\n    a | b\n    low\ncontainers = shop"),
    ),
    "siblings that may import one another": project(
        {"shop/a.py": "import shop.b", "shop/b.py": "import shop.a", "shop/low.py": ""},
        ini("type = layers\nlayers =\n    a : b\n    low\ncontainers = shop"),
    ),
    "layers without a container": project(
        {**THREE, "shop/low.py": "import shop.high"},
        ini("type = layers\nlayers =\n    shop.high\n    shop.low"),
    ),
    "layers repeated in containers": project(
        {
            "shop/orders/high.py": "",
            "shop/orders/low.py": "from ..bills import high",
            "shop/bills/high.py": "",
            "shop/bills/low.py": "from . import high",
        },
        ini(
            "type = layers\nlayers =\n    high\n    low\ncontainers =\n    shop.orders\n    shop.bills"
        ),
    ),
    "containers by a wildcard": project(
        {
            "shop/orders/high.py": "",
            "shop/orders/low.py": "from .high import x",
            "shop/bills/high.py": "",
            "shop/bills/low.py": "",
        },
        ini("type = layers\nlayers =\n    high\n    low\ncontainers = shop.*"),
    ),
    "an exhaustive container": project(
        {**THREE, "shop/stray.py": "", "shop/known.py": ""},
        ini(f"{LAYERS}\nexhaustive = true\nexhaustive_ignores = known"),
    ),
    "an exhaustive container that is broken too": project(
        {**THREE, "shop/stray.py": "", "shop/low.py": "import shop.high"},
        ini(f"{LAYERS}\nexhaustive = true"),
    ),
    "exhaustive without a container": project(
        THREE, ini("type = layers\nlayers =\n    shop.high\n    shop.low\nexhaustive = true")
    ),
    "guidance": project(
        {**THREE, "shop/low.py": "import shop.high"},
        ini(f"{LAYERS}\nbroken_contract_guidance =\n    Ask the architects.\n    Then move it."),
    ),
    # --- forbidden
    "forbidden kept": project({**THREE, "shop/high.py": "import shop.low"}, ini(FORBIDDEN)),
    "forbidden broken directly": project(
        {**THREE, "shop/low.py": "import os\nfrom shop.high import a, b\nimport shop.high"},
        ini(FORBIDDEN),
    ),
    "forbidden broken by a chain": project(
        {**THREE, "shop/low.py": "import shop.middle", "shop/middle.py": "import shop.high"},
        ini(FORBIDDEN, f"{FORBIDDEN}\nallow_indirect_imports = True"),
    ),
    "forbidden modules and not packages": project(
        {"shop/low/__init__.py": "", "shop/low/a.py": "import shop.high", "shop/high.py": ""},
        ini(FORBIDDEN, f"{FORBIDDEN}\nas_packages = False"),
    ),
    "forbidden external packages": project(
        {
            "shop/low.py": "import django.db.models\nfrom requests import get\nimport os.path",
            "shop/web.py": "import shop.low",
        },
        ini(
            "type = forbidden\nsource_modules = shop.low\nforbidden_modules =\n    django\n    flask",
            "type = forbidden\nsource_modules = shop.web\nforbidden_modules = requests",
            "type = forbidden\nsource_modules = shop.web\nforbidden_modules = sqlalchemy",
            session=EXTERNALS,
        ),
    ),
    "an external package without externals": project(
        THREE, ini("type = forbidden\nsource_modules = shop.low\nforbidden_modules = django")
    ),
    "part of an external package": project(
        THREE,
        ini(
            "type = forbidden\nsource_modules = shop.low\nforbidden_modules = django.db",
            session=EXTERNALS,
        ),
    ),
    "forbidden by wildcards": project(
        {
            "shop/orders/models.py": "from ..bills import views",
            "shop/orders/views.py": "",
            "shop/bills/models.py": "",
            "shop/bills/views.py": "",
        },
        ini("type = forbidden\nsource_modules = shop.*.models\nforbidden_modules = shop.*.views"),
    ),
    "a forbidden module that is not there": project(
        THREE, ini("type = forbidden\nsource_modules = shop.low\nforbidden_modules = shop.gone")
    ),
    # --- independence
    "independence kept": project({"shop/one.py": "", "shop/two.py": ""}, ini(INDEPENDENT)),
    "independence broken directly": project(
        {"shop/one.py": "import shop.two", "shop/two.py": ""}, ini(INDEPENDENT)
    ),
    "independence broken by a chain, both ways": project(
        {
            "shop/one/a.py": "import shop.way",
            "shop/one/b.py": "import shop.way",
            "shop/two/c.py": "from shop.one import a",
            "shop/way.py": "from shop.two import c",
        },
        ini(INDEPENDENT),
    ),
    "independence by a wildcard": project(
        {"shop/a/x.py": "", "shop/b/x.py": "from shop.a.x import y", "shop/c/x.py": ""},
        ini("type = independence\nmodules = shop.*"),
    ),
    # --- protected
    "protected kept": project(
        {
            "shop/core/a.py": "from . import b",
            "shop/core/b.py": "",
            "shop/gate.py": "import shop.core.a",
        },
        ini(PROTECTED),
    ),
    "protected broken directly": project(
        {
            "shop/core/a.py": "",
            "shop/gate.py": "",
            "shop/thief.py": "import os\nimport shop.core.a",
        },
        ini(PROTECTED),
    ),
    "protected and reached by a chain": project(
        {
            "shop/core/a.py": "",
            "shop/gate.py": "import shop.core.a",
            "shop/thief.py": "import shop.gate",
        },
        ini(PROTECTED),
    ),
    "protected modules and not packages": project(
        {
            "shop/core/__init__.py": "",
            "shop/core/a.py": "",
            "shop/gate.py": "",
            "shop/thief.py": "import shop.core.a",
        },
        ini(f"{PROTECTED}\nas_packages = False"),
    ),
    # --- acyclic siblings
    "acyclic siblings kept": project(
        {"shop/a.py": "import shop.b", "shop/b.py": "import shop.c", "shop/c.py": ""}, ini(ACYCLIC)
    ),
    "acyclic siblings broken directly": project(
        {"shop/a.py": "import shop.b\nimport shop.b.x", "shop/b/x.py": "import os\nimport shop.a"},
        ini(ACYCLIC),
    ),
    "acyclic siblings broken by a chain, deep down": project(
        {
            "shop/a/x.py": "from . import y",
            "shop/a/y.py": "from . import z",
            "shop/a/z.py": "\n\nfrom . import x",
            "shop/b.py": "",
        },
        ini(ACYCLIC, f"{ACYCLIC}\ndepth = 0", f"{ACYCLIC}\nskip_descendants = shop.a"),
    ),
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
