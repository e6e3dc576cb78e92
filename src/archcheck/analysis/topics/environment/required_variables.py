"""Which environment variables must be set for a module to work?

Those that are read without a default, and the fields without one of a pydantic settings class. Where something else
than the environment may set a field (a file, a secrets folder, sources of the project's own), or the variable's name
cannot be told, nothing is claimed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.facts import RequiredVariable
from archcheck.analysis.module import Module
from archcheck.analysis.topics.environment.environment import environment_read

_CURRENT = "pydantic_settings.BaseSettings"
_SETTINGS = frozenset({_CURRENT, "pydantic.BaseSettings", "pydantic.v1.BaseSettings"})
_FIELDS = frozenset({"pydantic.Field", "pydantic.fields.Field", "pydantic.v1.Field"})
_CHOICES = frozenset({"pydantic.AliasChoices", "pydantic.aliases.AliasChoices"})
_DEFAULTS = frozenset({"default", "default_factory"})
_CATCHES = frozenset({"KeyError", "LookupError", "Exception", "BaseException", "*", "?"})
#: Configuration of a settings class that lets something else than the environment set its fields.
_OTHER_SOURCES = frozenset(
    {"json_file", "pyproject_toml_table_header", "secrets_dir", "toml_file", "yaml_file", "cli_parse_args"}
)  # fmt: skip


def required_variables(module: Module) -> Iterator[RequiredVariable]:
    """Every variable that the module requires, in source order, each name once."""
    found = [*_subscripts(module), *_settings_fields(module)]
    seen: set[tuple[str, ...]] = set()
    for variable in sorted(found, key=lambda each: (each.line, each.names)):
        if variable.names not in seen:
            seen.add(variable.names)
            yield variable


def _subscripts(module: Module) -> Iterator[RequiredVariable]:
    """``os.environ["X"]``, unless the module also asks for ``X`` in a way that allows for its absence."""
    if not module.imports("os"):
        return
    lenient: set[str] = set()
    strict: list[tuple[str, int]] = []
    for kind in (ast.Call, ast.Compare, ast.Subscript):
        for node in module.nodes(kind):
            read = environment_read(node, module)
            if read is None or not read.name:
                continue
            certain = (
                isinstance(node, ast.Subscript)
                and not read.as_script
                and _CATCHES.isdisjoint(module.handled(node))
                and not module.guarded(node)
            )
            if certain:
                strict.append((read.name, read.line))
            else:
                lenient.add(read.name)
    for name, line in strict:
        if name not in lenient:
            yield RequiredVariable((name,), line)


def _settings_fields(module: Module) -> Iterator[RequiredVariable]:
    if not module.imports("pydantic", "pydantic_settings"):
        return
    for node in module.nodes(ast.ClassDef):
        bases = [module.resolve(base) for base in node.bases]
        if len(bases) != 1 or bases[0] not in _SETTINGS:
            continue
        prefix = _prefix(node, module)
        if prefix is not None:
            yield from _fields(node, prefix, module, old=bases[0] != _CURRENT)


def _fields(
    node: ast.ClassDef, prefix: str, module: Module, *, old: bool
) -> Iterator[RequiredVariable]:
    """The fields without a default; pydantic 1 (``old``) gives one to those that may be None."""
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        if name.startswith("_") or name == "model_config" or _is_class_variable(statement, module):
            continue
        if old and statement.value is None and _admits_none(statement.annotation):
            continue
        value = statement.value
        aliases: tuple[str, ...] | None = ()
        if isinstance(value, ast.Call) and module.resolve(value.func) in _FIELDS:
            if not _requires(value):
                continue
            aliases = _aliases(value, module)
        elif value is not None and not _is_ellipsis(value):
            continue
        if aliases is not None:
            yield RequiredVariable(aliases or (f"{prefix}{name}".upper(),), statement.lineno)


def _requires(field: ast.Call) -> bool:
    """Whether a ``Field(...)`` leaves its field without a default."""
    if field.args:
        return len(field.args) == 1 and _is_ellipsis(field.args[0])
    return not any(keyword.arg is None or keyword.arg in _DEFAULTS for keyword in field.keywords)


def _aliases(field: ast.Call, module: Module) -> tuple[str, ...] | None:
    """The variables that a field is read from by its own words; empty for none, None when nobody can tell."""
    for keyword in field.keywords:
        if keyword.arg not in ("validation_alias", "alias", "env"):
            continue
        nodes = [keyword.value]
        if isinstance(keyword.value, ast.Call) and module.resolve(keyword.value.func) in _CHOICES:
            nodes = list(keyword.value.args)
        names = [_text(node) for node in nodes]
        return tuple(name.upper() for name in names if name) if all(names) else None
    return ()


def _prefix(node: ast.ClassDef, module: Module) -> str | None:
    """The prefix of a settings class's variables; None when it, or the sources of its fields, cannot be told."""
    for statement in node.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)) and statement.name in (
            "settings_customise_sources",
            "customise_sources",
            "__init__",
        ):
            return None
    prefix: str | None = ""
    for name, value in _configuration(node):
        if name in _OTHER_SOURCES or not name:
            return None
        if name == "env_prefix":
            prefix = _text(value)
    return prefix


def _configuration(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr]]:
    """The options of a settings class, ``""`` for those that are hidden in a value."""
    for statement in node.body:
        if isinstance(statement, ast.ClassDef) and statement.name == "Config":
            for inner in statement.body:
                if isinstance(inner, ast.Assign) and isinstance(inner.targets[0], ast.Name):
                    yield inner.targets[0].id, inner.value
            continue
        target = (
            statement.targets[0]
            if isinstance(statement, ast.Assign)
            else getattr(statement, "target", None)
        )
        if not (isinstance(target, ast.Name) and target.id == "model_config"):
            continue
        value = getattr(statement, "value", None)
        if isinstance(value, ast.Call) and not value.args:
            for keyword in value.keywords:
                yield keyword.arg or "", keyword.value
        elif isinstance(value, ast.Dict):
            for key, item in zip(value.keys, value.values, strict=True):
                yield _text(key) or "", item
        elif value is not None:
            yield "", value
    for keyword in node.keywords:
        yield keyword.arg or "", keyword.value


def _is_class_variable(statement: ast.AnnAssign, module: Module) -> bool:
    annotation = statement.annotation
    node = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return module.resolve(node) == "typing.ClassVar"


def _admits_none(annotation: ast.expr) -> bool:
    text = ast.unparse(annotation)
    return "Optional[" in text or "None" in text


def _text(node: ast.expr | None) -> str | None:
    """The string that a node is, or None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is Ellipsis
