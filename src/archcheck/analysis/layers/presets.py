"""The stacks that have a name: those of the seed documents, with the synonyms that real projects use."""

from __future__ import annotations

from collections.abc import Mapping

from archcheck.analysis.layers.plan import Layer, LayerPlan, Synonym

_DOMAIN = ("domain", "entities", "domain_model", "model")
_ADAPTERS = ("infra", "adapters", "adapter", "persistence", "outbound", "secondary", "gateways")
_PRESENTATION = (
    "presentation", "entrypoints", "api", "web", "interface", "inbound", "controllers", "routers", "primary",
    "presenters", "rest", "cli",
)  # fmt: skip
_BESIDE_DOMAIN = frozenset(_DOMAIN)


def _both_ways(a: str, b: str) -> frozenset[tuple[str, str]]:
    return frozenset({(a, b), (b, a)})


_FOUR_LAYER = LayerPlan(
    preset="four-layer",
    levels=(
        (Layer("application", ("application", "app", "business"), optional=True),),
        (
            Layer(
                "integration",
                ("integration", "integrations", "connectors", "external"),
                optional=True,
            ),
        ),
        (Layer("infrastructure", ("infrastructure", "infra"), optional=True),),
        (
            Layer(
                "foundation", ("foundation", "foundations", "kernel", "primitives", "shared_kernel")
            ),
        ),
    ),
    inner=frozenset({"foundation"}),
    across=True,
)

_CLEAN = LayerPlan(
    preset="clean",
    levels=(
        (
            Layer(
                "presentation",
                _PRESENTATION,
                optional=True,
                synonyms=(Synonym("interfaces", _BESIDE_DOMAIN, concrete=True),),
            ),
            Layer("infrastructure", ("infrastructure", *_ADAPTERS), optional=True),
        ),
        (
            Layer(
                "application",
                (
                    "application", "use_cases", "usecases", "interactors", "service_layer", "app_services",
                ),
                optional=True,
                synonyms=(Synonym("services", _BESIDE_DOMAIN),),
            ),
        ),
        (
            Layer(
                "domain",
                _DOMAIN,
                synonyms=(
                    Synonym("core", frozenset({"inbound", "outbound", "adapters", "adapter"})),
                ),
            ),
        ),
    ),
    inner=frozenset({"domain"}),
    discouraged=_both_ways("presentation", "infrastructure"),
    across=True,
)  # fmt: skip

_HEXAGONAL = LayerPlan(
    preset="hexagonal",
    levels=(
        (
            Layer(
                "inbound",
                (
                    "inbound", "primary", "driving", "adapters.inbound", "adapters.primary", "adapters.driving",
                    "adapters.input", "adapters.in_", "adapter.inbound", "adapter.input", "entrypoints",
                ),
                optional=True,
            ),
            Layer(
                "outbound",
                (
                    "outbound", "secondary", "driven", "adapters.outbound", "adapters.secondary",
                    "adapters.driven", "adapters.output", "adapters.out", "adapter.outbound", "adapter.output",
                ),
                optional=True,
            ),
            Layer("adapters", ("adapters", "adapter", "infrastructure", "infra"), optional=True),
        ),
        (
            Layer(
                "application",
                ("application", "use_cases", "usecases", "core.application", "core.usecases", "core.services"),
                optional=True,
            ),
        ),
        (Layer("ports", ("ports", "core.ports"), optional=True),),
        (Layer("domain", ("domain", "core.domain", "domain_model", "entities", "model")),),
    ),
    inner=frozenset({"domain", "ports"}),
    free=_both_ways("inbound", "adapters")
    | _both_ways("outbound", "adapters")
    | frozenset({("domain", "ports")}),
    discouraged=_both_ways("inbound", "outbound") | frozenset({("ports", "application")}),
    across=True,
)  # fmt: skip

_WEBAPP = LayerPlan(
    preset="webapp",
    levels=(
        (
            Layer(
                "api",
                (
                    "api", "routers", "routes", "endpoints", "views", "controllers", "handlers", "blueprints",
                    # In the singular they are single modules of vertical slices.
                    "router", "controller",
                ),
            ),
        ),
        (Layer("services", ("services", "service", "logic")),),
        (
            Layer("schemas", ("schemas", "schema", "dto", "serializers"), optional=True),
            Layer(
                "data",
                ("data", "models", "repositories", "repository", "repos", "crud", "dao", "db", "database"),
                optional=True,
            ),
            Layer("core", ("core", "utils", "config"), optional=True),
        ),
    ),
    # What is common to all layers may know them too, but not the API.
    free=frozenset(
        {("core", "services"), ("api", "core"), ("services", "core")}
    )
    | _both_ways("schemas", "data")
    | _both_ways("schemas", "core")
    | _both_ways("data", "core"),
    discouraged=frozenset({("schemas", "services")}),
    across=True,
)  # fmt: skip

_PYRAMID = LayerPlan(
    preset="pyramid",
    levels=(
        (Layer("application", ("application", "app", "api", "cli", "web", "main"), optional=True),),
        (
            Layer(
                "library",
                ("library", "lib", "libs", "common", "shared", "utils", "packages"),
                optional=True,
            ),
        ),
        (Layer("business", ("business", "domain", "logic", "engine", "algorithms", "rules")),),
    ),
    across=True,
)

PRESETS: Mapping[str, LayerPlan] = {
    plan.preset: plan for plan in (_FOUR_LAYER, _CLEAN, _HEXAGONAL, _PYRAMID, _WEBAPP)
}
"""Presets by name.

``four-layer`` is the Meta-Architecture's own (seed 001), ``clean`` its dependency rule (002), ``hexagonal`` the
same with the names of ports and adapters, ``pyramid`` the pyramid of responsibility (000), ``webapp`` the flow of
a request (004).
"""
