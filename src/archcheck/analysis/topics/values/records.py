"""Classes that only hold values: does one say whether its instances may change?"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from archcheck.analysis.module import Module

FROZEN, MUTABLE, UNDECIDED = "frozen", "mutable", "undecided"
"""What a class says of its instances: they cannot change; they can; that is computed, so that nobody can know."""

_DATACLASS = frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass"})
_ATTRS = frozenset(
    {"attr.attrs", "attr.attributes", "attr.define", "attr.mutable", "attr.s", "attrs.define", "attrs.mutable"}
)  # fmt: skip
_FROZEN_ATTRS = frozenset({"attr.frozen", "attrs.frozen"})
MODEL_BASES = frozenset(
    {
        "msgspec.Struct",
        "pydantic.BaseModel",
        "pydantic.RootModel",
        "pydantic.generics.GenericModel",
        "pydantic.v1.BaseModel",
    }
)
"""Bases whose subclasses hold values and can change unless they say otherwise."""

IMMUTABLE_BASES = frozenset({"typing.NamedTuple", "typing_extensions.NamedTuple"})
_CONFIGS = frozenset({"dict", "pydantic.ConfigDict", "pydantic.config.ConfigDict"})
_BUILDERS = frozenset(
    {
        "__attrs_post_init__",
        "__init__",
        "__new__",
        "__post_init__",
        "__setstate__",
        "model_post_init",
    }
)


def mutability(node: ast.ClassDef, module: Module) -> str:
    """What a class itself says: `FROZEN`, `MUTABLE`, `UNDECIDED`, or ``""`` where its bases decide."""
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = module.resolve(call.func if call is not None else decorator)
        if name in _FROZEN_ATTRS:
            return FROZEN
        if name in _DATACLASS or name in _ATTRS:
            return _frozen_in(call.keywords if call is not None else ()) or MUTABLE
    return _frozen_in(node.keywords) or _config(node, module)


def changes_itself(node: ast.ClassDef, module: Module) -> bool:
    """Whether a method that does not build the instance gives an attribute of ``self`` a value."""
    for bindings in module.scopes.attributes.get(node, {}).values():
        for binding in bindings:
            function = module.function_of(binding.node)
            if isinstance(function, ast.Lambda) or (
                function is not None and function.name not in _BUILDERS
            ):
                return True
    return False


def _config(node: ast.ClassDef, module: Module) -> str:
    """What the settings of a pydantic model say: ``model_config`` or an inner ``Config``."""
    for statement in node.body:
        if isinstance(statement, ast.ClassDef) and statement.name == "Config":
            return _class_config(statement)
        value = _assigned(statement, "model_config")
        if isinstance(value, ast.Call):
            known = module.resolve(value.func) in _CONFIGS
            return _frozen_in(value.keywords) if known else UNDECIDED
        if isinstance(value, ast.Dict):
            return _frozen_in(
                ast.keyword(str(key.value) if isinstance(key, ast.Constant) else None, item)
                for key, item in zip(value.keys, value.values, strict=True)
            )
        if value is not None:
            return UNDECIDED
    return ""


def _class_config(config: ast.ClassDef) -> str:
    for statement in config.body:
        for name, frozen in (("frozen", True), ("allow_mutation", False)):
            value = _assigned(statement, name)
            if value is not None:
                return _decided(value, frozen=frozen)
    return UNDECIDED if config.bases else ""


def _assigned(statement: ast.stmt, name: str) -> ast.expr | None:
    """The value that a statement of a class body gives to ``name``."""
    if isinstance(statement, ast.Assign):
        targets: list[ast.expr] = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return None
    named = any(isinstance(target, ast.Name) and target.id == name for target in targets)
    return statement.value if named else None


def _frozen_in(keywords: Iterable[ast.keyword]) -> str:
    """What ``frozen=`` says; ``""`` without it."""
    found = ""
    for keyword in keywords:
        if keyword.arg == "frozen":
            return _decided(keyword.value, frozen=True)
        if keyword.arg is None:  # `**options` may hold it
            found = UNDECIDED
    return found


def _decided(value: ast.expr, *, frozen: bool) -> str:
    if not (isinstance(value, ast.Constant) and isinstance(value.value, bool)):
        return UNDECIDED
    return FROZEN if value.value is frozen else MUTABLE
