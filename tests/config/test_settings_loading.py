"""Precedence, origins and errors of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from archcheck.config.load import KnownRule, LoadedSettings, load, load_member
from archcheck.config.settings import Settings
from archcheck.config.sources import Origin, OriginKind
from archcheck.errors import ConfigError
from archcheck.model import Kind, Principle, Severity


class TimeoutOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    longest: int = 60


class NoOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")


RULES = {
    "layer-violation": KnownRule("ARC0101", NoOptions),
    "call-without-timeout": KnownRule("ARC0301", TimeoutOptions),
    "hardcoded-secret": KnownRule("ARC0901", NoOptions),
}


def loaded(
    root: Path,
    toml: str = "",
    *,
    name: str = "pyproject.toml",
    environment: Mapping[str, str] | None = None,
    options: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    isolated: bool = False,
) -> LoadedSettings:
    if toml:
        (root / name).write_text(toml, encoding="utf-8")
    return load(
        root,
        config_file,
        isolated=isolated,
        environment=environment or {},
        options=options or {},
        rules=RULES,
    )


def problems(root: Path, toml: str = "", **others: Any) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        loaded(root, toml, **others)
    return caught.value.problems


# Where values come from


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    result = loaded(tmp_path)
    assert result.settings == Settings()
    assert result.file == ""
    assert result.origin(("fail-under",)).kind is OriginKind.DEFAULT


def test_each_place_overrides_the_one_below(tmp_path: Path) -> None:
    toml = """
        [tool.archcheck]
        fail-under = 10
        fail-on = "info"
        edition = "2026.1"
        """
    environment = {"ARCHCHECK_FAIL_UNDER": "20", "ARCHCHECK_FAIL_ON": "warning"}
    result = loaded(tmp_path, toml, environment=environment, options={"fail-under": 30})
    assert result.settings.fail_under == 30
    assert result.settings.fail_on == "warning"
    assert result.origin(("fail-under",)) == Origin(OriginKind.OPTION)
    assert result.origin(("fail-on",)) == Origin(OriginKind.ENVIRONMENT, "ARCHCHECK_FAIL_ON")
    assert str(result.origin(("edition",))) == "file pyproject.toml"
    assert result.file == "pyproject.toml"


def test_archcheck_toml_has_its_settings_at_the_top(tmp_path: Path) -> None:
    result = loaded(tmp_path, "fail-under = 79.9\n", name="archcheck.toml")
    assert result.settings.fail_under == Decimal("79.9")


def test_a_pyproject_without_a_table_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    result = loaded(tmp_path, "fail-under = 1\n", name="archcheck.toml")
    assert result.file == "archcheck.toml"


def test_both_files_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "archcheck.toml").write_text("fail-under = 1\n")
    (found,) = problems(tmp_path, "[tool.archcheck]\nfail-under = 2\n")
    assert found == "pyproject.toml and archcheck.toml: both configure archcheck; keep one of them"


def test_a_file_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("fail-under = 42\n")
    toml = "[tool.archcheck]\nfail-under = 2\n"
    assert loaded(tmp_path, toml, config_file=tmp_path / "other.toml").settings.fail_under == 42


def test_isolated_reads_no_file(tmp_path: Path) -> None:
    toml = "[tool.archcheck]\nfail-under = 2\n"
    result = loaded(tmp_path, toml, isolated=True, environment={"ARCHCHECK_FAIL_ON": "info"})
    assert result.settings.fail_under == 80
    assert result.settings.fail_on == "info"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("true", True), ("1", True), ("", False), ("0", False), ("false", False)],
)
def test_ci_is_on_by_itself(tmp_path: Path, value: str, expected: bool) -> None:
    assert loaded(tmp_path, environment={"CI": value}).settings.ci is expected


def test_an_explicit_setting_beats_ci(tmp_path: Path) -> None:
    toml = "[tool.archcheck]\nci = false\n"
    assert loaded(tmp_path, toml, environment={"CI": "true"}).settings.ci is False


def test_lists_in_the_environment_are_comma_separated(tmp_path: Path) -> None:
    environment = {"ARCHCHECK_KINDS": "worker, cli", "ARCHCHECK_SELECT": "ARC03,hardcoded-secret"}
    settings = loaded(tmp_path, environment=environment).settings
    assert settings.kinds == frozenset({Kind.WORKER, Kind.CLI})
    assert settings.select == ("ARC03", "hardcoded-secret")


def test_an_empty_variable_says_nothing(tmp_path: Path) -> None:
    assert loaded(tmp_path, environment={"ARCHCHECK_FAIL_UNDER": ""}).settings.fail_under == 80


def test_options_add_to_what_is_left_out_and_replace_the_selection(tmp_path: Path) -> None:
    toml = """
        [tool.archcheck]
        select = ["ARC01"]
        ignore = ["ARC09"]
        exclude = ["old/**"]
        """
    options = {"select": ["ARC03"], "ignore": ["ARC0101"], "exclude": ["new/**"]}
    settings = loaded(tmp_path, toml, options=options).settings
    assert settings.select == ("ARC03",)
    assert settings.ignore == ("ARC09", "ARC0101")
    assert settings.exclude == ("old/**", "new/**")


def test_tables_are_merged_key_by_key(tmp_path: Path) -> None:
    toml = """
        [tool.archcheck.fail-under-principle]
        security = 100
        testing = 50
        """
    result = loaded(tmp_path, toml, options={"fail-under-principle": {"testing": "60.5"}})
    assert result.settings.fail_under_principle == {"security": 100, "testing": Decimal("60.5")}
    assert result.origin(("fail-under-principle", "security")).kind is OriginKind.FILE
    assert result.origin(("fail-under-principle", "testing")).kind is OriginKind.OPTION


def test_rules_by_name_or_code(tmp_path: Path) -> None:
    toml = """
        [tool.archcheck.rules]
        ARC0301 = { severity = "warning", longest = 5 }
        layer-violation = { severity = "info" }
        """
    settings = loaded(tmp_path, toml).settings
    assert settings.rule("ARC0301", "call-without-timeout").severity is Severity.WARNING
    assert settings.rule("ARC0301", "call-without-timeout").options == {"longest": 5}
    assert settings.rule("ARC0101", "layer-violation").severity is Severity.INFO
    assert settings.rule("ARC0901", "hardcoded-secret").severity is None


def test_per_file_ignores_in_both_forms(tmp_path: Path) -> None:
    toml = """
        [tool.archcheck.per-file-ignores]
        "scripts/**" = ["ARC0301"]
        "legacy/**" = { ignore = ["security"], reason = "leaves in March" }
        """
    assert loaded(tmp_path, toml).settings.ignores() == (
        ("scripts/**", ("ARC0301",), ""),
        ("legacy/**", ("security",), "leaves in March"),
    )


# Members


def member(root: Path, path: str, **others: Any) -> LoadedSettings | None:
    arguments: dict[str, Any] = {"environment": {}, "options": {}, "rules": RULES, **others}
    return load_member(root, path, **arguments)


def test_a_member_without_a_table_has_no_settings_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "api/pyproject.toml").write_text("[project]\nname = 'api'\n")
    assert member(tmp_path, "api") is None


def test_a_members_table_replaces_the_roots_and_gives_way_to_options(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.archcheck]\nfail-on = 'info'\n")
    (tmp_path / "api").mkdir()
    (tmp_path / "api/pyproject.toml").write_text("[tool.archcheck]\nkinds = ['service']\n")
    own = member(tmp_path, "api", options={"fail-under": 12})
    assert own is not None
    assert own.settings == Settings(kinds=frozenset({Kind.SERVICE}), fail_under=Decimal(12))
    assert own.file == "api/pyproject.toml"


def test_what_is_wrong_with_a_member_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "api").mkdir()
    (tmp_path / "api/archcheck.toml").write_text("kind = ['service']\n")
    with pytest.raises(ConfigError, match=r"^api/archcheck\.toml: `kind`: unknown key"):
        member(tmp_path, "api")


# Errors


def test_every_problem_is_named_in_one_run(tmp_path: Path) -> None:
    toml = """
        [tool.archcheck]
        fail-undr = 3
        kinds = ["servce"]
        select = ["ARC77", "call-without-timout"]
        [tool.archcheck.rules.hardcoded-secrt]
        severity = "error"
        [tool.archcheck.rules.call-without-timeout]
        longst = 3
        [tool.archcheck.weights]
        securty = 2
        """
    environment = {"ARCHCHECK_FAIL_UNDR": "1", "ARCHCHECK_FAIL_ON": "eror"}
    found = problems(tmp_path, toml, environment=environment, options={"fail-under": 130})
    assert sorted(found) == sorted(
        [
            "ARCHCHECK_FAIL_UNDR: unknown setting; did you mean `ARCHCHECK_FAIL_UNDER`?",
            "ARCHCHECK_FAIL_ON: `eror` is none of `error`, `warning`, `info`, `never`; did you mean `error`?",
            "--fail-under: `130` must be at most 100",
            "pyproject.toml: `tool.archcheck.fail-undr`: unknown key; did you mean `fail-under`?",
            (
                "pyproject.toml: `tool.archcheck.kinds`: `servce` is none of "
                "`service`, `worker`, `cli`, `library`; did you mean `service`?"
            ),
            "pyproject.toml: `tool.archcheck.select`: `ARC77` is no rule, prefix or principle",
            (
                "pyproject.toml: `tool.archcheck.select`: `call-without-timout` is no rule, prefix "
                "or principle; did you mean `call-without-timeout`?"
            ),
            "pyproject.toml: `tool.archcheck.rules.hardcoded-secrt`: unknown rule; did you mean `hardcoded-secret`?",
            "pyproject.toml: `tool.archcheck.rules.call-without-timeout.longst`: unknown key; did you mean `longest`?",
            "pyproject.toml: `tool.archcheck.weights.securty`: unknown principle; did you mean `security`?",
        ]
    )


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("select = 'ARC03'", "`select`: must be a list, not `ARC03`"),
        ("select = [1]", "`select`: must be text, not `1`"),
        ("preview = 3", "`preview`: must be true or false, not `3`"),
        ("fail-under = 'high'", "`fail-under`: must be a number, not `high`"),
        ("fail-under = nan", "`fail-under`: must be a finite number, not `nan`"),
        ("fail-under = -1", "`fail-under`: `-1` must be at least 0"),
        ("edition = '2025.1'", "`edition`: `2025.1` is none of `2026.1`; did you mean `2026.1`?"),
        ("kinds = ['deployable']", "`kinds`: `deployable` is none of `service`, `worker`, `cli`, `library`"),
        ("kinds = []", "`kinds`: must not be empty"),
        ("layers = 'four-layer'", "`layers`: must be a table, not `four-layer`"),
        ("layers = {preset = 'four-layr'}", "`layers`: unknown preset `four-layr`; did you mean `four-layer`? (known: `four-layer`, `clean`, `hexagonal`, `pyramid`, `webapp`)"),
        ("layers = {ordr = ['a']}", "`layers.ordr`: unknown key; did you mean `order`?"),
        ("rules = {ARC0301 = 3}", "`rules.ARC0301`: must be a table, not `3`"),
        ("rules = {ARC0301 = {severity = 'fatal'}}", "`rules.ARC0301.severity`: `fatal` is none of `error`, `warning`, `info`"),
        ("rules = {ARC0301 = {longest = 'x'}}", "`rules.ARC0301.longest`: must be a whole number, not `x`"),
        ("rules = {ARC0301 = {}, call-without-timeout = {}}", "`rules.ARC0301`: `call-without-timeout` configures the same rule; keep one of them"),
        ("weights = {security = -1}", "`weights.security`: `-1` must be at least 0"),
        ("per-file-ignores = {'a/*.py' = 3}", '`per-file-ignores."a/*.py"`: must be a table, not `3`'),
        ("per-file-ignores = {'a/*.py' = ['ARC77']}", '`per-file-ignores."a/*.py"`: `ARC77` is no rule, prefix or principle'),
        ("per-file-ignores = {a = {reason = 'x'}}", "`per-file-ignores.a.ignore`: is missing"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_key(tmp_path: Path, toml: str, expected: str) -> None:
    assert problems(tmp_path, toml, name="archcheck.toml") == (f"archcheck.toml: {expected}",)


def test_weights_must_leave_something_to_score(tmp_path: Path) -> None:
    toml = "[weights]\n" + "".join(f"{principle.slug} = 0\n" for principle in Principle)
    assert problems(tmp_path, toml, name="archcheck.toml") == (
        "`weights` leave no principle in the score",
    )


def test_bad_toml_is_named_with_its_line(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "[tool.archcheck]\nfail-under 3\n")
    assert found.startswith("pyproject.toml:2:12: invalid TOML: ")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"x = '\xff'", "archcheck.toml: invalid TOML: not UTF-8"),
        (b"x = " + b"[" * 5000, "archcheck.toml: invalid TOML: nested too deeply"),
        (b"#" * 1_000_001, "archcheck.toml: larger than 1000000 bytes"),
    ],
)
def test_hostile_files_are_problems_not_crashes(tmp_path: Path, data: bytes, expected: str) -> None:
    (tmp_path / "archcheck.toml").write_bytes(data)
    assert problems(tmp_path)[0].startswith(expected)


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside.toml").write_text("fail-under = 0\n")
    (root / "archcheck.toml").symlink_to(tmp_path / "outside.toml")
    assert problems(root) == ("archcheck.toml: a link that leads out of the repository",)


def test_a_named_file_must_exist_and_configure(tmp_path: Path) -> None:
    missing, empty = tmp_path / "missing.toml", tmp_path / "pyproject.toml"
    empty.write_text("[project]\n")
    assert problems(tmp_path, config_file=missing)[0].endswith("missing.toml: no such file")
    assert problems(tmp_path, config_file=empty)[0].endswith("has no table `tool.archcheck`")


def test_a_table_does_not_fit_in_a_variable(tmp_path: Path) -> None:
    assert problems(tmp_path, environment={"ARCHCHECK_RULES": "x"}) == (
        "ARCHCHECK_RULES: `rules` is a table and belongs in the configuration file",
    )
