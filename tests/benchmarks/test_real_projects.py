"""The benchmark's own parts: what it unpacks, compares and reports. Nothing here touches the network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import read_findings
import real_projects
from corpus.checking import CheckRun, check, coverage_gaps, crash_signs, python_files
from corpus.findings import FindingStore, compare, describe, sample
from corpus.page import Row, render_issues, render_page, render_scores, render_verdicts
from corpus.releases import Release, ReleaseListError, choose, read_releases
from corpus.reports import CheckReport, Finding, ReportError, read_report
from corpus.scratch import RELEASE_LIST, findings_folder, stamp_path

RELEASE = Release("demo", "1.0", "demo-1.0.tar.gz", "0" * 64, ("Flask",))


class TestReleases:
    def test_the_pinned_list_reads(self) -> None:
        releases = read_releases(RELEASE_LIST)
        assert len(releases) >= 16
        assert all(release.version in release.archive for release in releases)
        assert all(release.verdict for release in releases)

    def test_choose_keeps_the_lists_order_and_refuses_what_it_does_not_know(self) -> None:
        releases = read_releases(RELEASE_LIST)
        assert [release.name for release in choose(releases, ["rich", "flask"])] == [
            "flask",
            "rich",
        ]
        assert choose(releases, []) == releases
        with pytest.raises(ReleaseListError, match="nope"):
            choose(releases, ["nope"])

    @pytest.mark.parametrize(
        ("key", "value"),
        [("name", "../x"), ("sha256", "abc"), ("colour", "red"), ("version", None)],
    )
    def test_a_wrong_entry_is_refused(self, tmp_path: Path, key: str, value: str | None) -> None:
        entry: dict[str, str | None] = {"name": "x", "version": "1", "archive": "x-1.zip"}
        entry |= {"sha256": "0" * 64, key: value}
        lines = [f'{name} = "{text}"' for name, text in entry.items() if text is not None]
        path = tmp_path / "list.toml"
        path.write_text("\n".join(["[[release]]", *lines, "frameworks = []"]))
        with pytest.raises(ReleaseListError):
            read_releases(path)


def finding(line: int, code: str = "ARC0501", **others: str) -> Finding:
    return Finding(code, others.get("path", "pkg/a b.py"), line, others.get("message", "`x`: y"))


class TestFindings:
    def test_what_is_kept_comes_back(self, tmp_path: Path) -> None:
        store = FindingStore(tmp_path / "findings")
        assert store.load(RELEASE) is None
        kept = (
            finding(3),
            finding(3),
            finding(12),
            Finding("ARC0801", ".", 0, "none", "suppressed"),
        )
        store.save(RELEASE, reversed(kept))
        assert store.load(RELEASE) == kept

    def test_compare_counts_a_finding_made_twice(self) -> None:
        before = [finding(1), finding(2), finding(2), finding(9, "ARC0301")]
        after = [finding(1), finding(2), finding(4), finding(9, "ARC0301")]
        (change,) = compare(before, after)
        assert (change.code, change.added, change.removed) == (
            "ARC0501",
            (finding(4),),
            (finding(2),),
        )
        assert compare(before, reversed(before)) == ()

    def test_describe_stops_at_the_top(self) -> None:
        changes = compare([finding(9, "ARC0301")], [finding(line) for line in (1, 2, 3)])
        assert list(describe(changes, top=2)) == [
            "  +0 -1 ARC0301",
            "    - pkg/a b.py:9 `x`: y",
            "  +3 -0 ARC0501",
            "    + pkg/a b.py:1 `x`: y",
            "    + pkg/a b.py:2 `x`: y",
            "    + … 1 more",
        ]

    def test_a_sample_is_spread_and_steady(self) -> None:
        many = {"big": [finding(line) for line in range(1, 100)], "none": [], "small": [finding(1)]}
        chosen = sample(many, 5)
        assert [project for project, _ in chosen] == ["big", "small", "big", "big", "big"]
        assert chosen == sample({name: found[::-1] for name, found in many.items()}, 5)
        assert chosen[:3] == sample(many, 3)
        fewer = {**many, "big": [each for each in many["big"] if each != chosen[0][1]]}
        assert set(chosen[1:]) < set(sample(fewer, 5))


def report_text(**changes: object) -> str:
    report = {
        "project": {"kinds": ["library"]},
        "score": 81.25,
        "grade": "B",
        "principles": [{"number": 4, "score": None}, {"number": 5, "score": 81.25}],
        "evidence": {"rules": 7, "rules_that_fit": 40},
        "issues": [
            {"code": "ARC0501", "path": "m.py", "line": 2, "message": "a\n b", "status": "open"},
            {"code": "ARC0801", "path": None, "line": None, "message": "c", "status": "suppressed"},
        ],
        "failures": [{"kind": "syntax", "path": "bad.py", "line": None, "message": "unreadable"}],
        "notices": [{"kind": "skipped", "path": "gen", "line": None, "message": "generated"}],
        "statistics": {"files": 1, "lines": 3},
    }
    return json.dumps({**report, **changes})


class TestReport:
    def test_it_reads(self) -> None:
        report = read_report(report_text())
        assert report.findings == (
            Finding("ARC0501", "m.py", 2, "a b", "open"),
            Finding("ARC0801", ".", 0, "c", "suppressed"),
        )
        assert [each.principle for each in report.findings] == [5, 8]
        assert report.failures == ("bad.py:0 syntax: unreadable",)
        assert report.named_paths == {"bad.py", "gen"}

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", report_text(issues=[{}]), report_text(project=3)]
    )
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(ReportError):
            read_report(text)


class TestCoverage:
    REPORT = read_report(report_text())

    def test_every_file_is_listed_or_named(self) -> None:
        present = ["bad.py", "gen/a.py", "gen/deep/b.py", "m.py"]
        assert coverage_gaps(present, ["bad.py", "m.py"], self.REPORT) == ()

    def test_a_silent_file_is_a_gap(self) -> None:
        present = [f"silent{number}.py" for number in range(7)]
        (gap,) = coverage_gaps(["m.py", "genuine.py", *present], ["m.py"], self.REPORT)
        assert gap.startswith("neither analysed nor named: genuine.py, silent0.py")
        assert gap.endswith("and 3 more")

    def test_a_listed_file_that_was_not_analysed_is_a_gap(self) -> None:
        (gap,) = coverage_gaps([], ["bad.py", "m.py", "n.py"], self.REPORT)
        assert gap == "3 files listed, but 1 analysed and 1 named"

    def test_files_are_found_without_archcheck(self, tmp_path: Path) -> None:
        (tmp_path / ".hidden").mkdir()
        for name in ("b.py", "a.pyi", ".hidden/c.py"):
            (tmp_path / name).touch()
        assert python_files(tmp_path) == (".hidden/c.py", "b.py")


@pytest.mark.parametrize(
    ("exit_code", "stderr", "crashed"),
    [
        (0, "", False),
        (1, "error: fail-under", False),
        (2, "", False),
        (3, "", True),
        (-11, "", True),
        (1, "Traceback (most recent call last):\n  x\nKeyError: 1", True),
    ],
)
def test_a_crash_is_told_from_a_verdict(exit_code: int, stderr: str, crashed: bool) -> None:
    assert bool(crash_signs(exit_code, stderr)) is crashed


@pytest.fixture
def fake_archcheck(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Stands in for archcheck with a program of the test's own."""

    def install(program: str) -> None:
        package = tmp_path / "path" / "archcheck"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").touch()  # without it an installed archcheck would win
        (package / "__main__.py").write_text(program)

    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "path"))
    return install


