"""``setup.cfg`` and ``setup.py``, the latter never run."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_repository import brief, manifests

SETUP_CFG = """\
[metadata]
name = shop
version = 1.4

[options]
python_requires = >=3.9
install_requires =
    # the web
    flask>=3  # a comment
    redis>=5; python_version < "3.12"

[options.extras_require]
test =
    pytest>=8

[options.entry_points]
console_scripts =
    shop = shop.cli:main
shop.plugins =
    mail = shop.mail

[flake8]
ignore = E%501
"""


def test_setup_cfg(tmp_path: Path) -> None:
    found = manifests(tmp_path, {"setup.cfg": SETUP_CFG})
    assert (found.name, found.version, found.requires_python) == ("shop", "1.4", ">=3.9")
    assert found.has_build_system
    assert [(item.name, item.specifier, item.line) for item in found.runtime_requirements()] == [
        ("flask", ">=3", 9),
        ("redis", ">=5", 10),
    ]
    assert brief(found, "test") == ["pytest >=8"]
    assert found.scripts == ("shop",)
    assert found.entry_point_groups == ("shop.plugins",)


@pytest.mark.parametrize(
    ("value", "dynamic"), [("file: base.txt", False), ("file: base.txt, gone.txt", True)]
)
def test_setup_cfg_takes_requirements_from_a_file(
    value: str, dynamic: bool, tmp_path: Path
) -> None:
    files = {
        "setup.cfg": f"[metadata]\nversion = attr: shop.VERSION\n[options]\ninstall_requires = {value}\n",
        "base.txt": "flask>=3\n",
    }
    found = manifests(tmp_path, files)
    assert brief(found) == ["flask >=3"]
    assert found.dynamic is dynamic
    assert found.version == ""


@pytest.mark.parametrize("text", ["a = 1\n", "[metadata\nname = a\n", "[a]\nb\n"])
def test_a_broken_setup_cfg_is_named(text: str, tmp_path: Path) -> None:
    [failure] = manifests(tmp_path, {"setup.cfg": text}).failures
    assert failure.path == "setup.cfg"
    assert failure.line > 0


SETUP_PY = """\
from setuptools import setup, find_packages

NAME = "shop"
BASE = [
    "flask>=3",
    "redis[hiredis]>=5",
]
MORE: list[str] = ["httpx"]

setup(
    name=NAME,
    version="2.0",
    python_requires=">=3.9",
    packages=find_packages(),
    install_requires=BASE + [*MORE, "attrs"],
    extras_require={
        "test": ["pytest>=8"],
        ":python_version < '3.11'": ["tomli"],
        "docs": open("docs.txt").read().split(),
    },
    entry_points={
        "console_scripts": ["shop = shop.cli:main"],
        "pytest11": ["shop = shop.plugin"],
    },
)
"""


def test_setup_py(tmp_path: Path) -> None:
    found = manifests(tmp_path, {"setup.py": SETUP_PY})
    assert (found.name, found.version, found.requires_python) == ("shop", "2.0", ">=3.9")
    assert found.has_build_system
    assert not found.dynamic
    assert [(item.name, item.specifier, item.line) for item in found.runtime_requirements()] == [
        ("flask", ">=3", 5),
        ("redis", ">=5", 6),
        ("httpx", "", 8),
        ("attrs", "", 15),
        ("tomli", "", 18),
    ]
    assert found.runtime_requirements()[-1].marker == 'python_version < "3.11"'
    assert brief(found, "test") == ["pytest >=8"]
    assert found.scripts == ("shop",)
    assert found.entry_point_groups == ("pytest11",)


@pytest.mark.parametrize(
    ("setup", "dynamic", "requires"),
    [
        ("setup(install_requires='flask>=3\\nredis')", False, ["flask >=3", "redis"]),
        ("setup(install_requires=read('base.txt'))", True, []),
        ("setup(install_requires=['flask', *read('base.txt')])", True, []),
        ("setup(**options)", True, []),
        ("setup(install_requires=needed)", True, []),
        ("needed = []\nneeded.append('flask')\nsetup(install_requires=needed)", True, []),
        (
            "needed = ['flask']\nfor each in needed.copy():\n    print(each)\nsetup(install_requires=needed)",
            False,
            ["flask"],
        ),
        ("needed = ['a']\nif x:\n    needed = ['b']\nsetup(install_requires=needed)", True, []),
        ("a = b\nb = a\nsetup(install_requires=a)", True, []),
        ("setuptools.setup(name='a')", False, []),
        ("print('no setup here')", False, []),
        ("setup(install_requires=[", True, []),
        ("print 'Python 2'", True, []),
    ],
)
def test_what_is_computed_is_unknown(
    setup: str, dynamic: bool, requires: list[str], tmp_path: Path
) -> None:
    found = manifests(tmp_path, {"setup.py": setup})
    assert found.dynamic is dynamic
    assert brief(found) == requires
    assert found.failures == ()


def test_files_that_are_installed_as_commands(tmp_path: Path) -> None:
    setup = "SCRIPTS = ['bin/shop', 'bin/shop-import']\nsetup(name='shop', scripts=SCRIPTS)"
    found = manifests(tmp_path, {"setup.py": setup})
    assert found.scripts == ("shop", "shop-import")
    assert found.programs == frozenset()


def test_entry_points_in_one_string(tmp_path: Path) -> None:
    setup = "setup(entry_points='''\n[console_scripts]\nshop = shop.cli:main\n# x = y\n[flake8.extension]\nS = shop\n''')"
    found = manifests(tmp_path, {"setup.py": setup})
    assert found.scripts == ("shop",)
    assert found.entry_point_groups == ("flake8.extension",)


def test_setup_py_is_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "run"
    manifests(tmp_path, {"setup.py": f"open({str(mark)!r}, 'w')\nsetup()\n"})
    assert not mark.exists()


PKG_INFO = """\
Metadata-Version: 2.4
Name: shop
Version: 1.0
Requires-Python: >=3.9
Provides-Extra: redis
Requires-Dist: flask>=3
Requires-Dist: redis>=5; extra == "redis"
Requires-Dist: tomli; (python_version < "3.11") and extra == 'toml'

