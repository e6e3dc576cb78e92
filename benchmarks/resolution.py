"""How many calls of the libraries that rules watch does the engine resolve?

Usage: python benchmarks/resolution.py PROJECT...

Counted are calls in runtime code whose last name some call rule watches (``get``, ``connect``), in files that
import, themselves or through a first-party module that they import, a library in which that name is watched. Many are
no call of the library at all (``settings.get``): the share compares engines, it is not a mark to reach 100 %.
Resolved means that the engine knows what is called, watched or not: in the file, or across modules once the program
is known. Judged are the calls that some rule watches.
"""

from __future__ import annotations

import argparse
import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.module import Module
from archcheck.analysis.names.packages import Packages
from archcheck.analysis.names.values import simple_name
from archcheck.analysis.project import Project
from archcheck.analysis.rereading import reread
from archcheck.api import plan
from archcheck.config.settings import Settings
from archcheck.engine.analyse import Analyser
from archcheck.engine.discover import discover
from archcheck.engine.dispatch import Dispatch
from archcheck.engine.resolve import build_project
from archcheck.model import RUNTIME_ROLES
from archcheck.rule import CallRule

Position = tuple[int, int]


@dataclass
class Count:
    """Calls of one project, or of all.

    Attributes:
        calls: that may be of a watched library.
        in_file: resolved in their own file.
        across: resolved once the whole program is known.
        judged: of a watched function or method.
    """

    calls: int = 0
    in_file: int = 0
    across: int = 0
    judged: int = 0

    def __add__(self, other: Count) -> Count:
        names = [field.name for field in fields(self)]
        return Count(*(getattr(self, name) + getattr(other, name) for name in names))

    def row(self, name: str) -> str:
        """One line of the table."""
        share = f"{100 * (self.in_file + self.across) / self.calls:.1f} %" if self.calls else "-"
        numbers = "".join(f"{number:>9,}" for number in (self.calls, self.in_file, self.across))
        return f"{name:20}{numbers}{share:>10}{self.judged:>9,}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line a project, and their sum."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("projects", nargs="+", type=Path, help="folders of projects")
    print(f"{'project':20}{'calls':>9}{'in file':>9}{'across':>9}{'resolved':>10}{'judged':>9}")
    total = Count()
    for root in parser.parse_args(arguments).projects:
        count = count_calls(root)
        total += count
        print(count.row(root.name), flush=True)
    print(total.row("all"))


def count_calls(root: Path) -> Count:
    """Count the calls of one project."""
    rules = plan(Settings()).rules
    target = discover(root)
    analyser = Analyser(root, rules, target.packages)
    results = [analyser.analyse(source) for source in target.sources]
    project = build_project(root, target, results, kinds={}, plan=None)
    libraries = _libraries_by_tail(rule for rule in rules if isinstance(rule, CallRule))
    total = Count()
    for result in results:
        facts = result.facts
        if facts is not None and facts.role in RUNTIME_ROLES:
            module = reread((root / facts.path).read_bytes(), facts, target.packages)
            if module is not None:
                near = _libraries_near(facts, project)
                total += _count(module, facts, project, analyser.dispatch, libraries, near)
    return total


def _libraries_by_tail(rules: Iterable[CallRule]) -> Mapping[str, set[str]]:
    """Last segment of a watched call -> the libraries in which it is watched."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for rule in rules:
        for name in rule.calls:
            found[name.rpartition(".")[2]].add(name.partition(".")[0])
    return found


def _libraries_near(facts: ModuleFacts, project: Project) -> set[str]:
    """The libraries that a file imports, itself or through a first-party module that it imports."""
    found = {fact.module.partition(".")[0] for fact in facts.imports}
    for fact in facts.imports:
        for name in (fact.module, f"{fact.module}.{fact.name}"):
            near = project.modules.get(name)
            if near is not None:
                found.update(each.module.partition(".")[0] for each in near.imports)
    return found


def _count(
    module: Module,
    facts: ModuleFacts,
    project: Project,
    dispatch: Dispatch,
    libraries: Mapping[str, set[str]],
    near: set[str],
) -> Count:
    count = Count()
    # The place of a call tells its column in characters; a line with two deferred calls needs it.
    deferred = {
        (site.place.location.line, site.place.location.column): project.callees(site.target)
        for site in facts.deferred_calls
    }
    for call in module.nodes(ast.Call):
        last = simple_name(call.func)
        if near.isdisjoint(libraries.get(last, ())):
            continue
        count.calls += 1
        location = module.place(call).location
        across = deferred.get((location.line, location.column), ())
        names = across or module.names(call.func)
        if not names or any(_is_open(name, dispatch.packages, project) for name in names):
            continue
        if across:
            count.across += 1
        else:
            count.in_file += 1
        count.judged += all(dispatch.watchers(name) for name in names)
    return count


def _is_open(name: str, packages: Packages, project: Project) -> bool:
    """Whether a name starts from something first-party that leads nowhere."""
    return packages.provide(name) and not project.defines(name)


if __name__ == "__main__":
    main()
