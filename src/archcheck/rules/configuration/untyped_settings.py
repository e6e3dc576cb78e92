"""ARC0606 untyped-settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archcheck.analysis.facts import EnvironmentRead, ImportFact, ModuleFacts
from archcheck.analysis.topics.environment.configuration_reads import (
    configuration_reads,
    keeps_settings_record,
)
from archcheck.model import RUNTIME_ROLES, Kind, Member, Outcome, Role, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule, file_place

#: Fewer variables than this need no settings object.
_SEVERAL = 5
#: How many variables of a module a report names.
_SHOWN = 3
#: Packages whose purpose is to hold settings with their types.
_PACKAGES = frozenset(
    {"confz", "decouple", "dynaconf", "environ", "environs", "everett", "goodconf", "hydra", "omegaconf", "oslo_config",
     "prettyconf", "configargparse", "pydantic_settings", "traitlets", "typed_settings"}
)  # fmt: skip
_MODULES = frozenset({"starlette.config", "tornado.options"})
_NAMES = frozenset({"pydantic.BaseSettings", "pydantic.v1.BaseSettings"})
#: Methods that build an object of settings from the environment, first-party or Flask's.
_BUILDERS = re.compile(r"(?:load_)?from_(?:os_)?env(?:iron(?:ment)?)?|from_prefixed_env")


class UntypedSettings(ProjectRule):
    """A program reads its settings as raw strings.

    Every reader then converts and defaults by itself, a wrong value is met where it is used instead of at the
    start, and nothing lists what can be set. A typed settings object says all of that in one place, and the program
    does not start on a wrong value.

    Judged are services and workers that read five or more variables. As a settings object count those of
    pydantic-settings, environs, django-environ, decouple, dynaconf, OmegaConf, Hydra, goodconf, traitlets,
    oslo.config, ConfigArgParse, Tornado and Starlette, dataclasses and attrs classes that are named as settings or built by a
    `from_env` method, and Flask's `from_prefixed_env`. Not flagged: Django projects, whose settings module is that
    object; variables that belong to the process rather than to the program; libraries and commands.
    """

    code = "ARC0606"
    severity = Severity.INFO
    preview = True
    noun = "programs hold their settings in a typed object"
    message = "{count} environment variables are read as raw strings, and no typed settings object holds them"
    advice = (
        "declare them as fields of one settings class, with types and defaults, read at the start"
    )
    kinds = frozenset({Kind.SERVICE, Kind.WORKER})
    whole_repository = True
    seed = "001, principle 6: pydantic-settings with override by the environment; 004: configuration classes"
    good = (
        Example(
            "One class, with types.",
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    region: str = 'north'\n",
            path="src/shop/settings.py",
            files={
                "src/shop/legacy.py": "import os\n\nVALUES = [os.getenv('SHOP_A'), os.getenv('SHOP_B'),"
                " os.getenv('SHOP_C'), os.getenv('SHOP_D'), os.getenv('SHOP_E')]\n",
            },
        ),
        Example(
            "A dataclass of one's own, built from the environment.",
            "import os\nfrom dataclasses import dataclass\n\n\n@dataclass(frozen=True)\nclass Limits:\n    region: str\n"
            "    rows: int\n    pages: int\n    retries: int\n    seconds: float\n\n    @classmethod\n    def from_env(cls):\n"
            "        return cls(os.environ['SHOP_REGION'], int(os.environ['SHOP_ROWS']), int(os.environ['SHOP_PAGES']),\n"
            "                   int(os.environ['SHOP_RETRIES']), float(os.environ['SHOP_SECONDS']))\n",
            path="src/shop/limits.py",
        ),
    )
    bad = (
        Example(
            "Strings here and there.",
            "import os\n\nREGION = os.getenv('SHOP_REGION', 'north')  # [untyped-settings]\n"
            "ROWS = int(os.getenv('SHOP_ROWS', '50'))\nPAGES = int(os.getenv('SHOP_PAGES', '10'))\n"
            "RETRIES = int(os.getenv('SHOP_RETRIES', '3'))\nDEBUG = os.getenv('SHOP_DEBUG') == '1'\n",
            path="src/shop/settings.py",
        ),
        Example(
            "They are read where they are used.",
            "import os\n\n\ndef region():\n    return os.environ['SHOP_REGION']  # [untyped-settings]\n\n\n"
            "def rows():\n    return int(os.environ['SHOP_ROWS'])\n",
            path="src/shop/a.py",
            files={
                "src/shop/b.py": "import os\n\n\ndef limits():\n"
                "    return os.environ['SHOP_PAGES'], os.environ['SHOP_RETRIES'], os.environ['SHOP_DEBUG']\n",
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        """Yield one outcome a member that reads several variables."""
        for member in project.members:
            outcome = self._member(project, member)
            if outcome is not None:
                yield outcome

    def _member(self, project: Project, member: Member) -> Outcome | None:
        modules = [
            module
            for module in sorted(project.facts_of(member), key=lambda module: module.path)
            if module.role in RUNTIME_ROLES
        ]
        handed_over = frozenset(name for module in modules for name in module.environment_writes)
        reads = [
            (module, read)
            for module in modules
            if module.role is not Role.CLI
            for read in configuration_reads(module, handed_over)
        ]
        names = {read.name for _, read in reads}
        if len(names) < _SEVERAL or any(map(_is_django, modules)):
            return None
        home, first = reads[0]
        place = file_place(home.path, first.line, "settings")
        if any(map(_holds_settings, modules)):
            return self.complies(place)
        return self.violates(place, count=len(names), trace=_steps(reads))


def _steps(reads: Sequence[tuple[ModuleFacts, EnvironmentRead]]) -> Iterator[TraceStep]:
    """One step a module: where it first reads, and what."""
    for path in dict.fromkeys(module.path for module, _ in reads):
        own = [read for module, read in reads if module.path == path]
        names = list(dict.fromkeys(read.name for read in own))
        shown = ", ".join(f"`{name}`" for name in names[:_SHOWN])
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        yield TraceStep(path, own[0].line, f"reads {shown}{more}")


def _is_django(module: ModuleFacts) -> bool:
    return any(each.name in ("ROOT_URLCONF", "WSGI_APPLICATION") for each in module.constructs)


def _holds_settings(module: ModuleFacts) -> bool:
    """Whether a module makes, or works with, a typed settings object."""
    if module.settings_class or any(map(_is_settings_package, module.imports)):
        return True
    if any(_BUILDERS.fullmatch(each.qualname.rpartition(".")[2]) for each in module.functions):
        return True
    calls = {*module.calls, *(call for each in module.functions for call in each.calls)}
    if any(call.endswith(".from_prefixed_env") for call in calls):
        return True
    return keeps_settings_record(module)


def _is_settings_package(fact: ImportFact) -> bool:
    return (
        fact.module.partition(".")[0] in _PACKAGES
        or f"{fact.module}.{fact.name}" in _NAMES
        or not _MODULES.isdisjoint({fact.module, f"{fact.module}.{fact.name}"})
    )
