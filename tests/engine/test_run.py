"""Whole runs over small projects: suppression, members, failures, ignores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest

from archcheck.api import check
from archcheck.config.settings import Settings
from archcheck.model import Kind, Severity
from archcheck.report import Issue, Report, Status

TODAY = dt.date(2026, 11, 21)
BLOCKING = "import time\n\n\nasync def start(job):\n    time.sleep(job.pause)\n"
START = "import asyncio\n\n\ndef start(job):\n    asyncio.ensure_future(job()){comment}\n"
RULE = "ARC1003"
MANIFEST = '[project]\nname = "app"\nversion = "1"\n'


def run(root: Path, files: Mapping[str, str], **settings: object) -> Report:
    for path, text in {"pyproject.toml": MANIFEST, "app/__init__.py": "", **files}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    values = {"kinds": ["service"], "select": [RULE], **settings}
    return check(root, Settings.model_validate(values), today=TODAY)


def only(report: Report) -> Issue:
    (issue,) = [issue for issue in report.issues if issue.rule == RULE]
    return issue


def test_an_open_issue_counts_and_carries_its_exact_gain(tmp_path: Path) -> None:
    report = run(tmp_path, {"app/a.py": START.format(comment="")})
    issue = only(report)
    assert issue.status is Status.OPEN
    assert (issue.location.path, issue.location.line, issue.location.column) == ("app/a.py", 5, 5)
    assert report.score.value == 0
    assert issue.gain == 100


@pytest.mark.parametrize(
    ("comment", "status", "score", "stale"),
    [
        ("  # archcheck: ignore[ARC1003] held by the loop", "suppressed", None, []),
        ("  # archcheck: ignore[dangling-task] held by the loop", "suppressed", None, []),
        ("  # archcheck: ignore[ARC10] held by the loop", "suppressed", None, []),
        ("  # archcheck: ignore[ARC1003]", "suppressed", 0, []),
        ("  # archcheck: ignore[ARC1004] another rule", "open", 0, ["unused-suppression"]),
        (
            "  # archcheck: ignore[ARC1003] for now until=2026-11-20",
            "open",
            0,
            ["expired-suppression"],
        ),
        ("  # archcheck: ignore[ARC1003] for now until=2026-11-21", "suppressed", None, []),
        ("  # noqa: RUF006", "suppressed", None, []),
        ("  # noqa: E501", "open", 0, []),
        ("  # noqa", "suppressed", None, []),
    ],
)
def test_suppression(
    comment: str, status: str, score: int | None, stale: list[str], tmp_path: Path
) -> None:
    report = run(tmp_path, {"app/a.py": START.format(comment=comment)})
    assert only(report).status.value == status
    assert report.score.value == score
    assert report.strict == 0
    kinds = [notice.kind for notice in report.notices]
    assert [kind for kind in kinds if kind.endswith("suppression")] == stale


def test_a_comment_on_the_first_line_of_the_statement_covers_it(tmp_path: Path) -> None:
    code = (
        "import asyncio\n\n\nasync def start(job):\n"
        "    (  # archcheck: ignore[ARC1003] the loop holds it\n"
        "        asyncio.create_task(\n            job())\n    )\n"
    )
    assert only(run(tmp_path, {"app/a.py": code})).status is Status.SUPPRESSED


def test_a_comment_of_pylint_covers_the_rest_of_its_block(tmp_path: Path) -> None:
    handler = "    try:\n        run()\n    except:\n        pass\n"
    quiet = f"def first(run):\n    # pylint: disable=bare-except\n{handler}"
    loud = f"\n\ndef second(run):\n{handler}"
    report = run(tmp_path, {"app/a.py": quiet + loud}, select=["ARC0502"])
    found = [(issue.location.line, issue.status) for issue in report.issues]
    assert found == [(5, Status.SUPPRESSED), (12, Status.OPEN)]


def test_a_suppression_in_a_string_is_none(tmp_path: Path) -> None:
    code = START.format(comment="; '# archcheck: ignore[ARC1003] no comment'")
    assert only(run(tmp_path, {"app/a.py": code})).status is Status.OPEN


def test_a_stale_suppression_fails_in_ci_only(tmp_path: Path) -> None:
    files = {
        "app/a.py": "x = 1  # archcheck: ignore[ARC0101] long gone\n",
        "app/b.py": START.format(comment=""),
    }
    local = run(tmp_path, files, **{"fail-under": 0, "fail-on": "never"})
    assert local.gate.exit_code == 0
    ci = run(tmp_path, files, **{"fail-under": 0, "fail-on": "never", "ci": True})
    assert ci.gate.exit_code == 1


def test_per_file_ignores_need_a_reason_to_move_the_score(tmp_path: Path) -> None:
    files = {"app/a.py": START.format(comment="")}
    bare = run(tmp_path, files, **{"per-file-ignores": {"app/**": [RULE]}})
    assert only(bare).status is Status.SUPPRESSED
    assert bare.score.value == 0
    reasoned = run(
        tmp_path,
        files,
        **{"per-file-ignores": {"app/**": {"ignore": [RULE], "reason": "a demo"}}},
    )
    assert reasoned.score.value is None
    assert reasoned.strict == 0


def test_a_rule_for_other_kinds_takes_no_part(tmp_path: Path) -> None:
    files = {"app/a.py": BLOCKING, "app/b.py": START.format(comment="")}
    selected = {"select": ["ARC1101", RULE]}
    assert "ARC1101" in run(tmp_path, files, **selected).tallies
    assert "ARC1101" not in run(tmp_path, files, kinds=["cli"], **selected).tallies


def test_members_have_their_own_kinds_and_scores(tmp_path: Path) -> None:
    files = {
        "services/orders/pyproject.toml": '[project]\nname = "orders"\nversion = "1"\n',
        "services/orders/orders/__init__.py": "",
        "services/orders/orders/web.py": "from fastapi import FastAPI\n\napp = FastAPI()\n"
        + START.format(comment=""),
        "app/a.py": "def start(job):\n    job()\n",
        "app/b.py": "import asyncio\n\n\ndef go(job):\n    return asyncio.ensure_future(job())\n",
    }
    report = run(tmp_path, files, kinds=None)
    by_root = {item.member.root: item for item in report.members}
    assert Kind.SERVICE in by_root["services/orders"].member.kinds
    assert Kind.SERVICE not in by_root[""].member.kinds
    assert by_root["services/orders"].score.value == 0
    assert by_root[""].score.value == 100
    assert report.score.value == 50
    assert only(report).member == "services/orders"


def test_an_unreadable_file_is_exit_2_and_the_report_is_there(tmp_path: Path) -> None:
    report = run(tmp_path, {"app/a.py": "def broken(:\n", "app/b.py": START.format(comment="")})
    assert report.gate.exit_code == 2
    assert not report.complete
    (failure,) = report.failures
    assert (failure.path, failure.line) == ("app/a.py", 1)
    assert failure.hint
    assert only(report)


def test_an_unreadable_test_file_is_a_notice(tmp_path: Path) -> None:
    report = run(
        tmp_path, {"tests/test_a.py": "def broken(:\n", "app/b.py": START.format(comment="")}
    )
    assert not report.failures
    assert [notice.path for notice in report.notices if notice.kind == "syntax-error"] == [
        "tests/test_a.py"
    ]


def test_a_severity_of_ones_own_is_customised_and_the_standard_score_stands_beside(
    tmp_path: Path,
) -> None:
    files = {"app/a.py": START.format(comment="")}
    report = run(tmp_path, files, select=[], rules={"dangling-task": {"severity": "error"}})
    assert report.customised
    assert only(report).severity is Severity.ERROR
    assert report.gate.exit_code == 1


def test_an_unknown_selector_matched_nothing(tmp_path: Path) -> None:
    report = run(tmp_path, {"app/b.py": START.format(comment="")}, select=["dangling-tsak"])
    assert report.gate.exit_code == 2
    assert any("dangling-task" in notice.message for notice in report.notices)


def test_an_empty_layer_matched_nothing(tmp_path: Path) -> None:
    report = run(
        tmp_path,
        {"app/b.py": START.format(comment="")},
        layers={"order": ["high", "low"], "containers": ["app"]},
    )
    assert report.gate.exit_code == 2
    assert {n.kind for n in report.notices} >= {"empty-layer"}


def test_a_call_through_another_module_is_resolved(tmp_path: Path) -> None:
    files = {
        "app/loop.py": "import asyncio\n\nloop = asyncio.new_event_loop()\n",
        "app/a.py": "from app.loop import loop\n\n\ndef start(job):\n    loop.create_task(job())\n",
    }
    assert only(run(tmp_path, files)).location.line == 5


def test_the_report_does_not_depend_on_where_the_project_lies(tmp_path: Path) -> None:
    files = {"app/a.py": START.format(comment=""), "app/b.py": START.format(comment="")}
    one = run(tmp_path / "one", files)
    two = run(tmp_path / "two" / "deeper", files)
    assert one.issues == two.issues
    assert one.score == two.score


def test_a_fingerprint_survives_shifted_lines_and_tells_equal_places_apart(tmp_path: Path) -> None:
    twice = START.format(comment="") + "    asyncio.create_task(job())\n"
    before = run(tmp_path / "one", {"app/a.py": twice})
    after = run(tmp_path / "two", {"app/a.py": f"# a comment\n\n\n{twice}"})
    prints = [issue.fingerprint for issue in before.issues]
    assert prints == [issue.fingerprint for issue in after.issues]
    assert len(set(prints)) == 2


def test_a_member_decides_over_its_kinds_excludes_ignores_and_selection(tmp_path: Path) -> None:
    files = {
        "libs/core/pyproject.toml": '[project]\nname = "core"\nversion = "1"\n',
        "libs/core/core/__init__.py": "",
        "libs/core/core/a.py": START.format(comment=""),
        "libs/core/old/b.py": START.format(comment=""),
        "app/a.py": START.format(comment=""),
    }
    run(tmp_path, files)
    own = Settings.model_validate(
        {
            "kinds": ["library"],
            "exclude": ["/old/"],
            "per-file-ignores": {"core/*.py": {"ignore": [RULE], "reason": "legacy"}},
        }
    )
    report = check(
        tmp_path,
        Settings.model_validate({"kinds": ["service"], "select": [RULE]}),
        member_settings=lambda member: own if member == "libs/core" else None,
        today=TODAY,
    )
    assert {(i.location.path, i.status.value) for i in report.issues if i.rule == RULE} == {
        ("app/a.py", "open"),
        ("libs/core/core/a.py", "suppressed"),
    }
    kinds = {item.member.root: item.member.kinds for item in report.members}
    assert kinds["libs/core"] == {Kind.LIBRARY}
    assert report.strict is not None


def test_a_comment_inside_the_place_covers_it_and_one_in_a_body_does_not(tmp_path: Path) -> None:
    inside = (
        "import asyncio\n\n\nasync def start(job):\n    asyncio.create_task(\n"
        "        job(),  # noqa: RUF006\n        name='job',\n    )\n"
    )
    assert only(run(tmp_path, {"app/a.py": inside})).status is Status.SUPPRESSED
    body = (
        "try:\n    work()\nexcept:\n    pass\n    pass  # archcheck: ignore[ARC0502] another line\n"
    )
    report = run(tmp_path, {"app/a.py": body}, select=["ARC0502"])
    assert [issue.status for issue in report.issues] == [Status.OPEN]


def test_a_comment_on_the_pass_of_an_idle_handler_covers_the_handler(tmp_path: Path) -> None:
    idle = "try:\n    work()\nexcept Exception:\n    pass  # nosec B110\n"
    report = run(tmp_path, {"app/a.py": idle}, select=["ARC0501"])
    assert [issue.status for issue in report.issues] == [Status.SUPPRESSED]


def test_strict_sees_what_an_excluded_file_means_to_the_others(tmp_path: Path) -> None:
    cycle = {
        "app/orders.py": "from app import stock\n\nITEMS = stock.ITEMS\n",
        "app/stock.py": "from app import orders\n\nITEMS = orders.ITEMS\n",
    }
    whole = run(tmp_path / "whole", cycle, select=["ARC0102"])
    hidden = run(tmp_path / "hidden", cycle, select=["ARC0102"], exclude=["app/stock.py"])
    assert whole.score.value == 0
    assert hidden.score.value == 100
    assert hidden.strict == whole.strict


def test_strict_takes_the_kinds_of_the_excluded_files_too(tmp_path: Path) -> None:
    files = {
        "app/web.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
        "app/jobs.py": BLOCKING,
    }
    settings: dict[str, object] = {"select": ["ARC1101"], "kinds": None}
    whole = run(tmp_path / "whole", files, **settings)
    hidden = run(tmp_path / "hidden", files, exclude=["app/web.py"], **settings)
    assert whole.score.value == 0
    assert hidden.score.value is None
    assert hidden.strict == whole.strict


@pytest.mark.parametrize(
    ("metadata", "what"),
    [
        ("PKG-INFO", "an unpacked source archive"),
        ("app-1.0.dist-info/METADATA", "an unpacked wheel"),
        ("app-1.0.egg-info/PKG-INFO", "an installed distribution"),
    ],
)
def test_the_notice_of_an_unpacked_archive_names_what_tells_it(
    tmp_path: Path, metadata: str, what: str
) -> None:
    report = run(tmp_path, {metadata: "Metadata-Version: 2.1\nName: app\nVersion: 1\n"})
    (notice,) = [each for each in report.notices if each.kind == "unpacked-archive"]
    assert (notice.path, notice.message.partition(":")[0]) == (metadata, what)


def test_an_excluded_file_is_asked_nothing(tmp_path: Path) -> None:
    typed = "\n[tool.mypy]\nstrict = true\n"
    files = {
        "pyproject.toml": MANIFEST + typed,
        ".github/workflows/ci.yml": "on: push\njobs: {t: {runs-on: x, steps: [{run: mypy}]}}\n",
        "app/legacy.py": "def load(path):\n    name = str(path)\n    return name.strip()\n",
        "app/a.py": START.format(comment=""),
    }
    report = run(tmp_path, files, exclude=["app/legacy.py"], select=["ARC1203", RULE])
    assert not report.failures
    assert only(report).location.path == "app/a.py"


def test_a_program_that_is_excluded_whole_is_not_judged(tmp_path: Path) -> None:
    report = run(tmp_path, {"app/a.py": START.format(comment="")}, exclude=["**"])
    assert report.gate.exit_code == 2
    assert next(each.name for each in report.gate.conditions if not each.passed) == "python-files"
    assert report.strict == 0