ANSWERS = """
import json, os, sys
assert not any(name.startswith("ARCHCHECK_") for name in os.environ)
print("m.py" if "--show-files" in sys.argv else {report!r})
"""


class TestCheck:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        root = tmp_path / "scratch" / "demo"
        root.mkdir(parents=True)
        (root / "m.py").touch()
        return root

    def test_a_run_is_read(
        self,
        root: Path,
        tmp_path: Path,
        fake_archcheck: Callable[[str], None],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("ARCHCHECK_FAIL_UNDER", "99")
        fake_archcheck(ANSWERS.format(report=report_text()))
        run = check(root, tmp_path)
        assert (run.exit_code, run.problems) == (0, ())
        assert run.report == read_report(report_text())

    def test_the_projects_own_code_is_not_imported(
        self, root: Path, tmp_path: Path, fake_archcheck: Callable[[str], None]
    ) -> None:
        (root / "json.py").write_text("import pathlib\npathlib.Path(__file__ + '.ran').touch()\n")
        fake_archcheck(ANSWERS.format(report=report_text()))
        check(root, tmp_path)
        assert not (root / "json.py.ran").exists()

    def test_a_crash_and_a_missing_report_are_problems(
        self, root: Path, tmp_path: Path, fake_archcheck: Callable[[str], None]
    ) -> None:
        fake_archcheck("raise KeyError('lost')")
        run = check(root, tmp_path)
        assert run.report is None
        assert run.problems[0] == "traceback: KeyError: 'lost'"
        assert "not the JSON report" in run.problems[1]


def run_of(report: CheckReport | None) -> CheckRun:
    return CheckRun(0 if report else None, 1.25, report, ())


class TestPage:
    OTHER = Release(
        "other", "2", "o.whl", "0" * 64, ("CLI", "requests"), "Not judged.\nSee `o.py`.\n"
    )

    @pytest.fixture
    def rows(self) -> list[Row]:
        return [
            Row(RELEASE, run_of(read_report(report_text()))),
            Row(self.OTHER, run_of(None)),
        ]

    def test_the_issues_are_counted_by_principle(self, rows: list[Row]) -> None:
        no_report, demo = cells_of(render_issues(rows))
        assert (demo["project"], demo["score"], demo["P5"], demo["P8"]) == (
            "demo",
            "81.2",
            "1",
            "0",
        )
        assert (demo["failures"], demo["exit"], demo["kinds"]) == ("1", "0", "library")
        assert no_report["score"] == "–"

    def test_the_scores_stand_by_principle_with_their_evidence(self, rows: list[Row]) -> None:
        no_report, demo = cells_of(render_scores(rows))
        assert (demo["project"], demo["score"], demo["P4"], demo["P5"]) == (
            "demo",
            "81.2",
            "–",
            "81.2",
        )
        assert (demo["rules"], demo["principles"]) == ("7 of 40", "1")
        assert (no_report["project"], no_report["score"], no_report["rules"]) == ("other", "–", "–")

    def test_who_was_read_has_a_section(self, rows: list[Row]) -> None:
        assert render_verdicts(rows) == "### other\n\nNot judged.\nSee `o.py`."

    def test_the_page_holds_it_all(self, rows: list[Row]) -> None:
        page = render_page(rows)
        assert all(part(rows) in page for part in (render_issues, render_scores, render_verdicts))
        assert page.endswith("See `o.py`.\n")


def cells_of(table: str) -> list[dict[str, str]]:
    """The rows of a table by column, which must all be as long as its header."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    header, alignment, *body = rows
    assert set(alignment) == {"---", "---:"}
    assert alignment[header.index("score")] == "---:"
    return [dict(zip(header, row, strict=True)) for row in body]


class TestCommands:
    @pytest.fixture
    def scratch(self, tmp_path: Path) -> Path:
        """A scratch folder in which flask is already unpacked."""
        (release,) = choose(read_releases(RELEASE_LIST), ["flask"])
        scratch = tmp_path / "scratch"
        (scratch / "flask").mkdir(parents=True)
        (scratch / "flask" / "m.py").write_text("a = 1\nb = '\x1b[31m'\nc = 3\n")
        stamp = stamp_path(scratch, "flask")
        stamp.parent.mkdir()
        stamp.write_text(release.sha256)
        return scratch

    def test_the_second_run_tells_what_changed(
        self,
        scratch: Path,
        fake_archcheck: Callable[[str], None],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        arguments = ["--scratch", str(scratch), "--only", "flask"]
        fake_archcheck(ANSWERS.format(report=report_text()))
        assert real_projects.main(arguments) == 0
        assert "2 findings, the first run" in capsys.readouterr().out
        fake_archcheck(ANSWERS.format(report=report_text(issues=[])))
        assert real_projects.main(arguments) == 0
        assert "  +0 -1 ARC0501\n    - m.py:2 a b\n" in capsys.readouterr().out

    def test_a_silent_file_fails_the_run(
        self,
        scratch: Path,
        fake_archcheck: Callable[[str], None],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        (scratch / "flask" / "silent.py").touch()
        fake_archcheck(ANSWERS.format(report=report_text()))
        assert real_projects.main(["--scratch", str(scratch), "--only", "flask"]) == 1
        assert "flask: neither analysed nor named: silent.py" in capsys.readouterr().err

    def test_a_page_of_some_projects_is_not_written(self, scratch: Path) -> None:
        with pytest.raises(SystemExit):
            real_projects.main(["--scratch", str(scratch), "--only", "flask", "--write"])

    def test_findings_are_shown_in_their_place(
        self, scratch: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (release,) = choose(read_releases(RELEASE_LIST), ["flask"])
        found = [finding(2, path="m.py"), finding(1, path="../../outside.py")]
        FindingStore(findings_folder(scratch)).save(release, found)
        arguments = ["--scratch", str(scratch), "--context", "1", "--rule"]
        assert read_findings.main([*arguments, "ARC0501"]) == 0
        shown = capsys.readouterr().out
        assert "  >     2 | b = '�[31m'\n        3 | c = 3\n" in shown
        assert "flask/../../outside.py:1" in shown
        assert "ARC0501: 2 of 2 findings in 1 projects" in shown
        assert read_findings.main([*arguments, "ARC0999"]) == 1
