"""``archcheck rules``: every rule there is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from archcheck.cli.console import wants_colour, write

if TYPE_CHECKING:
    from archcheck.model import RuleInfo


def rules(
    format_: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text or json.")
    ] = "text",
) -> None:
    """List every rule: code, name, severity, scope and what it says, by principle."""
    from archcheck.config.names import nearest
    from archcheck.errors import UsageError
    from archcheck.plugins import load_rules

    if format_ not in ("text", "json"):
        raise UsageError(
            f"--format: unknown format `{format_}`{nearest(format_, ('text', 'json'))}",
            "one of text, json",
        )
    infos = [rule.info() for rule in load_rules()]
    write(_json(infos) if format_ == "json" else _table(infos))


def _table(infos: Sequence[RuleInfo]) -> str:
    from archcheck.model import Principle
    from archcheck.reporters._terminal import Painter

    paint = Painter(wants_colour(sys.stdout))
    name_width = max((len(info.name) for info in infos), default=0)
    lines: list[str] = []
    for principle in Principle:
        own = [info for info in infos if info.principle is principle]
        if not own:
            continue
        lines += ["", paint(f"{principle.number}. {principle.title} ({principle.slug})", "bold")]
        for info in own:
            severity = paint.severity(f"{info.severity.value:<7}", info.severity)
            preview = "  preview" if info.preview else ""
            row = f"  {info.code}  {info.name:<{name_width}}  {severity}  {info.scope:<7}{preview}"
            lines.append(row.rstrip())
    lines += ["", f"{len(infos)} rules; `archcheck explain CODE` says more"]
    return "\n".join(lines[1:]) + "\n"


def _json(infos: Sequence[RuleInfo]) -> str:
    import json

    return (
        json.dumps(
            [
                {
                    "code": info.code,
                    "name": info.name,
                    "principle": info.principle.slug,
                    "severity": info.severity.value,
                    "confidence": info.confidence.value,
                    "scope": info.scope,
                    "kinds": [kind.value for kind in info.kinds],
                    "roles": [role.value for role in info.roles],
                    "whole_repository": info.whole_repository,
                    "zero_tolerance": info.zero_tolerance,
                    "preview": info.preview,
                    "summary": info.summary,
                    "noun": info.noun,
                    "advice": info.advice,
                    "seed": info.seed,
                    "waived_by": list(info.waived_by),
                }
                for info in infos
            ],
            indent=2,
        )
        + "\n"
    )
