"""From a parsed file to its facts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from archcheck.analysis import facts
from archcheck.analysis.calls.functions import function_facts, import_time_calls
from archcheck.analysis.calls.site import CallSite
from archcheck.analysis.imports.loaders import loads_modules
from archcheck.analysis.imports.statements import import_facts
from archcheck.analysis.kinds import EVIDENCE_CALLS, EVIDENCE_NAMES
from archcheck.analysis.module import Module
from archcheck.analysis.names import inferred
from archcheck.analysis.practices.uses import practices_used
from archcheck.analysis.routing.collect import routing_facts
from archcheck.analysis.topics.database.schema import schema_creations, tables
from archcheck.analysis.topics.environment.environment import environment_reads, environment_writes
from archcheck.analysis.topics.environment.required_variables import required_variables
from archcheck.analysis.topics.errors.error_answers import (
    answers_errors,
    answers_misfits,
    raised_classes,
)
from archcheck.analysis.topics.lifecycle.lifecycle import lifecycle_facts
from archcheck.analysis.topics.lifecycle.module_state import state_changes
from archcheck.analysis.topics.remote.resilience import resilience_facts
from archcheck.analysis.topics.requests.body_parameters import body_parameters
from archcheck.analysis.topics.requests.converters import converted_parameters
from archcheck.analysis.topics.requests.handovers import handovers
from archcheck.analysis.topics.telemetry.logger_names import module_loggers
from archcheck.analysis.topics.telemetry.telemetry import telemetry
from archcheck.analysis.topics.testing.runners import pytest_marks
from archcheck.analysis.topics.values.records import changes_itself, mutability
from archcheck.model import Role

_SETTINGS_BASES = frozenset(
    {
        "pydantic_settings.BaseSettings",
        "pydantic.BaseSettings",
        "pydantic.v1.BaseSettings",
        "environs.Env",
        "traitlets.config.Configurable",
    }
)
_PROMPT = re.compile(r"""^[ \t]*(?:[rRuU]?(?:\"{3}|'{3})[ \t]*)?>>> \S""", re.MULTILINE)
#: A module or something in it, as ``mock.patch``, lazy loaders and servers (``app.main:app``) are told of it.
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)+")
_LONGEST_MENTION = 200
#: In a text that a test runs as a program.
_IMPORT = re.compile(r"(?:^|[\n;])[ \t]*(?:from|import)[ \t]+([A-Za-z_][\w.]{0,200})")
_LONGEST_PROGRAM = 5_000
_EVIDENCE_TAILS = frozenset(name.rpartition(".")[2] for name in EVIDENCE_CALLS)


def collect(module: Module, deferred_calls: Iterable[CallSite] = ()) -> facts.ModuleFacts:
    """The facts of ``module``.

    Args:
        module: the file.
        deferred_calls: its calls through other modules that may turn out to be watched.
    """
    deferred = tuple(deferred_calls)
    return facts.ModuleFacts(
        path=module.path,
        name=module.name,
        role=module.role,
        is_package=module.is_package,
        lines=module.text.count("\n") + (module.text[-1:] not in ("", "\n")),
        doctests=">>> " in module.text and bool(_PROMPT.search(module.text)),
        imports=tuple(import_facts(module)),
        functions=tuple(function_facts(module)),
        calls=import_time_calls(module),
        classes=tuple(_classes(module)),
        variables=tuple(inferred.variables(module)),
        exports=inferred.exports(module),
        altered=tuple(sorted(inferred.altered(module))),
        customised=tuple(sorted(module.receivers.customised)),
        constructs=tuple(_constructs(module)),
        environment_reads=tuple(environment_reads(module)),
        environment_writes=tuple(sorted(set(environment_writes(module)))),
        required_variables=tuple(required_variables(module)),
        deferred_calls=deferred,
        settings_class=_defines_settings(module),
        answers_errors=answers_errors(module),
        answers_misfits=answers_misfits(module),
        raised=raised_classes(module),
        routing=routing_facts(module),
        lifecycle=lifecycle_facts(module),
        state_changes=tuple(state_changes(module)),
        handovers=tuple(handovers(module)),
        converted_parameters=tuple(converted_parameters(module)),
        body_parameters=tuple(body_parameters(module)),
        telemetry=telemetry(module),
        loggers=module_loggers(module),
        practices=practices_used(module),
        mentions=_mentions(module),
        loads_modules=loads_modules(module),
        marks=pytest_marks(module),
        tables=tuple(tables(module)),
        schema_creations=tuple(schema_creations(module)),
        resilience=resilience_facts(module, (site.target for site in deferred)),
    )


