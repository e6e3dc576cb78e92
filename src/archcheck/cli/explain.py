"""``archcheck explain``: a rule, a principle, or the whole sum behind a score."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archcheck.cli import options
from archcheck.cli.console import wants_colour, width, write

if TYPE_CHECKING:
    from archcheck.model import Principle, RuleInfo
    from archcheck.rule import Example, Rule

_SCORE = "score"


def explain(
    topic: Annotated[
        str,
        typer.Argument(
            metavar="TOPIC",
            help="A rule's code or name, a principle's name or number, or `score`.",
            show_default=False,
        ),
    ],
    path: Annotated[
        Path | None,
        typer.Argument(metavar="PATH", help="Whose score to explain.", show_default=False),
    ] = None,
    config: options.ConfigFile = None,
    isolated: options.Isolated = False,
) -> None:
    """Explain a rule, a principle, or how a project's score comes about."""
    from archcheck.errors import UsageError
    from archcheck.model import Principle
    from archcheck.plugins import load_rules

    if topic == _SCORE:
        _explain_score(path or Path(), config, isolated=isolated)
        return
    if path is not None:
        raise UsageError(f"PATH is for `score`, not for `{topic}`", f"`archcheck explain {topic}`")
    rules = load_rules()
    wanted = topic.lower()
    for rule in rules:
        if wanted in (rule.code.lower(), rule.name()):
            write(_text(_rule(rule)))
            return
    for principle in Principle:
        if wanted in (principle.slug, str(principle.number), f"arc{principle.number:02}"):
            write(_text(_principle(principle, [rule.info() for rule in rules])))
            return
    raise _unknown(topic, rules)


def _explain_score(path: Path, config: Path | None, *, isolated: bool) -> None:
    from archcheck.api import check
    from archcheck.cli.loading import load_configuration
    from archcheck.cli.scope import find_scope
    from archcheck.cli.sum import score_sum

    root = find_scope([path]).root
    configuration = load_configuration(root, {}, config_file=config, isolated=isolated)
    report = check(
        root, configuration.loaded.settings, member_settings=configuration.member_settings
    )
    write(_text(score_sum(report)))


def _unknown(topic: str, rules: tuple[type[Rule], ...]) -> Exception:
    from archcheck.config.names import nearest
    from archcheck.errors import UsageError
    from archcheck.model import Principle

    valid = [each for rule in rules for each in (rule.code, rule.name())]
    valid += [_SCORE, *(principle.slug for principle in Principle)]
    return UsageError(
        f"`{topic}` is no rule and no principle{nearest(topic, valid)}",
        "`archcheck rules` lists them all",
    )


def _text(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _rule(rule: type[Rule]) -> Iterator[str]:
    from archcheck.reporters._terminal import Painter, wrap

    paint, info = Painter(wants_colour(sys.stdout)), rule.info()
    yield paint(f"{info.code} {info.name}", "bold")
    yield ""
    yield from wrap(info.summary, width())
    for paragraph in filter(None, info.explanation.split("\n\n")):
        yield ""
        yield from wrap(" ".join(paragraph.split()), width())
    yield ""
    for label, text in _facts(info):
        yield from wrap(text, width(), f"{label:<14}")
    yield ""
    yield paint("How to mend it", "bold")
    yield from wrap(info.advice, width(), "  ")
    for heading, examples in (("Flagged", rule.bad), ("Not flagged", rule.good)):
        for example in examples:
            yield ""
            first, *rest = wrap(f"{heading}: {example.title}", width(), "", "  ")
            yield paint(heading, "bold") + first[len(heading) :]
            yield from rest
            yield from _code(example)
    if rule.Options.model_fields:
        yield ""
        yield paint("Options", "bold") + f" in [tool.archcheck.rules.{info.name}]"
        for name, field in rule.Options.model_fields.items():
            about = f": {field.description}" if field.description else ""
            yield from wrap(
                f"{field.alias or name}, by default {field.get_default(call_default_factory=True)!r}{about}",
                width(),
                "  ",
                "    ",
            )
    yield ""
    yield paint("Leave one place out", "bold")
    yield f"  # archcheck: ignore[{info.code}] the reason"


def _facts(info: RuleInfo) -> Iterator[tuple[str, str]]:
    from archcheck.model import RUNTIME_ROLES

    principle = info.principle
    yield "principle", f"{principle.number}. {principle.title} ({principle.slug})"
    tolerance = (
        ", zero tolerance: one open error holds the grade at D" if info.zero_tolerance else ""
    )
    yield "severity", info.severity.value + tolerance
    yield "confidence", info.confidence.value
    yield (
        "scope",
        info.scope + (", preview: shown on request, never scored" if info.preview else ""),
    )
    yield "projects", ", ".join(kind.value for kind in info.kinds) or "all"
    usual = set(info.roles) == RUNTIME_ROLES
    yield "files", "runtime code" if usual else ", ".join(role.value for role in info.roles)
    yield "counted", info.noun
    yield "seed", info.seed
    if info.waived_by:
        yield "also silent", f"where {', '.join(info.waived_by)} is suppressed"


def _code(example: Example) -> Iterator[str]:
    files = {**example.files, example.path: example.code}
    for path, text in files.items():
        if len(files) > 1:
            yield f"  {path}"
        for line in text.rstrip().split("\n"):
            yield f"    {line}".rstrip()


def _principle(principle: Principle, infos: list[RuleInfo]) -> Iterator[str]:
    from archcheck.reporters._terminal import Painter, wrap

    paint = Painter(wants_colour(sys.stdout))
    yield paint(f"{principle.number}. {principle.title} ({principle.slug})", "bold")
    for info in infos:
        if info.principle is principle:
            preview = ", preview" if info.preview else ""
            yield ""
            yield f"{paint.severity(info.code, info.severity)} {info.name} ({info.severity.value}{preview})"
            yield from wrap(info.summary, width(), "  ")
            yield from wrap(info.advice, width(), "  mend: ")
    yield ""
    yield "`archcheck explain CODE` says more of a rule"
