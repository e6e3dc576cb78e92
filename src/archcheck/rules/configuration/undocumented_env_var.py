"""ARC0604: a variable that the program requires is written down nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from archcheck.analysis.facts import ModuleFacts, RequiredVariable
from archcheck.analysis.manifests import Manifests
from archcheck.analysis.topics.environment.process_contract import is_process_contract
from archcheck.model import RUNTIME_ROLES, Confidence, Kind, Member, Outcome, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

#: Fewer than this, without a template, are no pattern.
_SEVERAL = 3


class UndocumentedEnvVar(ProjectRule):
    """A variable that the program requires is not in the template of its environment.

    Who deploys the program then learns of the variable when the program fails, one variable at a time.

    A variable is required where it is read with `os.environ["X"]`, or is a field without a default of a pydantic
    settings class, its prefix, aliases and nested names followed. Where the project has no template, several such
    variables that are mentioned nowhere are one finding. Not flagged: variables with a default; those that a README, a
    page about configuration, or a container, compose or platform file names; settings classes with a prefix that
    cannot be told, or with sources of their own; variables that belong to the process rather than to the program, or
    that the project itself sets; an unpacked archive without a template, which may have lost it.
    """

    code = "ARC0604"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    preview = True
    noun = "required environment variables are written down for those who deploy"
    message = "requires `{variable}`, which `{template}` does not name"
    advice = "add it to the template, with an example value that is no secret"
    kinds = frozenset({Kind.DEPLOYABLE})
    seed = "001, template of a project: `.env.example`; 000, factor 3"
    good = (
        Example(
            "The template names what is required, by its prefix.",
            "from pydantic_settings import BaseSettings, SettingsConfigDict\n\n\n"
            "class Settings(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='SHOP_')\n\n"
            "    database_url: str\n    workers: int = 4\n",
            path="src/shop/settings.py",
            files={".env.example": "SHOP_DATABASE_URL=postgresql://localhost/shop\n"},
        ),
        Example(
            "The compose file sets it, so it is known.",
            "import os\n\nREGION = os.environ['SHOP_REGION']\nPAGER = os.environ.get('SHOP_PAGER', '')\n",
            path="src/shop/settings.py",
            files={
                ".env.example": "SHOP_SENDER=shop@example.org\n",
                "compose.yaml": "services:\n  shop:\n    environment:\n      SHOP_REGION: north\n",
            },
        ),
    )
    bad = (
        Example(
            "The template was forgotten when the variable came.",
            "import os\n\nREGION = os.environ['SHOP_REGION']  # [undocumented-env-var]\n",
            path="src/shop/settings.py",
            files={".env.example": "SHOP_SENDER=shop@example.org\n"},
        ),
        Example(
            "Three required variables, and nothing that tells of them.",
            "from pydantic import Field\nfrom pydantic_settings import BaseSettings\n\n\n"
            "class Settings(BaseSettings):\n"
            "    shop_sender: str  # [undocumented-env-var]\n"
            "    shop_region: str = Field(alias='REGION_OF_SHOP')  # [undocumented-env-var]\n"
            "    shop_database: str = Field(..., min_length=5)  # [undocumented-env-var]\n",
            path="src/shop/settings.py",
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            manifests = project.manifests[member.root]
            required = _required(project, member)
            templates = manifests.env_templates
            if templates:
                yield from self._with_template(required, manifests, templates[0])
            elif len(required) >= _SEVERAL and not project.unpacked:
                yield from self._without_template(required, manifests, member)

    def _with_template(
        self,
        required: list[tuple[ModuleFacts, RequiredVariable]],
        manifests: Manifests,
        template: str,
    ) -> Iterator[Outcome]:
        for module, variable in required:
            place = file_place(module.path, variable.line, variable.names[0])
            if _is_documented(variable, manifests):
                yield self.complies(place)
            else:
                yield self.violates(place, variable=variable.names[0], template=template)

    def _without_template(
        self,
        required: list[tuple[ModuleFacts, RequiredVariable]],
        manifests: Manifests,
        member: Member,
    ) -> Iterator[Outcome]:
        unknown = [item for item in required if not _is_documented(item[1], manifests)]
        several = len(unknown) >= _SEVERAL
        names = ", ".join(f"`{variable.names[0]}`" for _, variable in unknown[:_SEVERAL])
        more = f" and {len(unknown) - _SEVERAL} more" if len(unknown) > _SEVERAL else ""
        for module, variable in required:
            place = file_place(module.path, variable.line, variable.names[0])
            if several and (module, variable) in unknown:
                yield self.violates(
                    place,
                    message=f"requires {names}{more}, and no template or page of the project names them",
                    group=f"{self.code}:{member.root}",
                )
            else:
                yield self.complies(place)


def _required(project: Project, member: Member) -> list[tuple[ModuleFacts, RequiredVariable]]:
    """What the runtime code of a member requires, each variable where it is first required."""
    modules = [
        module
        for module in sorted(project.facts_of(member), key=lambda module: module.path)
        if module.role in RUNTIME_ROLES
    ]
    handed_over = {name for module in modules for name in module.environment_writes}
    found: dict[tuple[str, ...], tuple[ModuleFacts, RequiredVariable]] = {}
    for module in modules:
        for variable in module.required_variables:
            if not any(
                is_process_contract(name) or name in handed_over or name.startswith("_")
                for name in variable.names
            ):
                found.setdefault(variable.names, (module, variable))
    return list(found.values())


def _is_documented(variable: RequiredVariable, manifests: Manifests) -> bool:
    """Whether some text names the variable, or a part of it where its value is nested."""
    known = manifests.documented_variables
    return any(
        name.upper() in known or any(other.startswith(f"{name.upper()}__") for other in known)
        for name in variable.names
    )
