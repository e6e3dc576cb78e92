"""Copies of libraries inside a project: which are, and what only looks like one."""

from __future__ import annotations

import pytest

from archcheck.analysis.distributions.copied import copied_into

VERSION = '"""What it is."""\n__version__ = "1.16.0"\n'
PROJECTS = {
    "a module": ({"shop/__init__.py": "", "shop/six.py": VERSION}, {"shop/six.py"}),
    "a package": (
        {"shop/__init__.py": "", "shop/requests/__init__.py": VERSION, "shop/requests/api.py": ""},
        {"shop/requests"},
    ),
    "an annotated version": (
        {"shop/__init__.py": "", "shop/six.py": "__version__: str = '1'"},
        {"shop/six.py"},
    ),
    "beside two copies": (
        {
            "shop/ext/__init__.py": "",
            "shop/ext/six.py": VERSION,
            "shop/ext/bottle.py": VERSION,
            "shop/ext/docopt.py": "",
            "shop/ext/patches.py": "",
        },
        {"shop/ext/six.py", "shop/ext/bottle.py", "shop/ext/docopt.py"},
    ),
    "beside one copy": (
        {"shop/__init__.py": "", "shop/six.py": VERSION, "shop/redis.py": ""},
        {"shop/six.py"},
    ),
    "the library's own repository": (
        {"src/requests/__init__.py": VERSION, "src/requests/api.py": "", "six.py": VERSION},
        set(),
    ),
    "a part of the library of that name": (
        {"redis/__init__.py": VERSION, "redis/asyncio/__init__.py": "", "redis/redis.py": VERSION},
        set(),
    ),
    "what wraps the library": (
        {"shop/__init__.py": "", "shop/redis.py": "import redis\n", "shop/celery/__init__.py": ""},
        set(),
    ),
    "the project's own version": (
        {"shop/__init__.py": VERSION, "shop/redis.py": VERSION, "shop/orders.py": ""},
        set(),
    ),
    "versions in file after file": (
        {
            "shop/__init__.py": "",
            "shop/yaml.py": "__version__ = '3'",
            **{f"shop/part{number}.py": f"__version__ = '1.{number}'" for number in range(4)},
        },
        set(),
    ),
    "beside other people's files": (
        {"shop/__init__.py": "", "shop/six.py": VERSION, "shop/diff.py": "__version__ = '3'"},
        {"shop/six.py"},
    ),
    "no library's name": ({"shop/__init__.py": "", "shop/orders.py": VERSION}, set()),
    "the version of another module": (
        {"shop/__init__.py": "", "shop/redis.py": "from shop import __version__\n"},
        set(),
    ),
    "a version that is worked out": (
        {"shop/__init__.py": "", "shop/redis.py": "__version__ = version('shop')\n"},
        set(),
    ),
    "a distribution's part of a shared package": (
        {
            "cloud/__init__.py": "__path__ = __import__('pkgutil').extend_path(__path__, __name__)",
            "cloud/parts/__init__.py": "",
            "cloud/parts/redis/__init__.py": VERSION,
        },
        set(),
    ),
}


@pytest.mark.parametrize(("files", "copies"), PROJECTS.values(), ids=PROJECTS)
def test_what_is_a_copy(files: dict[str, str], copies: set[str]) -> None:
    assert copied_into(files, files.__getitem__) == copies
