"""ARC0601: a module that is no configuration module reads environment variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from archcheck.analysis.facts import EnvironmentRead, ModuleFacts
from archcheck.analysis.topics.environment.configuration_reads import (
    configuration_reads,
    keeps_settings_record,
)
from archcheck.model import RUNTIME_ROLES, Kind, Member, Outcome, Role, Severity, TraceStep
from archcheck.rule import Example, Project, ProjectRule, file_place

#: Fewer than this are no pattern.
_SCATTERED = 3
_CONFIG_WORDS = frozenset(
    {"conf", "config", "configs", "configuration", "configurations", "const", "constant", "constants", "default",
     "defaults", "env", "environ", "environment", "environments", "option", "options", "secret", "secrets",
     "setting", "settings"}
)  # fmt: skip
_CONFIG_FILE = re.compile(r"gunicorn\w*|celeryconf\w*|logging|\w*config|\w*settings", re.IGNORECASE)


class ScatteredEnvAccess(ProjectRule):
    """A module that is no configuration module reads environment variables.

    What a program can be configured with is then written down nowhere: a variable has as many defaults and as many
    spellings as readers, a wrong value is found when it is used instead of at the start, and tests have to change
    the process. All reads of a module are one finding.

    Not flagged: modules that are about configuration by their name (`settings`, `config`, `env`, `constants`) or
    define a typed settings class, be it a dataclass (`MailConfig`); entry points and commands, files that no import can name
    (`hooks-v2/start.py`) among them; what a module reads when it is run as a script;
    variables that belong to the process rather than to the program (`HOME`, `TZ`, `NO_COLOR`, `HTTPS_PROXY`, `XDG_*`,
    `KUBERNETES_*`, those of build servers), that the project itself sets for another process (also those with a
    leading underscore), or that stamp its own version; defaults that are set and not used (`os.environ.setdefault(...)`); computed names;
    libraries. A reader of environs, django-environ or Starlette is seen in the module that makes it. Fewer than three such modules are
    no pattern, and none of them is reported.
    """

    code = "ARC0601"
    severity = Severity.INFO
    noun = "modules that read the environment are configuration modules"
    message = "reads {variables} from the environment, as {others} more modules do{home}"
    advice = "add a field to the settings, and pass its value to where it is needed"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER})
    seed = "001, principle 6: configuration conflicts resolved through explicit precedence"
    good = (
        Example(
            "One module reads, the others are given values.",
            "class Payments:\n    def __init__(self, merchant: str) -> None:\n        self._merchant = merchant\n",
            path="src/shop/payments.py",
            files={
                "src/shop/settings.py": "import os\n\nMERCHANT = os.getenv('SHOP_MERCHANT', 'main')\n",
            },
        ),
        Example(
            "What belongs to the process is no configuration.",
            "import os\n\n\ndef cache_folder() -> str:\n"
            "    return os.environ.get('XDG_CACHE_HOME', os.environ['HOME'] + '/.cache')\n",
            path="src/shop/cache.py",
            files={
                "src/shop/paging.py": "import os\n\nPAGER = os.getenv('PAGER')\n",
                "src/shop/colours.py": "import os\n\nPLAIN = 'NO_COLOR' in os.environ\n",
            },
        ),
    )
    bad = (
        Example(
            "Three modules read what the settings should hold.",
            "import os\n\nMERCHANT = os.getenv('SHOP_MERCHANT', 'main')  # [scattered-env-access]\n"
            "REGION = os.environ['SHOP_REGION']\n",
            path="src/shop/payments.py",
            files={
                "src/shop/stock.py": "import os\n\n\ndef warehouse():\n"
                "    return os.environ.get('SHOP_WAREHOUSE')  # [scattered-env-access]\n",
                "src/shop/mail.py": "from os import environ\n\n"
                "SENDER = environ['SHOP_SENDER']  # [scattered-env-access]\n",
            },
        ),
        Example(
            "The project has a settings class, and three modules pass it by.",
            "import os\n\nif 'SHOP_FAST' in os.environ:  # [scattered-env-access]\n    WORKERS = 8\n",
            path="src/shop/workers.py",
            files={
                "src/shop/settings.py": "from pydantic_settings import BaseSettings\n\n\n"
                "class Settings(BaseSettings):\n    merchant: str\n",
                "src/shop/stock.py": "import os\n\nos.getenv('SHOP_WAREHOUSE')  # [scattered-env-access]\n",
                "src/shop/mail.py": "import os\n\nos.getenv('SHOP_SENDER')  # [scattered-env-access]\n",
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            yield from self._member(project, member)

    def _member(self, project: Project, member: Member) -> Iterator[Outcome]:
        modules = [
            module
            for module in sorted(project.facts_of(member), key=lambda module: module.path)
            if module.role in RUNTIME_ROLES
        ]
        handed_over = frozenset(name for module in modules for name in module.environment_writes)
        scattered: list[tuple[ModuleFacts, list[EnvironmentRead]]] = []
        for module in modules:
            reads = configuration_reads(module, handed_over)
            if reads and _may_read(module):
                yield self.complies(file_place(module.path))
            elif reads:
                scattered.append((module, reads))
        if len(scattered) >= _SCATTERED:
            severity = (
                Severity.WARNING if any(module.settings_class for module in modules) else None
            )
            values = {"others": len(scattered) - 1, "home": _home(modules)}
            for module, reads in scattered:
                yield self._violation(module, reads, severity, values)

    def _violation(
        self,
        module: ModuleFacts,
        reads: Sequence[EnvironmentRead],
        severity: Severity | None,
        values: Mapping[str, Any],
    ) -> Outcome:
        """All reads of a module; worse where the project has a typed settings object that they pass by."""
        return self.violates(
            file_place(module.path, reads[0].line, "environment"),
            severity=severity,
            trace=[TraceStep(module.path, read.line, f"reads `{read.name}`") for read in reads],
            variables=_named([read.name for read in reads]),
            **values,
        )


def _home(modules: Iterable[ModuleFacts]) -> str:
    """What the message says of the module that should read instead, where the project has one."""
    named = sorted(filter(_is_named_configuration, modules), key=lambda module: module.path)
    typed = [module for module in named if module.settings_class]
    if typed:
        outermost = min(typed, key=lambda module: module.path.count("/"))
        return f"; the settings are in `{outermost.path}`"
    most = max(named, key=lambda module: len(module.environment_reads), default=None)
    if most is None or len(most.environment_reads) < _SCATTERED:
        return ""
    return f"; `{most.path}` reads {len(most.environment_reads)} variables"


def _may_read(module: ModuleFacts) -> bool:
    """Whether it is a module's job to read the environment.

    A file that no import can name (`hooks-v2/start.py`) is a program of its own.
    """
    return (
        module.role is not Role.RUNTIME
        or not module.name
        or module.settings_class
        or keeps_settings_record(module)
        or _is_named_configuration(module)
    )


def _is_named_configuration(module: ModuleFacts) -> bool:
    segments = (module.name or module.path.removesuffix(".py").replace("/", ".")).split(".")
    words = {word for segment in segments for word in segment.lower().split("_")}
    return not words.isdisjoint(_CONFIG_WORDS) or _CONFIG_FILE.fullmatch(segments[-1]) is not None


def _named(names: Sequence[str]) -> str:
    """The first variables by name, the rest by number."""
    distinct = list(dict.fromkeys(names))
    shown = [f"`{name}`" for name in distinct[:3]]
    if len(distinct) > len(shown):
        shown[2:] = [f"{len(distinct) - 2} more variables"]
    *first, last = shown
    return f"{', '.join(first)} and {last}" if first else last
