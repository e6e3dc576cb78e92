"""The settings model: every key of ``[tool.archcheck]``, its type, its default and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from archcheck.config.layers import LayersSettings
from archcheck.config.names import kebab, nearest
from archcheck.model import Kind, Principle, Severity

Score = Annotated[Decimal, Field(ge=0, le=100, allow_inf_nan=False)]
"""A score a project must reach, 0 to 100; decimal, so that 79.9 means 79.9."""

Weight = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]


def _is_principle(slug: object) -> object:
    slugs = [principle.slug for principle in Principle]
    if slug not in slugs:
        raise ValueError(f"unknown principle{nearest(slug, slugs)}")
    return slug


PrincipleSlug = Annotated[str, BeforeValidator(_is_principle)]

_KINDS = tuple(kind.value for kind in Kind if kind is not Kind.DEPLOYABLE)


def _is_declarable(kind: object) -> object:
    """Only what follows from other kinds, ``deployable``, cannot be declared."""
    if kind not in _KINDS:
        raise ValueError(
            f"`{kind}` is none of {', '.join(f'`{each}`' for each in _KINDS)}{nearest(kind, _KINDS)}"
        )
    return kind


DeclaredKind = Annotated[
    Kind,
    BeforeValidator(_is_declarable),
    WithJsonSchema({"type": "string", "enum": list(_KINDS)}),
]


class RuleSettings(BaseModel):
    """What a project changes about one rule; keys other than ``severity`` are the rule's own options."""

    model_config = ConfigDict(frozen=True, extra="allow")

    severity: Severity | None = Field(
        default=None,
        description="Replaces the rule's severity; the score is then labelled customised.",
    )

    @property
    def options(self) -> Mapping[str, object]:
        """The rule's own options as written, not yet validated by the rule's model."""
        return dict(self.model_extra or {})


class PerFileIgnore(BaseModel):
    """Rules that are silent in some files. Without a reason the score still counts them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ignore: tuple[str, ...] = Field(description="Codes, prefixes, names or principles.")
    reason: str = Field(default="", description="Why; needed for the score to leave them out.")

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe both forms, the table and the list."""
        table = handler.resolve_ref_schema(handler(schema))
        return {"anyOf": [{"type": "array", "items": {"type": "string"}}, table]}

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: object) -> object:
        """A bare list is the short form without a reason."""
        return {"ignore": value} if isinstance(value, (list, tuple)) else value


class Settings(BaseModel):
    """The configuration in force. Keys are kebab-case in files, snake_case in Python."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=kebab, populate_by_name=True
    )

    kinds: frozenset[DeclaredKind] | None = Field(
        default=None, min_length=1, description="What the project is; found out when absent."
    )
    edition: Literal["2026.1"] = Field(
        default="2026.1",
        description="Fixes the rules, their severities and the weights behind the score.",
    )
    exclude: tuple[str, ...] = Field(
        default=(), description="Gitignore patterns of files that only the strict score counts."
    )
    source_roots: tuple[str, ...] = Field(
        default=(), description="Folders that hold the top-level packages; found out when empty."
    )
    select: tuple[str, ...] = Field(
        default=(),
        description="Rules to use, as codes, prefixes, names or principles; empty means all.",
    )
    ignore: tuple[str, ...] = Field(default=(), description="Rules to leave out.")
    extend_select: tuple[str, ...] = Field(default=(), description="Rules to use besides `select`.")
    preview: bool = Field(
        default=False,
        description="Run preview rules too, and show what they find; they never score.",
    )
    fail_under: Score = Field(default=Decimal(80), description="The gate fails below this score.")
    fail_under_strict: Score | None = Field(
        default=None, description="The gate fails below this strict score."
    )
    fail_under_principle: Mapping[PrincipleSlug, Score] = Field(
        default={}, description="The gate fails where a principle scores less."
    )
    fail_on: Literal["error", "warning", "info", "never"] = Field(
        default="error", description="The gate fails on an open issue of this severity or worse."
    )
    ci: bool = Field(
        default=False,
        description="Stale suppressions and ignores fail; true by itself when `CI` is set.",
    )
    layers: LayersSettings | None = Field(
        default=None, description="The declared layers, highest first."
    )
    rules: Mapping[str, RuleSettings] = Field(
        default={}, description="Severity and options by rule name or code."
    )
    weights: Mapping[PrincipleSlug, Weight] = Field(
        default={}, description="Weight of a principle in the score, 1 unless given."
    )
    per_file_ignores: Mapping[str, PerFileIgnore] = Field(
        default={}, description="Rules to silence, by gitignore pattern."
    )
    jobs: int = Field(
        default=0,
        ge=0,
        le=256,
        description="Processes to use; 0 leaves it to the machine and the amount of source.",
    )
    cache: bool = Field(default=True, description="Remember results between runs.")
    cache_dir: str = Field(
        default=".archcheck_cache",
        min_length=1,
        description="Folder of the cache; in a file a path inside the repository.",
    )

    @model_validator(mode="after")
    def _some_weight(self) -> Settings:
        if len(self.weights) == len(Principle) and not any(self.weights.values()):
            raise ValueError("`weights` leave no principle in the score")
        return self

    def rule(self, code: str, name: str) -> RuleSettings:
        """What the project changes about the rule, found by code or name."""
        return self.rules.get(code) or self.rules.get(name) or RuleSettings()

    def lifted(self) -> Settings:
        """The same without selection, ignores and excludes: what the strict score looks at."""
        return self.model_copy(
            update={
                "select": (),
                "extend_select": (),
                "ignore": (),
                "exclude": (),
                "per_file_ignores": {},
            }
        )

    def judging(self) -> dict[str, object]:
        """The values that a report depends on: all but processes and cache."""
        return self.model_dump(exclude={"jobs", "cache", "cache_dir"})

    def fails_on(self) -> Severity | None:
        """The least severity that fails the gate, or None for never."""
        return None if self.fail_on == "never" else Severity(self.fail_on)

    def principle_thresholds(self) -> dict[Principle, Fraction]:
        """The lowest score of each principle that has one."""
        return _by_principle(self.fail_under_principle)

    def principle_weights(self) -> dict[Principle, Fraction]:
        """The weight of each principle that has one of its own."""
        return _by_principle(self.weights)

    def ignores(self) -> tuple[tuple[str, tuple[str, ...], str], ...]:
        """The per-file ignores as (pattern, selectors, reason)."""
        return tuple(
            (pattern, entry.ignore, entry.reason)
            for pattern, entry in self.per_file_ignores.items()
        )


def _by_principle(values: Mapping[str, Decimal]) -> dict[Principle, Fraction]:
    return {
        principle: Fraction(values[principle.slug])
        for principle in Principle
        if principle.slug in values
    }
