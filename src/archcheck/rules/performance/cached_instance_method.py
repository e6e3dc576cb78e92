"""ARC1104."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.queries import AnyOf, HeldByModule, IsSubclass
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending

_CACHES = frozenset({"functools.lru_cache", "functools.cache"})
#: Caches that keep the value in the instance itself.
_OWN_CACHES = frozenset(
    {
        "cached_property.cached_property",
        "django.utils.functional.cached_property",
        "functools.cached_property",
        "werkzeug.utils.cached_property",
    }
)
#: A cache of so few results keeps next to nothing; it merely forgets most of them.
_FEW = 8
_VALUE_BASES = frozenset({"enum.Enum", "frozenset", "int", "str", "tuple", "type"})
_DATACLASSES = frozenset(
    {"dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attr.frozen", "attrs.define", "attrs.frozen"}
)  # fmt: skip


class CachedInstanceMethod(ModuleRule):
    """A cache decorator on an instance method or on a coroutine.

    The cache is one for the class and holds `self` in every key: no instance is freed before it leaves the cache,
    and an object a request or a connection becomes a leak. On `async def` it stores the coroutine, and the
    second `await` of that fails. A cache of eight results or fewer is advice: it keeps little, and serves few instances.

    Not flagged: functions, static and class methods; classes whose instances are values (an `Enum`, a
    `NamedTuple`, a frozen dataclass, a class with its own `__eq__` or `__hash__`); classes of which some module
    makes an instance at its own level, which lives as long as the process; `cached_property`. Classes that make
    their instances themselves (a metaclass, `__new__`), those with a base that cannot be seen, and those whose
    instances hold nothing (no field, no use of an attribute) are no opportunity.
    """

    code = "ARC1104"
    severity = Severity.WARNING
    noun = "cached functions keep no instance alive"
    message = "the cache of `{method}` keeps instances of `{owner}` alive"
    advice = "use `cached_property`, or cache a module-level function of the values that matter"
    waived_by = ("B019", "W1518", "W1516")
    seed = "Seed 001, Performance patterns: caching"
    good = (
        Example(
            "A module-level function has no instance.",
            "from functools import lru_cache\n\n\n@lru_cache\ndef get_settings():\n    return load()\n",
        ),
        Example(
            "One value for each instance, freed with it.",
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
        decorator = _decorator(node, _CACHES, module)
        if decorator is None:
            own = _decorator(node, _OWN_CACHES, module)
            if own is not None:
                yield self.complies(module.place(own))
            return
        complies = self.complies(module.place(decorator))
        owner = module.parent(node)
        if (
            not isinstance(owner, ast.ClassDef)
            or not _takes_instance(node, module)
            or _is_value_class(owner, module)
        ):
            yield complies
        elif not (_makes_own_instances(owner, module) or _holds_nothing(owner, module)):
            name = module.symbols.definition_name(owner)
            yield Pending(
                AnyOf((HeldByModule(name), IsSubclass(name, _VALUE_BASES))),
                complies,
                self._kept(node, decorator, owner, module),
            )

    def _kept(
        self, node: ast.FunctionDef, decorator: ast.expr, owner: ast.ClassDef, module: Module
    ) -> Outcome:
        place = module.place(decorator)
        size = _size(decorator)
        if size is None or size > _FEW:
            return self.violates(place, method=node.name, owner=owner.name)
        message = "the cache of `{method}` serves {n} instances of `{owner}` in all"
        return self.violates(
            place, message=message, advice=True, method=node.name, owner=owner.name, n=size
        )

    def visit_AsyncFunctionDef(
        self, node: ast.AsyncFunctionDef, module: Module
    ) -> Iterator[Outcome]:
        decorator = _decorator(node, _CACHES, module)
        if decorator is not None:
            yield self.violates(
                module.place(decorator),
                message="the cache of `{method}` stores a coroutine, which can be awaited once only",
                method=node.name,
            )


def _decorator(node: AnyFunction, wanted: frozenset[str], module: Module) -> ast.expr | None:
    for decorator in node.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if any(name in wanted for name in module.names(target)):
            return decorator
    return None


def _size(decorator: ast.expr) -> int | None:
    """The number of results that the cache keeps, where it is written there: ``lru_cache(maxsize=2)``."""
    if not isinstance(decorator, ast.Call):
        return None
    given = [
        *decorator.args[:1],
        *(item.value for item in decorator.keywords if item.arg == "maxsize"),
    ]
    return next(
        (
            each.value
            for each in given
            if isinstance(each, ast.Constant) and type(each.value) is int
        ),
        None,
    )


def _takes_instance(node: AnyFunction, module: Module) -> bool:
    decorators = {name for item in node.decorator_list for name in module.names(item)}
    arguments = [*node.args.posonlyargs, *node.args.args]
    return (
        not decorators & {"staticmethod", "classmethod"}
        and bool(arguments)
        and arguments[0].arg == "self"
    )


def _is_value_class(owner: ast.ClassDef, module: Module) -> bool:
    if _methods(owner) & {"__eq__", "__hash__"}:
        return True
    for decorator in owner.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        names = module.names(call.func if call else decorator)
        if not any(name in _DATACLASSES for name in names):
            continue
        if any(name.endswith("frozen") for name in names):
            return True
        if any(
            keyword.arg in ("frozen", "eq", "unsafe_hash", "hash")
            and isinstance(keyword.value, ast.Constant)
            and keyword.value.value
            for keyword in (call.keywords if call else ())
        ):
            return True
    return False


def _holds_nothing(owner: ast.ClassDef, module: Module) -> bool:
    """Whether an instance that is kept alive keeps nothing but itself: a null object."""
    methods = _methods(owner)
    return (
        all(module.resolve(base) == "object" for base in owner.bases)
        and not any(isinstance(item, ast.AnnAssign) for item in owner.body)
        and not any(
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
            and node.attr not in methods
            for node in ast.walk(owner)
        )
    )


def _makes_own_instances(owner: ast.ClassDef, module: Module) -> bool:
    """Whether the class may hand out one and the same instance again and again."""
    return "__new__" in _methods(owner) or any(
        module.names(keyword.value) != ("abc.ABCMeta",)
        for keyword in owner.keywords
        if keyword.arg == "metaclass"
    )


def _methods(owner: ast.ClassDef) -> set[str]:
    return {part.name for part in owner.body if isinstance(part, ast.FunctionDef)}
