"""Analyse: from one file to its facts, verdicts and suppressions. No tree survives this stage."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from archcheck.analysis.calls.site import CallSite
from archcheck.analysis.collect import collect
from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.module import Module
from archcheck.analysis.names.packages import Packages
from archcheck.analysis.roles import refine
from archcheck.analysis.syntax.comments import suppressions
from archcheck.analysis.syntax.parse import MAX_BYTES, Parsed, parse
from archcheck.analysis.topics.testing.runners import defines_tests
from archcheck.engine.dispatch import Dispatch, RuleCrash
from archcheck.engine.inputs import digest_of
from archcheck.engine.sources import Source
from archcheck.files import read_at_most
from archcheck.model import Failure, Suppression
from archcheck.record import Record
from archcheck.rule import Judgement, Rule


class ModuleResult(Record, frozen=True):
    """What came of one file: the unit of work, of caching and of hand-over between processes.

    Attributes:
        source: the file.
        facts: None when it could not be read.
        judgements: outcomes and pending verdicts.
        suppressions: comments that silence.
        failures: why it could not be read, or which rule crashed on it.
        digest: of its contents, ``""`` when it could not be opened.
    """

    source: Source
    facts: ModuleFacts | None = None
    judgements: tuple[Judgement, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    failures: tuple[Failure, ...] = ()
    digest: str = ""


class Analyser:
    """Analyses files with a fixed set of rules.

    Args:
        root: the repository's folder; only paths of sources are read below it.
        rules: rule instances with their options.
        packages: the project's own names.
    """

    def __init__(self, root: Path, rules: Sequence[Rule], packages: Packages) -> None:
        self._folder = os.fspath(root)
        self.dispatch = Dispatch(rules, packages)

    def analyse(self, source: Source) -> ModuleResult:
        """Read, parse and judge one file; never raises for what is in it."""
        try:
            data, size = read_at_most(f"{self._folder}/{source.path}", MAX_BYTES)
        except OSError as error:
            reason = f"cannot be read: {error.strerror}"
            return unreadable(source, reason, "check its permissions")
        return replace(self._analyse(source, data, size), digest=digest_of(data, size))

    def _analyse(self, source: Source, data: bytes, size: int) -> ModuleResult:
        parsed = parse(data, source.path, size)
        if isinstance(parsed, Failure):
            return ModuleResult(source, failures=(parsed,))
        try:
            return self._judge(source, parsed)
        except RecursionError:
            return unreadable(
                source, "is nested too deeply to be judged", "exclude it or flatten it"
            )

    def _judge(self, source: Source, parsed: Parsed) -> ModuleResult:
        text, tree = parsed.text, parsed.tree
        module = Module(
            path=source.path,
            name=source.module,
            role=source.role,
            text=text,
            tree=tree,
            wanted=self.dispatch.node_types,
            packages=self.dispatch.packages,
        )
        module.role = refine(
            source.role,
            source.path,
            source.module,
            imported_roots=module.imported_roots,
            functions=[each.name for each in module.functions if module.parent(each) is tree],
            has_tests=defines_tests(module),
        )
        deferred: list[CallSite] = []
        judgements: list[Judgement] = []
        failures: list[Failure] = []
        for verdict in (
            *self.dispatch.judge_calls(module, deferred),
            *self.dispatch.judge_nodes(module),
        ):
            if isinstance(verdict, RuleCrash):
                failures.append(crash_failure(verdict, source.path))
            else:
                judgements.append(verdict)
        result = ModuleResult(
            source,
            collect(module, deferred),
            tuple(judgements),
            suppressions(text, source.path, None if parsed.downlevelled else module),
            tuple(failures),
        )
        module.symbols.close()
        return result


def crash_failure(crash: RuleCrash, path: str) -> Failure:
    """A rule's crash as a failure of the report."""
    return Failure(
        "crashed-rule",
        path,
        crash.line,
        f"rule {crash.rule} crashed: {crash.error}",
        f"this is a defect of the rule: report it, and go on with --ignore {crash.rule}",
    )


def unreadable(source: Source, message: str, hint: str) -> ModuleResult:
    """The result of a file of which nothing can be told."""
    return ModuleResult(
        source, failures=(Failure("unreadable-file", source.path, 0, message, hint),)
    )
