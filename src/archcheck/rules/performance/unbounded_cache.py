"""ARC1105."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.queries import GivenByClients
from archcheck.analysis.topics.lifecycle.module_state import collections_of, is_module_level
from archcheck.analysis.topics.requests.handovers import MADE_OF, arguments_of
from archcheck.analysis.topics.requests.untrusted import is_untrusted
from archcheck.analysis.topics.values.provenance import parameters_behind
from archcheck.model import Confidence, Kind, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending

_CACHE = "functools.cache"
_LRU_CACHE = "functools.lru_cache"
#: Whatever is made of what a client sent is another key.
_KEYS = frozenset({MADE_OF})
#: Methods that take something out of a cache.
_EVICTORS = frozenset({"clear", "pop", "popitem"})
#: Annotations of which there are few values.
_FEW = frozenset({"bool", "enum.Enum", "type"})


class UnboundedCache(ModuleRule):
    """A cache without a limit is keyed by what clients send.

    Each new key stays for ever, so anybody who can send requests decides how much memory the process takes.

    Judged are `functools.cache`, `lru_cache` and dictionaries at module level in which a function looks a key up
    and stores it when it is missing. A cache without a limit is reported where a request handler hands a value
    of the client to the parameter that becomes the key, itself or through a function of the same module; the trace
    says which.

    Not flagged: caches with a `maxsize`; dictionaries that the module takes keys out of, or counts; functions
    without parameters, or with a few possible values (`bool`, classes). Cached methods are another rule's.
    """

    code = "ARC1105"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    noun = "caches have a limit, or a key that no client chooses"
    message = "`{cache}` keeps every key that a client sends: it grows without a limit"
    advice = "give it a `maxsize` or a time to live"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER})
    seed = "Seed 001, Performance patterns: caching; 004, Application Cache"
    good = (
        Example(
            "The least used keys go.",
            "from functools import lru_cache\n\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
            "@lru_cache(maxsize=1024)\ndef rate(code: str):\n    return load(code)\n\n\n"
            "@router.get('/rates/{code}')\ndef show(code: str):\n    return rate(code)\n",
            path="src/app/api.py",
        ),
        Example(
            "One value, and a few values.",
            "from functools import cache\n\n\n@cache\ndef settings():\n    return load()\n\n\n"
            "@cache\ndef table(compact: bool):\n    return build(compact)\n",
        ),
    )
    bad = (
        Example(
            "A visitor fills the memory, one code after the other.",
            "from functools import cache\n\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
            "@cache  # [unbounded-cache]\ndef rate(code: str):\n    return load(code)\n\n\n"
            "@router.get('/rates/{code}')\ndef show(code: str):\n    return rate(code)\n",
            path="src/app/api.py",
        ),
        Example(
            "The same with a dictionary.",
            "_pages = {}\n\n\ndef page(name):\n    if name not in _pages:\n"
            "        _pages[name] = render(name)  # [unbounded-cache]\n    return _pages[name]\n",
            path="src/app/pages.py",
            files={
                "src/app/api.py": "from flask import Blueprint\n\nfrom app.pages import page\n\nbp = Blueprint('pages', __name__)\n\n\n"
                "@bp.get('/<name>')\ndef show(name):\n    return page(name)\n"
            },
        ),
    )

    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Judgement]:
        decorator = _cache_of(node, module)
        if decorator is None or isinstance(module.parent(node), ast.ClassDef):
            return
        complies = self.complies(module.place(decorator))
        if _is_bounded(decorator, module) or _has_few_keys(node, module):
            yield complies
        else:
            violates = self.violates(module.place(decorator), cache=node.name)
            wanted = frozenset(each.arg for each in _parameters(node))
            given = GivenByClients(_arguments(node, wanted, module), _KEYS)
            yield Pending(given, violates, complies)

    def visit_Module(self, node: ast.Module, module: Module) -> Iterator[Judgement]:
        for name in collections_of(module):
            stores = list(_stores(name, module))
            if stores:
                yield self._judge_dictionary(name, stores, module)

    def _judge_dictionary(
        self, name: str, stores: list[ast.Subscript], module: Module
    ) -> Judgement:
        first = stores[0]
        complies = self.complies(module.place(first, subject=name))
        if _is_emptied(name, module):
            return complies
        violates = self.violates(module.place(first, subject=name), cache=name)
        arguments: set[str] = set()
        for store in stores:
            if is_untrusted(store.slice, module):
                return violates
            function = module.function_of(store)
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                wanted = parameters_behind(store.slice, module, looked_up=False)
                arguments |= _arguments(function, wanted, module)
        return Pending(GivenByClients(frozenset(arguments), _KEYS), violates, complies)


def _cache_of(node: AnyFunction, module: Module) -> ast.expr | None:
    """The decorator that keeps what a function returned."""
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if module.resolve(target) in (_CACHE, _LRU_CACHE):
            return decorator
    return None


def _is_bounded(decorator: ast.expr, module: Module) -> bool:
    if not isinstance(decorator, ast.Call):
        return module.resolve(decorator) == _LRU_CACHE
    if module.resolve(decorator.func) != _LRU_CACHE:
        return False
    size = next(
        (each.value for each in decorator.keywords if each.arg == "maxsize"),
        decorator.args[0] if decorator.args else None,
    )
    return not (isinstance(size, ast.Constant) and size.value is None)


def _parameters(node: AnyFunction) -> list[ast.arg]:
    arguments = node.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _has_few_keys(node: AnyFunction, module: Module) -> bool:
    return not (node.args.vararg or node.args.kwarg) and all(
        parameter.annotation is not None
        and _FEW.issuperset(module.symbols.annotation(parameter.annotation) or ("",))
        for parameter in _parameters(node)
    )


def _arguments(function: AnyFunction, wanted: frozenset[str], module: Module) -> frozenset[str]:
    """The arguments that become one of the ``wanted`` parameters, also through another function of the module."""
    name = module.symbols.definition_name(function)
    found = set(arguments_of(function, wanted, module))
    for call in module.calls_by_name.get(function.name, ()):
        caller = module.function_of(call)
        if module.resolve(call.func) != name or not isinstance(
            caller, (ast.FunctionDef, ast.AsyncFunctionDef)
        ):
            continue
        for position, parameter in enumerate(_parameters(function)):
            given = [
                *call.args[position : position + 1],
                *(each.value for each in call.keywords if each.arg == parameter.arg),
            ]
            if parameter.arg in wanted and given:
                passed_on = parameters_behind(given[0], module, looked_up=False)
                found.update(arguments_of(caller, passed_on, module))
    return frozenset(found)


def _stores(name: str, module: Module) -> Iterator[ast.Subscript]:
    """Where a function stores something in a dictionary under a key that it looked up there before."""
    for node in module.nodes(ast.Subscript):
        if (
            isinstance(node.ctx, ast.Store)
            and is_module_level(node.value, name, module)
            and not isinstance(node.slice, ast.Constant)
            and _is_looked_up(name, node, module)
        ):
            yield node


def _is_looked_up(name: str, store: ast.Subscript, module: Module) -> bool:
    function, key = module.function_of(store), ast.dump(store.slice)
    for node in module.own_nodes(function) if function is not None else ():
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            container, wanted = node.comparators[0], node.left
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            container, wanted = node.func.value, node.args[0]
        else:
            continue
        if is_module_level(container, name, module) and ast.dump(wanted) == key:
            return True
    return False


def _is_emptied(name: str, module: Module) -> bool:
    """Whether something is taken out, or the number of keys is asked for, anywhere in the module."""
    if len(module.scopes.module_scope.bindings[name]) > 1:
        return True
    return (
        any(
            isinstance(node.ctx, ast.Del) and is_module_level(node.value, name, module)
            for node in module.nodes(ast.Subscript)
        )
        or any(
            isinstance(call.func, ast.Attribute) and is_module_level(call.func.value, name, module)
            for method in _EVICTORS
            for call in module.calls_by_name.get(method, ())
        )
        or any(
            is_module_level(argument, name, module)
            for call in module.calls_by_name.get("len", ())
            for argument in call.args
        )
    )
