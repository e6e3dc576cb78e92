"""Write the parts of the documentation that the code knows: a page a rule, the reference and the picture of the layers.

    python tools/write_docs.py            write them
    python tools/write_docs.py --check    tell whether they are fresh; exit status 1 if not

A test calls `pages` and compares, so stale pages do not land.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer
from msgspec.structs import replace
from pydantic import BaseModel

from archcheck.cli.application import app
from archcheck.config.layers import LayersSettings
from archcheck.config.load import KnownRule, load
from archcheck.config.names import kebab
from archcheck.config.settings import PerFileIgnore, RuleSettings, Settings
from archcheck.diagrams import load_renderer
from archcheck.engine.overview import View, draw
from archcheck.engine.survey import survey
from archcheck.model import RUNTIME_ROLES, Principle
from archcheck.plugins import load_rules
from archcheck.rule import Example, Rule

DOCS = Path(__file__).resolve().parent.parent / "docs"
GENERATED = (
    "<!-- Written by tools/write_docs.py from the code: change the code, then run it. -->\n\n"
)


def pages() -> dict[str, str]:
    """Every generated page: path below ``docs`` -> text."""
    rules = load_rules()
    found = {f"rules/{rule.name()}.md": rule_page(rule) for rule in rules}
    found["rules/README.md"] = index_page(rules)
    found["reference/command-line.md"] = command_line_page()
    found["reference/configuration.md"] = configuration_page()
    written = {path: GENERATED + text for path, text in found.items()}
    return {**written, "images/layers.svg": layers_picture()}


def layers_picture() -> str:
    """archcheck's own layers, without the numbers that change with every new module."""
    root = DOCS.parent
    rules = {rule.name(): KnownRule(rule.code, rule.Options) for rule in load_rules()}
    settings = load(root, environment={}, options={}, rules=rules).settings
    diagram = draw(survey(root, settings), View("layers"))
    nodes = tuple(replace(node, modules=1) for node in diagram.nodes)
    edges = tuple(replace(edge, imports=1) for edge in diagram.edges)
    return load_renderer("svg")(
        replace(diagram, title="The layers of archcheck", nodes=nodes, edges=edges, notes=())
    )


def index_page(rules: tuple[type[Rule], ...]) -> str:
    """The table of all rules, by principle."""
    lines = ["# Rules", "", f"{len(rules)} rules over the twelve principles."]
    for principle in Principle:
        own = [rule for rule in rules if Principle.of_code(rule.code) is principle]
        lines += ["", f"## {principle.number}. {principle.title}", ""]
        lines += ["| code | name | severity | scope | what it says |", "|---|---|---|---|---|"]
        lines += [
            f"| {rule.code} | [{rule.name()}]({rule.name()}.md) "
            f"| {rule.severity.value}{', preview' if rule.preview else ''} "
            f"| {rule.scope} | {rule.info().summary} |"
            for rule in own
        ]
    return "\n".join(lines) + "\n"


def rule_page(rule: type[Rule]) -> str:
    """The page of one rule, under fixed headings."""
    info = rule.info()
    parts = [
        f"# {info.name} ({info.code})",
        info.summary,
        table(rule),
        "## Why",
        info.explanation,
        "## How to mend it",
        f"{capital(info.advice)}.",
        "## Flagged",
        *(block(example) for example in rule.bad),
        "## Not flagged",
        *(block(example) for example in rule.good),
    ]
    options = rule.Options.model_fields
    if options:
        parts += [
            "## Options",
            "| option | default | meaning |\n|---|---|---|\n"
            + "\n".join(
                f"| `{name.replace('_', '-')}` | `{field.default!r}` | {field.description or ''} |"
                for name, field in options.items()
            ),
        ]
    return "\n\n".join(parts) + "\n"


def table(rule: type[Rule]) -> str:
    """The facts of a rule at a glance."""
    info = rule.info()
    principle = info.principle
    rows = {
        "principle": f"{principle.number}. {principle.title}",
        "severity": info.severity.value
        + (", zero tolerance" if info.zero_tolerance else "")
        + (", preview: shown on request, never scored" if info.preview else ""),
        "confidence": info.confidence.value,
        "scope": info.scope,
        "projects": ", ".join(kind.value for kind in info.kinds) or "all",
        "files": "runtime code"
        if set(info.roles) == RUNTIME_ROLES
        else ", ".join(role.value for role in info.roles),
        "an opportunity that complies": info.noun,
        "honours suppressions of": ", ".join(info.waived_by) or "no other tool",
        "seed": info.seed,
    }
    return "| | |\n|---|---|\n" + "\n".join(f"| {key} | {value} |" for key, value in rows.items())


