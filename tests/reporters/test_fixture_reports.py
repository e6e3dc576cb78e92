"""Whole reports of whole projects, in every format: read a change of a snapshot before you accept it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fixture_projects import report_of
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from archcheck.report import Report
from archcheck.reporters import RenderOptions, concise, text
from archcheck.reporters import json as json_reporter

SCHEMA = json.loads(
    Path(__file__).parents[2].joinpath("docs/reference/report.schema.json").read_text("utf-8")
)
NAMES = ("compliant_service", "legacy_service", "legacy_library")
#: Nothing that depends on the day or the machine.
STEADY = RenderOptions(statistics=False)


class TextFile(SingleFileSnapshotExtension):
    """A snapshot that is a file of its own, to be read as a user reads the report."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


class JsonFile(TextFile):
    file_extension = "json"


@pytest.fixture(params=NAMES)
def report(request: pytest.FixtureRequest) -> Report:
    return replace(report_of(request.param), archcheck_version="0.0.0")


def test_text(report: Report, snapshot: SnapshotAssertion) -> None:
    assert text.render(report, STEADY) == snapshot(extension_class=TextFile)


def test_concise(report: Report, snapshot: SnapshotAssertion) -> None:
    assert concise.render(report, STEADY) == snapshot(extension_class=TextFile)


def test_json(report: Report, snapshot: SnapshotAssertion) -> None:
    rendered = json_reporter.render(report, STEADY)
    assert list(Draft202012Validator(SCHEMA).iter_errors(json.loads(rendered))) == []
    assert rendered == snapshot(extension_class=JsonFile)
