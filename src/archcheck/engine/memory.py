"""The engine's side of the cache: what to look up before the work, and what to keep after it.

`run` and `survey` ask this and nothing else; without a store it finds nothing and keeps nothing. No trouble with the
cache ends a run: it becomes a sentence for `Execution.trouble`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct, field

from archcheck.engine.analyse import ModuleResult
from archcheck.engine.inputs import Inputs
from archcheck.engine.module_cache import ModuleCache
from archcheck.engine.parallel import Crew, analyse, processes_for
from archcheck.engine.report_cache import ReportCache, report_key
from archcheck.engine.sources import Source
from archcheck.engine.store import Store, StoreError
from archcheck.engine.walk import Walk
from archcheck.report import Report


class Execution(Struct):
    """How a run is done; no report depends on it.

    Attributes:
        jobs: processes to use; 0 leaves it to the machine and the amount of source.
        store: the cache, None for none.
        alias: a second name under which the report is to be found in the cache; ``""`` for none.
        walk: the target's files, where somebody has listed them already.
        time_rules: say what each rule takes, which needs one process and no cache.
        trouble: receives why the cache could not be used.
    """

    jobs: int = 1
    store: Store | None = None
    alias: str = ""
    walk: Walk | None = None
    time_rules: bool = False
    trouble: list[str] = field(default_factory=list)


class Memory:
    """What is known of a target before it is analysed.

    Args:
        root: the target's folder.
        execution: how the run is done.

    Attributes:
        opened: receives the paths of the files that are read besides Python files.
        hits: files whose results were remembered.
        processes: how many the analysis took.
        jobs: how many are wanted; 0 leaves it to the machine.
    """

    def __init__(self, root: Path, execution: Execution) -> None:
        self._root = root
        self._execution = execution
        self._reports: ReportCache | None = None
        self._inputs = Inputs(root)
        self.opened: set[str] = set()
        self.hits = 0
        self.processes = 1
        self.jobs = execution.jobs

    def look_up(self) -> None:
        """Take in what an earlier run recorded of the files, for who wants no report."""
        if self._execution.store is not None:
            self._inputs = ReportCache(self._execution.store, self._root).inputs

    def recall(self, conditions: Iterable[str], today: str) -> Report | None:
        """The report of an earlier run, if nothing that it depends on has changed.

        Args:
            conditions: texts that stand for everything but the contents of files.
            today: the day of the run.
        """
        if self._execution.store is None:
            return None
        self._reports = ReportCache(
            self._execution.store,
            self._root,
            key=report_key(conditions),
            alias=self._execution.alias,
        )
        self._inputs = self._reports.inputs
        found = self._reports.find(today)
        if found is not None:
            self._attempt(self._reports.refresh)
        return found

    def results(self, crew: Crew, sources: Sequence[Source]) -> list[ModuleResult]:
        """The results of the files in their order: remembered where they are, analysed where not.

        Args:
            crew: what every process needs to know.
            sources: the files.
        """
        store = self._execution.store
        known = ModuleCache(store, crew.rules, crew.packages) if store is not None else None
        found: dict[str, ModuleResult] = {}
        if known is not None and not known.is_empty():
            for source in sources:
                result = known.get(source, self._inputs.digest(source.path))
                if result is not None:
                    found[source.path] = result
        self.hits = len(found)
        missing = [source for source in sources if source.path not in found]
        sizes = [self._inputs.size(source.path) for source in missing]
        self.processes = processes_for(sizes, self._execution.jobs)
        for analysed in analyse(crew, missing, sizes, self.processes):
            result = analysed.result
            found[result.source.path] = result
            if known is not None:
                self._inputs.learn(result.source.path, result.digest)
                known.put(result, analysed.data)
        if known is not None:
            self._attempt(known.save)
        return [found[source.path] for source in sources]

    def keep(self, report: Report, files: Iterable[str], today: str) -> None:
        """Remember the report of this run.

        Args:
            report: what came of it.
            files: the target's; of these every Python file was read, and those that were `opened`.
            today: the day that it holds for, ``""`` when no day changes it.
        """
        reports = self._reports
        if reports is not None:
            read = self.opened.union(path for path in files if path.endswith(".py"))
            self._attempt(lambda: reports.keep(report, read, today=today))

    def _attempt(self, write: Callable[[], None]) -> None:
        try:
            write()
        except StoreError as error:
            if str(error) not in self._execution.trouble:
                self._execution.trouble.append(str(error))
