"""What cannot be checked is said with its place, and nothing of the target is run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest
from archcheck_says import contracts_in
from packaging.version import Version

from archcheck.analysis.imports.contracts import Contracts

SHOP = {"shop/__init__.py": "", "shop/high.py": "", "shop/low.py": "import shop.high\n"}
SESSION = "[importlinter]\nroot_package = shop\n"
LAYERS = (
    "[importlinter:contract:l]\nname = L\ntype = layers\nlayers =\n    shop.high\n    shop.low\n"
)
TOML = '[tool.importlinter]\nroot_package = "shop"\n'
TOML_LAYERS = '[[tool.importlinter.contracts]]\nname = "L"\ntype = "layers"\nlayers = ["shop.high", "shop.low"]\n'


def checked(root: Path, files: Mapping[str, str]) -> Contracts:
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return contracts_in(root)


UNUSABLE = {
    "no INI": (".importlinter", "[importlinter\n", 1),
    "no TOML": ("pyproject.toml", "[tool.importlinter\n", 1),
    "no root package": (".importlinter", "[importlinter]\nx = 1\n" + LAYERS, 1),
    "an unknown root package": (".importlinter", SESSION.replace("shop", "gone") + LAYERS, 1),
    "a root that is a module": (".importlinter", SESSION.replace("shop", "alone") + LAYERS, 1),
    "part of a package as root": (".importlinter", SESSION.replace("shop", "shop.high") + LAYERS, 1),
    "no contract": (".importlinter", f"\n{SESSION}", 2),
    "a contract without a type": (".importlinter", f"{SESSION}\n" + LAYERS.replace("type", "tip"), 4),
    "a contract without a name": (".importlinter", f"{SESSION}\n" + LAYERS.replace("name", "nam"), 4),
    "an unknown type": (".importlinter", f"{SESSION}\n" + LAYERS.replace("= layers", "= walls"), 4),
    "a layer that is not there": (".importlinter", f"{SESSION}\n{LAYERS}    shop.gone\n", 4),
    "an ignored import that is not there": (
        ".importlinter",
        f"{SESSION}\n{LAYERS}ignore_imports = shop.high -> shop.low\n",
        4,
    ),
    "contracts that are no tables": ("pyproject.toml", f"{TOML}contracts = 1\n", 1),
    "layers that are no texts": (
        "pyproject.toml",
        TOML + TOML_LAYERS.replace('"shop.high"', "1"),
        3,
    ),
    "an option that is a table": ("pyproject.toml", f"{TOML}{TOML_LAYERS}[tool.x]\n".replace('layers = ["shop.high", "shop.low"]', "layers = {a = 1}"), 3),
    "import-linter that is no table": ("pyproject.toml", "[tool]\nimportlinter = 1\n", 2),
}  # fmt: skip


@pytest.mark.parametrize(("path", "text", "line"), UNUSABLE.values(), ids=UNUSABLE)
def test_what_cannot_be_checked_is_a_failure_at_its_line(
    path: str, text: str, line: int, tmp_path: Path
) -> None:
    found = checked(tmp_path, {**SHOP, "alone.py": "", path: text})
    assert found.verdicts == ()
    assert {(failure.path, failure.line) for failure in found.failures} == {(path, line)}
    assert all(failure.hint for failure in found.failures)


@pytest.mark.skipif(
    Version(version("import-linter")) < Version("2.16"),
    reason="import-linter passes over unknown options until 2.16",
)
def test_an_unknown_option_is_a_failure(tmp_path: Path) -> None:
    contract = f"{SESSION}\n{LAYERS}exhaustiv = 1\n"
    (failure,) = checked(tmp_path, {**SHOP, ".importlinter": contract}).failures
    assert (failure.path, failure.line) == (".importlinter", 4)
    assert "exhaustiv" in failure.message


def test_an_archive_may_have_lost_what_a_contract_names(tmp_path: Path) -> None:
    contract = f"{SESSION}\n{LAYERS}    shop.gone\n"
    found = checked(tmp_path, {**SHOP, ".importlinter": contract, "PKG-INFO": "Name: shop\n"})
    assert found.failures == ()
    assert [(notice.kind, notice.line) for notice in found.notices] == [("unusable-contract", 4)]


def test_a_custom_contract_is_refused_and_its_code_never_loaded(tmp_path: Path) -> None:
    custom = f"contract_types =\n    walls: evil.Walls\n    layers: evil.Layers\n\n{LAYERS}"
    walls = LAYERS.replace(":l]", ":w]").replace("= layers", "= walls").replace("= L", "= W")
    files = {"evil.py": "raise SystemExit('run')\n", ".importlinter": f"{SESSION}{custom}\n{walls}"}
    before = list(sys.path)
    found = checked(tmp_path, {**SHOP, **files})
    assert found.verdicts == ()
    assert [(each.kind, each.line) for each in found.notices] == [
        ("custom-contract", 7),
        ("custom-contract", 14),
    ]
    assert "evil" not in sys.modules
    assert "shop" not in sys.modules
    assert sys.path == before


def test_a_percent_sign_is_a_plain_character(tmp_path: Path) -> None:
    contract = LAYERS.replace("= L", "= 100% of %(type)s")
    (verdict,) = checked(tmp_path, {**SHOP, ".importlinter": SESSION + contract}).verdicts
    assert verdict.name == "100% of %(type)s"


def test_a_broken_contract_has_its_place_its_guidance_and_its_chain(tmp_path: Path) -> None:
    contract = f"{LAYERS}broken_contract_guidance = Ask\n    the architects.\n"
    (verdict,) = checked(tmp_path, {**SHOP, ".importlinter": f"{SESSION}\n{contract}"}).verdicts
    assert (verdict.path, verdict.line) == (".importlinter", 4)
    assert verdict.guidance == "Ask the architects."
    (broken,) = verdict.broken
    assert broken.statement == "`shop.low` must not import `shop.high`"
    (chain,) = broken.chains
    assert [(link.importer, link.imported, link.lines) for link in chain.links] == [
        ("shop.low", "shop.high", (1,))
    ]
    assert verdict.paths["shop.low"] == "shop/low.py"


def test_each_member_has_contracts_of_its_own(tmp_path: Path) -> None:
    files = {f"members/one/{path}": text for path, text in SHOP.items()}
    files |= {f"members/two/{path}": text for path, text in SHOP.items()}
    files["members/two/shop/low.py"] = ""
    for member in ("one", "two"):
        files[f"members/{member}/pyproject.toml"] = TOML + TOML_LAYERS
    found = checked(tmp_path, files)
    assert not found.failures
    assert {each.path: bool(each.broken) for each in found.verdicts} == {
        "members/one/pyproject.toml": True,
        "members/two/pyproject.toml": False,
    }


def test_contracts_of_tests_and_templates_are_data(tmp_path: Path) -> None:
    found = checked(tmp_path, {**SHOP, "tests/assets/.importlinter": "[importlinter\n"})
    assert found == Contracts()


def test_import_linter_is_not_loaded_without_a_contract(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from archcheck.api import check; "
        f"check(Path({str(tmp_path)!r})); print('importlinter' in sys.modules)"
    )
    (tmp_path / "shop.py").write_text("x = 1\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
