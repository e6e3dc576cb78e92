"""Options that several commands share, each with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_CONFIGURATION, _RULES, _GATE = "Configuration", "Rules and files", "Gate"
_EXECUTION = "Processes and cache"

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Read this file instead of the project's.",
        rich_help_panel=_CONFIGURATION,
    ),
]
Isolated = Annotated[
    bool,
    typer.Option("--isolated", help="Read no configuration file.", rich_help_panel=_CONFIGURATION),
]
Edition = Annotated[
    str | None,
    typer.Option(
        "--edition",
        metavar="EDITION",
        help="Rules, severities and weights to score with.",
        rich_help_panel=_CONFIGURATION,
    ),
]
Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select",
        metavar="RULE",
        help="Use only these rules: codes, prefixes, names or principles.",
        rich_help_panel=_RULES,
    ),
]
ExtendSelect = Annotated[
    list[str] | None,
    typer.Option(
        "--extend-select", metavar="RULE", help="Use these rules too.", rich_help_panel=_RULES
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore", metavar="RULE", help="Leave these rules out too.", rich_help_panel=_RULES
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="GLOB",
        help="Leave these files out too; the strict score still counts them.",
        rich_help_panel=_RULES,
    ),
]
Preview = Annotated[
    bool | None,
    typer.Option(
        "--preview/--no-preview",
        help="Run preview rules too, and show what they find; they never score.",
        rich_help_panel=_RULES,
    ),
]
FailUnder = Annotated[
    float | None,
    typer.Option(
        "--fail-under",
        metavar="N",
        help="Fail below this score (default 80).",
        rich_help_panel=_GATE,
    ),
]
FailUnderStrict = Annotated[
    float | None,
    typer.Option(
        "--fail-under-strict",
        metavar="N",
        help="Fail below this strict score.",
        rich_help_panel=_GATE,
    ),
]
FailUnderPrinciple = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-under-principle",
        metavar="NAME=N",
        help="Fail where a principle scores less.",
        rich_help_panel=_GATE,
    ),
]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="LEVEL",
        help="Fail on an open issue of this severity or worse: error (default), warning, info or never.",
        rich_help_panel=_GATE,
    ),
]
Ci = Annotated[
    bool | None,
    typer.Option(
        "--ci/--no-ci",
        help="Fail on stale suppressions and ignores; on by itself when CI is set.",
        rich_help_panel=_GATE,
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        metavar="N",
        min=0,
        max=256,
        help="Use this many processes; by default as many as pay.",
        rich_help_panel=_EXECUTION,
    ),
]
Cache = Annotated[
    bool | None,
    typer.Option(
        "--cache/--no-cache",
        help="Remember results between runs, which is the default, or analyse everything anew.",
        rich_help_panel=_EXECUTION,
    ),
]
CacheDir = Annotated[
    str | None,
    typer.Option(
        "--cache-dir",
        metavar="DIR",
        help="Keep the cache there instead of in the project.",
        rich_help_panel=_EXECUTION,
    ),
]
