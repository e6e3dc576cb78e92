"""ARC0208: something that another package keeps to itself is imported."""

from __future__ import annotations

from collections.abc import Iterator

from archcheck.analysis.facts import (
    DEFERRED,
    DYNAMIC,
    MAIN_GUARD,
    RUNTIME,
    ModuleFacts,
)
from archcheck.analysis.names.module_names import ancestry
from archcheck.model import Confidence, Outcome, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

_KINDS = frozenset({RUNTIME, DEFERRED, DYNAMIC, MAIN_GUARD})
#: Private by name, public by documentation.
_DOCUMENTED = frozenset(
    {
        "asyncio._get_running_loop", "asyncio._set_running_loop", "ctypes._CFuncPtr", "ctypes._Pointer",
        "ctypes._SimpleCData", "os._exit", "slowapi._rate_limit_exceeded_handler", "sys._current_exceptions", "sys._current_frames", "sys._getframe",
        "sys._getframemodulename",
    }
)  # fmt: skip
#: Modules that OpenTelemetry documents under such a name until they are stable.
_UNSTABLE = (
    "opentelemetry._events", "opentelemetry._logs", "opentelemetry.sdk._events", "opentelemetry.sdk._logs",
    "opentelemetry.semconv._incubating", "opentelemetry.exporter.otlp.proto.grpc._log_exporter",
    "opentelemetry.exporter.otlp.proto.http._log_exporter",
)  # fmt: skip


class PrivateImport(ProjectRule):
    """A name or module with a leading underscore is imported from another package.

    The underscore says that its author may change or drop it in any release, without a word in the changelog. An
    import of it is a dependency that no version constraint covers: the next patch release of the library breaks
    this package.

    Not flagged: what stands in the same project, whose authors change both ends at once; names with two underscores
    on both sides, and `_` itself; top-level modules such as `_pytest`; imports for type checking only, and those
    under `try`, which expect a failure; what is documented despite its name, such as `os._exit`; tests, scripts and
    generated code.
    """

    code = "ARC0208"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    noun = "imports from other packages are of public names"
    message = "`{private}` is private to `{owner}`"
    advice = "use what the package makes public, or ask its authors to publish the name"
    waived_by = ("PLC2701",)
    seed = "001, principle 2: explicit dependencies, implicit ones create hidden coupling"
    preview = True
    good = (
        Example(
            "The name is public.",
            "from werkzeug.serving import run_with_reloader\n",
        ),
        Example(
            "The packages of one program know one another's ways.",
            "from click import echo\n\nfrom shop.stock._counting import count\n",
            path="src/shop/sales/orders.py",
            files={"src/shop/stock/_counting.py": "def count(): ...\n"},
        ),
        Example(
            "A missing name is expected.",
            "import click\n\ntry:\n    from black._width import width\nexcept ImportError:\n"
            "    width = len\n",
        ),
    )
    bad = (
        Example(
            "A private module of a library.",
            "from werkzeug._reloader import run_with_reloader  # [private-import]\n",
        ),
        Example(
            "A private function of another member of the repository.",
            "from billing.invoices import _recount  # [private-import]\n",
            path="shop/src/shop/orders.py",
            files={
                "shop/pyproject.toml": '[project]\nname = "shop"\n',
                "billing/pyproject.toml": '[project]\nname = "billing"\n',
                "billing/src/billing/invoices.py": "def _recount(): ...\n",
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for module in project.modules.values():
            if module.role in self.roles:
                yield from self._module(project, module)

    def _module(self, project: Project, module: ModuleFacts) -> Iterator[Outcome]:
        """One outcome for each thing taken from another package, a private module counted once."""
        seen: set[str] = set()
        for fact in module.imports:
            name = f"{fact.module}.{fact.name}" if fact.name else fact.module
            documented = name in _DOCUMENTED or name.startswith(_UNSTABLE)
            private = "" if documented else _private_part(name)
            if fact.kind not in _KINDS or (private or name) in seen:
                continue
            seen.add(private or name)
            if _is_own(project, module, name):
                continue
            place = file_place(module.path, fact.line, private or name)
            if private:
                yield self.violates(place, private=private, owner=private.rpartition(".")[0])
            else:
                yield self.complies(place)


def _is_own(project: Project, module: ModuleFacts, name: str) -> bool:
    """Whether a name stands below the module's own top-level package, or in another one of the same member."""
    if name.partition(".")[0] == module.name.partition(".")[0]:
        return True
    home = next((each for each in ancestry(name) if each in project.modules), "")
    return bool(home) and project.member_of(project.modules[home].path) is project.member_of(
        module.path
    )


def _private_part(name: str) -> str:
    """The name up to its first private segment below the top level, or ``""``."""
    if "._" not in name:
        return ""
    segments = name.split(".")
    for position, segment in enumerate(segments[1:], start=1):
        is_dunder = segment.startswith("__") and segment.endswith("__")
        if segment.startswith("_") and segment != "_" and not is_dunder:
            return ".".join(segments[: position + 1])
    return ""
