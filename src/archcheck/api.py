"""What the command line, hooks, editors and other programs call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from archcheck.config.select import select, unknown_selector
from archcheck.config.settings import Settings
from archcheck.engine.memory import Execution
from archcheck.engine.plan import MemberPlan, Plan
from archcheck.engine.run import run
from archcheck.errors import ConfigError, TargetError
from archcheck.model import Notice
from archcheck.plugins import load_rules
from archcheck.report import Report
from archcheck.rule import Rule


def check(
    root: Path,
    settings: Settings | None = None,
    *,
    member_settings: Callable[[str], Settings | None] = lambda member: None,
    today: dt.date | None = None,
    execution: Execution | None = None,
) -> Report:
    """Analyse, score and gate the repository at ``root``; nothing of it is imported or executed.

    Args:
        root: its folder.
        settings: the configuration; the defaults when None (no file is read here).
        member_settings: from the root of a member (posix, relative) to its own configuration, None where
            the repository's applies.
        today: the day on which suppressions with an end date are judged; today by default.
        execution: processes and cache; one process and no cache by default. Who asks for several processes
            guards the main module of the program as for `multiprocessing`.

    Raises:
        TargetError: ``root`` is no readable folder.
        PluginError: a rule cannot be loaded.
        ConfigError: an option of a rule is wrong.
    """
    if not root.is_dir():
        raise TargetError(f"`{root}` is no folder", "name the repository's root")
    chosen = settings if settings is not None else Settings()
    whole = plan(chosen)

    def member_plan(member: str) -> MemberPlan | None:
        own = member_settings(member)
        return MemberPlan(own, select(whole.infos.values(), own)) if own is not None else None

    return run(root.resolve(), chosen, whole, member_plan, today=today, execution=execution)


def plan(settings: Settings) -> Plan:
    """What the settings make of the rules that are installed.

    Raises:
        PluginError: a rule cannot be loaded.
        ConfigError: an option of a rule is wrong.
    """
    classes = load_rules()
    problems: list[str] = []
    rules: list[Rule] = []
    for rule in classes:
        try:
            options = rule.Options.model_validate(settings.rule(rule.code, rule.name()).options)
        except ValidationError as error:
            problems.extend(
                f"`rules.{rule.name()}.{'.'.join(map(str, item['loc']))}`: {item['msg']}"
                for item in error.errors()
            )
            continue
        rules.append(rule(options))
    if problems:
        raise ConfigError(problems, f"`archcheck explain {classes[0].code}` lists a rule's options")
    infos = {rule.code: rule.info() for rule in classes}
    known = [(rule.code, rule.name()) for rule in classes]
    return Plan(
        rules=tuple(rules),
        infos=infos,
        selected=select(infos.values(), settings),
        severities={
            rule.code: severity
            for rule in classes
            if (severity := settings.rule(rule.code, rule.name()).severity) is not None
        },
        weights=settings.principle_weights(),
        unmatched=tuple(
            Notice("unmatched-selection", "", 0, message, "`archcheck rules` lists them all")
            for selector in (*settings.select, *settings.ignore, *settings.extend_select)
            if (message := unknown_selector(selector, known))
        ),
    )
