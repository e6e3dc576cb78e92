"""Contracts of every type, by what is special about them."""

from __future__ import annotations

from contract_projects import (
    ACYCLIC,
    EXTERNALS,
    FORBIDDEN,
    INDEPENDENT,
    LAYERS,
    PROTECTED,
    THREE,
    ini,
    project,
)

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
}