def block(example: Example) -> str:
    """An example as a fenced block for each of its files."""
    files = {**example.files, example.path: example.code}
    shown = [example.title]
    for path, text in files.items():
        if len(files) > 1:
            shown.append(f"`{path}`")
        language = "python" if path.endswith(".py") else path.rpartition(".")[2]
        shown.append(f"```{language}\n{text.rstrip()}\n```")
    return "\n\n".join(shown)


def capital(text: str) -> str:
    """``text`` with its first letter capital, unless it begins with code."""
    return text[:1].upper() + text[1:]


def command_line_page() -> str:
    """Every command with its arguments and options."""
    parts = [
        "# Command line",
        "`archcheck PATH...` is short for `archcheck check PATH...`; a command's name wins over a path of that name.",
        "Exit codes: 0 the gate passed; 1 it failed; 2 it could not be judged; 130 interrupted.",
        "Data goes to standard output, everything else to standard error. `NO_COLOR`, `FORCE_COLOR`, `COLUMNS` and "
        "`CI` are honoured. With `ARCHCHECK_DEBUG=1` an internal error shows its traceback.",
    ]
    for name, command in commands(typer.main.get_command(app), "archcheck"):
        parts += [f"## `{name}`", " ".join((command.help or "").split())]
        rows = [parameter(each) for each in command.params if each.name != "help"]
        if rows:
            parts.append("| | |\n|---|---|\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The commands below a group, each with its full name."""
    if hasattr(command, "commands"):
        for key, inner in command.commands.items():
            yield from commands(inner, f"{name} {key}")
    else:
        yield name, command


def parameter(each: Any) -> str:
    """One row: how it is written, and what it does."""
    if each.param_type_name == "argument":
        return f"| `{each.metavar or each.name.upper()}` | {each.help or ''} |"
    names = ", ".join(f"`{option}`" for option in (*each.opts, *each.secondary_opts))
    value = f" `{each.metavar}`" if each.metavar else ""
    return f"| {names}{value} | {each.help or ''} |"


def configuration_page() -> str:
    """Every key of the configuration."""
    return (
        "\n\n".join(
            [
                "# Configuration",
                "In `[tool.archcheck]` of `pyproject.toml`, or in `archcheck.toml` without the prefix. Precedence: defaults, "
                "file, environment (`ARCHCHECK_FAIL_UNDER=90`), options. An unknown key is an error that names the file, "
                "the key and the nearest valid one. `archcheck config show` prints every value with its origin.",
                keys(Settings),
                "## `layers`",
                keys(LayersSettings),
                "## `rules.NAME`",
                keys(RuleSettings),
                "Any other key is an option of the rule: see its page.",
                "## `per-file-ignores.GLOB`",
                "A list of selectors, or a table:",
                keys(PerFileIgnore),
            ]
        )
        + "\n"
    )


def keys(model: type[BaseModel]) -> str:
    """The keys of a table with their defaults."""
    rows = []
    for name, field in model.model_fields.items():
        default = (
            "" if field.is_required() or field.default is None else f"`{plain(field.default)}`"
        )
        meaning = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{kebab(name)}` | {default} | {meaning} |")
    return "| key | default | meaning |\n|---|---|---|\n" + "\n".join(rows)


def plain(value: object) -> str:
    """A default as TOML shows it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[]" if not value else str(list(value))
    return f'"{value}"' if isinstance(value, str) else str(value)


def main(arguments: list[str]) -> int:
    """Write or check the pages and return the exit status."""
    stale = []
    wanted = pages()
    existing = {
        f"rules/{path.name}" for path in (DOCS / "rules").glob("*.md")
    }  # of retired rules too
    for path, text in wanted.items():
        file = DOCS / path
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            stale.append(path)
            if "--check" not in arguments:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
    for path in sorted(existing - wanted.keys()):
        stale.append(path)
        if "--check" not in arguments:
            (DOCS / path).unlink()
    verb = "stale" if "--check" in arguments else "written"
    for path in stale:
        print(f"{verb}: docs/{path}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
