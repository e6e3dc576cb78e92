"""From a parsed file to what it tells about routes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.routing.facts import (
    NO_ROUTING,
    InclusionFact,
    RouteFact,
    RouterFact,
    RoutingFacts,
)
from archcheck.analysis.routing.names import node_of, target_node
from archcheck.analysis.routing.registrations import decorated, inclusions, routers
from archcheck.analysis.routing.tables import listed, root_of_django
from archcheck.analysis.routing.urls import constants
from archcheck.analysis.routing.version_headers import reads_version_header
from archcheck.model import Role

_FRAMEWORKS = (
    "aiohttp",
    "django",
    "fastapi",
    "flask",
    "litestar",
    "ninja",
    "quart",
    "rest_framework",
    "starlette",
    "tornado",
)


def routing_facts(module: Module) -> RoutingFacts:
    """What ``module`` tells about routes; of tests nothing, since they answer nobody."""
    if module.role is Role.TEST:
        return NO_ROUTING
    known_constants = tuple(constants(module))
    if not module.imports(*_FRAMEWORKS):
        return RoutingFacts(
            inclusions=(*inclusions(module), *root_of_django(module)),
            aliases=tuple(_aliases(module)) if _makes_application(module) else (),
            constants=known_constants,
            versions_otherwise=_configures_versions(module) or reads_version_header(module),
        )
    tables = list(listed(module))
    return RoutingFacts(
        routers=(*routers(module), *(each for each in tables if isinstance(each, RouterFact))),
        inclusions=(
            *inclusions(module),
            *(each for each in tables if isinstance(each, InclusionFact)),
            *root_of_django(module),
        ),
        routes=(*decorated(module), *(each for each in tables if isinstance(each, RouteFact))),
        aliases=tuple(_aliases(module)),
        constants=known_constants,
        versions_otherwise=_configures_versions(module) or reads_version_header(module),
    )


def _configures_versions(module: Module) -> bool:
    """Whether the settings or a view of Django REST framework choose a way to tell versions apart."""
    return "DEFAULT_VERSIONING_CLASS" in module.text and any(
        isinstance(key, ast.Constant) and key.value == "DEFAULT_VERSIONING_CLASS"
        for statement in module.nodes(ast.Assign)
        if isinstance(statement.value, ast.Dict)
        for key in statement.value.keys
    )


def _makes_application(module: Module) -> bool:
    """Whether a name of a router is given a value here: ``app = create_app()``."""
    return any(
        isinstance(target, ast.Name) and target.id in ("app", "api", "application", "router")
        for statement in module.nodes(ast.Assign)
        for target in statement.targets
    )


def _aliases(module: Module) -> Iterator[tuple[str, str]]:
    """Names that stand for a node made elsewhere, and functions that return one."""
    for statement in module.nodes(ast.Assign):
        value = statement.value
        if isinstance(value, (ast.Name, ast.Attribute, ast.Call)):
            holder, made = target_node(statement.targets[0], module), node_of(value, module)
            if holder and made and holder != made and "<" not in made:
                yield holder, made
    for function in module.functions:
        for node in module.own_nodes(function):
            if isinstance(node, ast.Return) and isinstance(node.value, (ast.Name, ast.Attribute)):
                made = node_of(node.value, module)
                if made and module.symbols.is_first_party(made):
                    yield f"{module.symbols.definition_name(function)}()", made
