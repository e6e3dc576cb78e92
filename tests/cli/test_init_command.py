"""``archcheck init``."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st
from made_projects import write_files

from archcheck.api import check
from archcheck.cli.init import appended
from archcheck.cli.main import run
from archcheck.config.settings import Settings

Output = pytest.CaptureFixture[str]
FILES = {
    "src/shop/__init__.py": "",
    "src/shop/app.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
    "src/shop/domain/order.py": "",
    "src/shop/application/buy.py": "import shop.domain.order\n",
    "src/shop/infrastructure/sql.py": "import shop.domain.order\nimport shop.application.buy\n",
}
PYPROJECT = '[project]\nname = "shop"  # keep me\n\n\n[tool.ruff]\nline-length = 100'


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_files(tmp_path, {**FILES, "pyproject.toml": PYPROJECT})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_proposes_and_writes_nothing_unasked(shop: Path, capsys: Output) -> None:
    assert run(["init"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("[tool.archcheck]\n")
    assert "nothing written; `archcheck init --yes` writes it to pyproject.toml" in shown.err
    assert (shop / "pyproject.toml").read_text(encoding="utf-8") == PYPROJECT


def test_what_is_there_stays_as_it_is(shop: Path, capsys: Output) -> None:
    assert run(["init", "--yes"]) == 0
    after = (shop / "pyproject.toml").read_bytes().decode()
    assert after == f"{PYPROJECT}\n\n{capsys.readouterr().out}"


def test_the_proposal_is_what_was_found(shop: Path, capsys: Output) -> None:
    before = check(shop)
    run(["init", "--yes"])
    table = tomli.loads((shop / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["archcheck"]
    assert table["kinds"] == ["service"]
    assert table["source-roots"] == ["src", ""] or table["source-roots"] == ["src"]
    assert table["layers"] == {"preset": "clean", "containers": ["shop"]}
    after = check(shop, Settings.model_validate(table))
    assert [each.modules for each in after.layers] == [each.modules for each in before.layers]
    assert after.project.kinds == before.project.kinds
    assert before.score.value is not None
    assert 0 <= before.score.value - table["fail-under"] < 5


def test_every_line_has_its_comment(shop: Path, capsys: Output) -> None:
    run(["init"])
    shown = capsys.readouterr().out
    for expected in (
        "# service: `fastapi.FastAPI` at src/shop/app.py:3",
        "# Folders that hold the top-level packages",
        "# The score today is ",
        "# Layers, highest first, detected with medium confidence.",
        "# `shop`: `application`, `domain`, `infrastructure` stand side by side",
    ):
        assert expected in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_without_layers_it_says_how_to_declare_them(shop: Path, capsys: Output) -> None:
    (shop / "src/shop/infrastructure/sql.py").unlink()
    run(["init", "--yes"])
    shown = capsys.readouterr().out
    assert "# [tool.archcheck.layers]\n" in shown
    assert "layers" not in tomli.loads(shown)["tool"]["archcheck"]


def test_the_layers_of_tach_go_before_detection(shop: Path, capsys: Output) -> None:
    (shop / "tach.toml").write_text(
        "layers = ['high', 'low']\n[[modules]]\npath = 'shop.application'\nlayer = 'high'\n"
        "[[modules]]\npath = 'shop.domain'\nlayer = 'low'\n",
        encoding="utf-8",
    )
    run(["init", "--yes"])
    table = tomli.loads(capsys.readouterr().out)["tool"]["archcheck"]["layers"]
    assert table == {
        "order": ["high", "low"],
        "packages": {"high": ["shop.application"], "low": ["shop.domain"]},
    }
    assert run(["why", "shop.domain.order"]) == 0
    assert "layer  low" in capsys.readouterr().out


@pytest.mark.parametrize("text", [None, "tool = {}\n", "[tool]\nother = 1\n"])
def test_a_file_of_its_own_where_the_table_cannot_be_appended(
    shop: Path, capsys: Output, text: str | None
) -> None:
    pyproject = shop / "pyproject.toml"
    if text is None:
        pyproject.unlink()
        (shop / ".git").mkdir()
    else:
        pyproject.write_text(text, encoding="utf-8")
    assert run(["init", "--yes"]) == 0
    own = shop / "archcheck.toml"
    if text is not None and text.startswith("[tool]"):
        assert not own.exists()
        assert "archcheck" in tomli.loads(pyproject.read_text(encoding="utf-8"))["tool"]
    else:
        Settings.model_validate(tomli.loads(own.read_text(encoding="utf-8")))
        assert text is None or pyproject.read_text(encoding="utf-8") == text


def test_windows_line_ends_stay(shop: Path, capsys: Output) -> None:
    before = PYPROJECT.replace("\n", "\r\n").encode() + b"\r\n"
    (shop / "pyproject.toml").write_bytes(before)
    assert run(["init", "--yes"]) == 0
    after = (shop / "pyproject.toml").read_bytes()
    assert after.startswith(before)
    assert after.count(b"\n") == after.count(b"\r\n")


@pytest.mark.parametrize("file", ["pyproject.toml", "archcheck.toml"])
def test_an_existing_configuration_is_never_overwritten(
    shop: Path, capsys: Output, file: str
) -> None:
    text = "[tool.archcheck]\n" if file == "pyproject.toml" else "fail-under = 1\n"
    (shop / file).write_text(text, encoding="utf-8")
    assert run(["init", "--yes"]) == 2
    assert f"{file} configures archcheck already" in capsys.readouterr().err
    assert (shop / file).read_text(encoding="utf-8") == text


def test_a_broken_file_is_named_and_left_alone(shop: Path, capsys: Output) -> None:
    (shop / "pyproject.toml").write_text("[tool\n", encoding="utf-8")
    assert run(["init", "--yes"]) == 2
    assert "pyproject.toml:1:6: invalid TOML" in capsys.readouterr().err
    assert (shop / "pyproject.toml").read_text(encoding="utf-8") == "[tool\n"


def test_a_link_is_not_written_through(shop: Path, capsys: Output) -> None:
    (shop / "pyproject.toml").rename(shop / "real.toml")
    (shop / "pyproject.toml").symlink_to("real.toml")
    assert run(["init", "--yes"]) == 2
    assert (shop / "real.toml").read_text(encoding="utf-8") == PYPROJECT


HOSTILE = ('a"b', "a\\b", "ä ö", "x\x7fy", "[tool]", "a\nb = 1")


@pytest.mark.parametrize("folder", HOSTILE)
def test_hostile_names_stay_names(
    shop: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    target = shop / folder / "src" / "pkg"
    target.mkdir(parents=True)
    (target / "__init__.py").write_text("", encoding="utf-8")
    (target / "app.py").write_text("import flask\napp = flask.Flask('a')\n", encoding="utf-8")
    assert run(["init", "--yes"]) == 0
    after = tomli.loads((shop / "pyproject.toml").read_bytes().decode())
    assert set(after) == {"project", "tool"}
    assert set(after["tool"]) == {"ruff", "archcheck"}
    Settings.model_validate(after["tool"]["archcheck"])


@given(st.text(alphabet="ab=[]#\n\r\"' ", max_size=40))
def test_what_was_there_is_always_the_beginning(before: str) -> None:
    assert appended(before, "[t]\na = 1\n").startswith(before)