def _classes(module: Module) -> Iterator[facts.ClassFact]:
    for node in module.nodes(ast.ClassDef):
        bases: list[str] = []
        for base in node.bases:
            expression = base.value if isinstance(base, ast.Subscript) else base
            bases.extend(module.names(expression) or ("?",))
        scope = module.scopes.scope_of(node).qualname
        qualname = f"{scope}.{node.name}" if scope else node.name
        yield facts.ClassFact(
            qualname,
            node.lineno,
            tuple(bases),
            mutability(node, module),
            changes_itself(node, module),
            decorators=tuple(module.symbols.decorators(node)),
            metaclass=_metaclass(node, module),
            attributes=() if module.role is Role.TEST else tuple(inferred.attributes(module, node)),
        )


def _metaclass(node: ast.ClassDef, module: Module) -> str:
    for keyword in node.keywords:
        if keyword.arg == "metaclass":
            name = module.resolve(keyword.value) or "?"
            return "" if name in ("type", "abc.ABCMeta") else name
    return ""


def _may_tell(name: str, module: Module) -> bool:
    """Whether a name tells the project's kind, or may do so once it is known what another module means by it."""
    if name in EVIDENCE_CALLS:
        return True
    return (
        name.rpartition(".")[2] in _EVIDENCE_TAILS
        and module.symbols.is_first_party(name)
        and not name.startswith(f"{module.name}.")
    )


def _constructs(module: Module) -> Iterator[facts.Evidence]:
    for call in module.calls.named(_EVIDENCE_TAILS):
        for name in module.names(call.func):
            if _may_tell(name, module) and not module.in_main_guard(call):
                yield facts.Evidence(name, call.lineno)
    for node in module.nodes(ast.ClassDef):
        for base in node.bases:
            for name in module.names(base):
                if _may_tell(name, module):
                    yield facts.Evidence(name, node.lineno)
    for assign in module.nodes(ast.Assign):
        if isinstance(assign.value, ast.Constant) and assign.value.value is None:
            continue  # a default that says there is none
        for target in assign.targets:
            if isinstance(target, ast.Name) and target.id in EVIDENCE_NAMES:
                yield facts.Evidence(target.id, assign.lineno)


def _mentions(module: Module) -> tuple[str, ...]:
    """Dotted texts that begin with a first-party name, a colon read as a dot; in tests, imports in programs too."""
    found: dict[str, None] = {}
    in_test = module.role is Role.TEST
    for constant in module.nodes(ast.Constant):
        text = constant.value
        if not isinstance(text, str):
            continue
        if in_test and "import " in text:
            names = _IMPORT.findall(text[:_LONGEST_PROGRAM])
            found.update(dict.fromkeys(filter(module.symbols.is_first_party, names)))
        if len(text) > _LONGEST_MENTION:
            continue
        if _DOTTED.fullmatch(text) and module.symbols.is_first_party(
            dotted := text.replace(":", ".")
        ):
            found[dotted] = None
    return tuple(found)


def _defines_settings(module: Module) -> bool:
    return any(
        name in _SETTINGS_BASES
        for node in module.nodes(ast.ClassDef)
        for base in node.bases
        for name in module.names(base)
    )
