"""ARC1104."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.queries import IsSubclass
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending

_CACHES = frozenset({"functools.lru_cache", "functools.cache"})
_VALUE_BASES = frozenset(
    {"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag", "typing.NamedTuple", "tuple",
     "str", "int", "frozenset", "type", "abc.ABCMeta", "enum.EnumMeta"}
)  # fmt: skip
_DATACLASSES = frozenset(
    {"dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attr.frozen", "attrs.define", "attrs.frozen"}
)  # fmt: skip


class CachedInstanceMethod(ModuleRule):
    """A cache decorator on an instance method or on a coroutine.

    The cache is one for the class and holds `self` in every key: no instance is freed before it leaves the cache,
    and a cache per request or per connection becomes a leak. On `async def` it stores the coroutine, and the
    second `await` of that fails.

    Not flagged: functions, static and class methods; classes whose instances are values (an `Enum`, a
    `NamedTuple`, a frozen dataclass, a class with its own `__eq__` or `__hash__`); classes of which the module
    makes one instance at its own level; `cached_property`.
    """

    code = "ARC1104"
    severity = Severity.WARNING
    noun = "cached functions keep no instance alive"
    message = "the cache of `{method}` keeps every instance of `{owner}` alive"
    advice = "use `cached_property`, or cache a module-level function of the values that matter"
    waived_by = ("B019", "W1518", "W1516")
    seed = "Seed 001, Performance patterns: caching"
    good = (
        Example(
            "A module-level function has no instance.",
            "from functools import lru_cache\n\n\n@lru_cache\ndef get_settings():\n    return load()\n",
        ),
        Example(
            "One value an instance, freed with it.",
            "from functools import cached_property\n\n\nclass Report:\n    @cached_property\n"
            "    def total(self):\n        return sum(self.rows)\n",
        ),
        Example(
            "Instances are values.",
            "from dataclasses import dataclass\nfrom functools import lru_cache\n\n\n@dataclass(frozen=True)\n"
            "class Colour:\n    name: str\n\n    @lru_cache\n    def rgb(self):\n        return parse(self.name)\n",
        ),
    )
    bad = (
        Example(
            "Every handler stays in memory.",
            "import functools\n\n\nclass Handler:\n    @functools.lru_cache(maxsize=128)  # [cached-instance-method]\n"
            "    def permissions(self, user):\n        return self.backend.load(user)\n",
        ),
        Example(
            "The second caller awaits a used coroutine.",
            "from functools import cache\n\n\n@cache  # [cached-instance-method]\nasync def fetch(key):\n"
            "    return await load(key)\n",
        ),
    )

    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Judgement]:
        decorator = _cache_decorator(node, module)
        if decorator is None:
            return
        owner = module.parent(node)
        if not isinstance(owner, ast.ClassDef) or not _takes_instance(node, module):
            yield self.complies(module.place(decorator))
            return
        if _is_value_class(owner, module) or _is_singleton(owner, module):
            yield self.complies(module.place(decorator))
            return
        violation = self.violates(module.place(decorator), method=node.name, owner=owner.name)
        if not owner.bases and not owner.keywords:
            yield violation
        else:
            name = module.symbols.definition_name(owner)
            query = IsSubclass(name, _VALUE_BASES)
            yield Pending(query, self.complies(module.place(decorator)), violation)

    def visit_AsyncFunctionDef(
        self, node: ast.AsyncFunctionDef, module: Module
    ) -> Iterator[Outcome]:
        decorator = _cache_decorator(node, module)
        if decorator is not None:
            yield self.violates(
                module.place(decorator),
                message="the cache of `{method}` stores a coroutine, which can be awaited once only",
                method=node.name,
            )


def _cache_decorator(node: AnyFunction, module: Module) -> ast.expr | None:
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if any(name in _CACHES for name in module.names(target)):
            return decorator
    return None


def _takes_instance(node: AnyFunction, module: Module) -> bool:
    decorators = {name for item in node.decorator_list for name in module.names(item)}
    arguments = [*node.args.posonlyargs, *node.args.args]
    return not decorators & {"staticmethod", "classmethod"} and bool(arguments) and arguments[0].arg == "self"


def _is_value_class(owner: ast.ClassDef, module: Module) -> bool:
    methods = {part.name for part in owner.body if isinstance(part, ast.FunctionDef)}
    if methods & {"__eq__", "__hash__"}:
        return True
    for decorator in owner.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        names = module.names(target)
        if any(name in _DATACLASSES for name in names):
            if any(name.endswith("frozen") for name in names):
                return True
            keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
            if any(
                keyword.arg in ("frozen", "eq", "unsafe_hash", "hash")
                and isinstance(keyword.value, ast.Constant)
                and keyword.value.value
                for keyword in keywords
            ):
                return True
    return False


def _is_singleton(owner: ast.ClassDef, module: Module) -> bool:
    """Whether the module makes an instance at its own level, so that it lives as long as the process."""
    return any(
        isinstance(call.func, ast.Name)
        and call.func.id == owner.name
        and module.function_of(call) is None
        and module.class_of(call) is None
        for call in module.nodes(ast.Call)
    )