Requires-Dist: nothing
"""


def test_the_metadata_of_an_archive_says_what_the_build_computed(tmp_path: Path) -> None:
    found = manifests(
        tmp_path,
        {
            "PKG-INFO": PKG_INFO,
            "setup.py": "setup(install_requires=read())",
            "shop.egg-info/entry_points.txt": "[console_scripts]\nshop = shop.cli:main\n",
        },
    )
    assert (found.name, found.version, found.requires_python) == ("shop", "1.0", ">=3.9")
    assert not found.dynamic
    assert brief(found) == ["flask >=3"]
    assert brief(found, "redis") == ["redis >=5"]
    assert brief(found, "toml") == ["tomli"]
    assert [item.line for item in found.runtime_requirements()] == [6]
    assert found.scripts == ("shop",)


def test_the_metadata_is_not_asked_where_the_manifest_settles_it(tmp_path: Path) -> None:
    found = manifests(
        tmp_path,
        {
            "PKG-INFO": PKG_INFO,
            "pyproject.toml": "[project]\nname = 'shop'\ndependencies = ['httpx']\n",
        },
    )
    assert brief(found) == ["httpx"]
    assert found.manifests == ("pyproject.toml",)


def test_the_metadata_of_a_wheel(tmp_path: Path) -> None:
    found = manifests(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop-1.0.dist-info/METADATA": PKG_INFO,
            "shop-1.0.dist-info/entry_points.txt": "[pytest11]\nshop = shop.plugin\n",
        },
    )
    assert brief(found) == ["flask >=3"]
    assert found.entry_point_groups == ("pytest11",)


def test_the_metadata_of_an_installation(tmp_path: Path) -> None:
    found = manifests(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop-1.0.egg-info/PKG-INFO": PKG_INFO,
            "shop-1.0.egg-info/entry_points.txt": "[pytest11]\nshop = shop.plugin\n",
        },
    )
    assert brief(found) == ["flask >=3"]
    assert found.entry_point_groups == ("pytest11",)


@pytest.mark.parametrize(
    ("headers", "dynamic"),
    [
        ("Metadata-Version: 1.1\n", True),
        ("Metadata-Version: 2.1\n", True),
        ("Metadata-Version: 2.4\n", False),
        ("Metadata-Version: 2.4\nDynamic: Requires-Dist\n", True),
        ("Metadata-Version: 2.1\nRequires-Dist: flask\n", False),
    ],
)
def test_metadata_without_requirements_may_not_know_them(
    headers: str, dynamic: bool, tmp_path: Path
) -> None:
    files = {"PKG-INFO": f"{headers}Name: a\n", "setup.py": "setup(install_requires=read())"}
    assert manifests(tmp_path, files).dynamic is dynamic


def test_an_archive_has_been_built(tmp_path: Path) -> None:
    project = {"pyproject.toml": "[project]\nname = 'a'\ndependencies = []\n"}
    assert not manifests(tmp_path, project).has_build_system
    assert manifests(tmp_path, {**project, "PKG-INFO": PKG_INFO}).has_build_system


def test_extras_that_are_only_read_stay_what_they_are(tmp_path: Path) -> None:
    setup = "extras = {'queue': ['celery']}\nfor name, needed in extras.items():\n    print(name)\n"
    found = manifests(tmp_path, {"setup.py": f"{setup}setup(extras_require=extras)"})
    assert brief(found, "queue") == ["celery"]
