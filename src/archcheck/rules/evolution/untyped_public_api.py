"""ARC1203: a public function does not say the types of what it takes and gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pydantic import Field

from archcheck.analysis.module import AnyFunction, Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.queries import IsSubclass, TypesAssured
from archcheck.analysis.syntax.blocks import is_one_statement
from archcheck.analysis.syntax.scopes import FUNCTIONS
from archcheck.analysis.topics.requests.routes import routes
from archcheck.model import Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, RuleOptions

#: Bases without types of their own, which call methods by names that a subclass fills in.
_UNTYPED_BASES = frozenset(
    {
        "django.forms.Form",
        "django.forms.ModelForm",
        "marshmallow.Schema",
        "rest_framework.serializers.Serializer",
        "unittest.TestCase",
    }
)
#: Methods of Django's models that a subclass replaces.
_MODEL_METHODS = frozenset(
    {"clean", "clean_fields", "delete", "from_db", "full_clean", "get_absolute_url", "natural_key", "refresh_from_db",
     "save", "save_base", "validate_constraints", "validate_unique"}
)  # fmt: skip
_CONSTRUCTOR = "__init__"
_TYPE_COMMENT = "# type: ("
_SHOWN = 3


class UntypedPublicApi(ModuleRule):
    """A public function does not say the types of what it takes and gives.

    Its callers have to read its body, and that of what it calls, to learn what they may pass; an editor cannot help
    them and a type checker does not look inside. A change of what it takes then shows in production instead of in
    CI. All such functions of a module are one finding.

    A name is public without a leading underscore, in its module, its classes and itself; of special methods only
    constructors are judged. Where CI runs mypy or pyright so strictly that they refuse functions without types, or
    a stub lies beside the module, all comply.

    Not flagged: `self`, `cls`, `*args` and `**kwargs`; the result of a constructor; functions of one simple
    statement; functions in functions; route handlers, which only a framework calls (ARC0402 asks for the types of what
    they take); the implementation of overloads; functions with a type comment; methods of classes with a base of another library that is unknown or
    untyped, which may dictate them; overrides of the methods of a Django model.
    """

    code = "ARC1203"
    severity = Severity.INFO
    noun = "public functions say their types"
    message = "public `{name}` has no type for {missing}"
    advice = "annotate parameters and result, and let a type checker in CI refuse functions without"
    waived_by = ("ANN001", "ANN201", "ANN205", "ANN206")
    seed = "002, key principle 5: type safety; 001: type hints throughout, with mypy"
    good = (
        Example(
            "Callers see what to pass and what they get.",
            "def total(prices: list[int], discount: int = 0) -> int:\n"
            "    return sum(prices) - discount\n\n\n"
            "class Basket:\n"
            "    def __init__(self, owner: str):\n        self.owner = owner\n",
        ),
        Example(
            "What is private concerns its own module only.",
            "def _rounded(price):\n    return round(price, 2)\n\n\n"
            "class _Cache:\n    def get(self, key):\n        return None\n",
        ),
        Example(
            "A base of an untyped library dictates the method.",
            "from django.views.generic import ListView\n\n\n"
            "class Orders(ListView):\n"
            "    def get_queryset(self):\n        return super().get_queryset().filter(open=True)\n",
        ),
        Example(
            "CI refuses functions without types; this one was left out on purpose.",
            "def total(prices):\n    return sum(prices)\n",
            files={
                "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n\n[tool.mypy]\nstrict = true\n',
                ".github/workflows/ci.yml": "on: push\njobs:\n  check:\n    runs-on: ubuntu-24.04\n"
                "    steps:\n      - run: mypy src\n",
            },
        ),
    )
    bad = (
        Example(
            "A price, a list of prices, an order?",
            "def total(order, discount: int = 0):  # [untyped-public-api]\n"
            "    rebate = order * discount // 100\n"
            "    return order - rebate\n",
        ),
        Example(
            "The constructor and a method.",
            "class Basket:\n"
            "    def __init__(self, owner, lines=()):  # [untyped-public-api]\n"
            "        self.owner = owner\n        self.lines = lines\n\n"
            "    @property\n"
            "    def total(self):  # [untyped-public-api]\n"
            "        prices = [line.price for line in self.lines]\n"
            "        return sum(prices)\n",
        ),
    )

    class Options(RuleOptions):
        """Options of ARC1203."""

        variadic: bool = Field(
            default=False, description="`*args` and `**kwargs` must have a type, too."
        )

    options: Options

    def visit_FunctionDef(self, node: ast.FunctionDef, module: Module) -> Iterator[Judgement]:
        """A function or method."""
        yield from self._judged(node, module)

    def visit_AsyncFunctionDef(
        self, node: ast.AsyncFunctionDef, module: Module
    ) -> Iterator[Judgement]:
        """The same, asynchronous."""
        yield from self._judged(node, module)

    def _judged(self, node: AnyFunction, module: Module) -> Iterator[Judgement]:
        if is_one_statement(node):
            return
        owner = module.scopes.scope_of(node).node
        is_method = isinstance(owner, ast.ClassDef)
        judged = _parameters(node, variadic=self.options.variadic, is_method=is_method)
        if not _is_public(node, module) or (node.name == _CONSTRUCTOR and not judged):
            return
        if node.decorator_list and routes(node, module):
            return
        missing = [f"`{each.arg}`" for each in judged if each.annotation is None]
        if node.returns is None and node.name != _CONSTRUCTOR:
            missing.append("its result")
        place = module.place(node)
        verdict: Judgement = self.complies(place)
        if missing:
            if _is_excused(node, module):
                return
            wrong = self.violates(
                place, group=module.path, name=node.name, missing=_listed(missing)
            )
            verdict = Pending(TypesAssured(module.path), verdict, wrong)
        if isinstance(owner, ast.ClassDef) and owner.bases:
            if node.name in _MODEL_METHODS:
                return
            name = module.symbols.definition_name(owner)
            verdict = Pending(IsSubclass(name, _UNTYPED_BASES), None, verdict)
        yield verdict


def _is_public(node: AnyFunction, module: Module) -> bool:
    """Whether others may call a function by its name."""
    if _is_private(node.name) and node.name != _CONSTRUCTOR:
        return False
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, FUNCTIONS):
            return False
        if isinstance(ancestor, ast.ClassDef) and _is_private(ancestor.name):
            return False
    segments = (module.name or module.path.removesuffix(".py").replace("/", ".")).split(".")
    return not any(_is_private(each) and not each.endswith("__") for each in segments)


def _is_private(name: str) -> bool:
    return name.startswith("_")


def _parameters(node: AnyFunction, *, variadic: bool, is_method: bool) -> list[ast.arg]:
    """The parameters whose types a caller must know."""
    arguments = node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    is_static = any(dotted(each) == "staticmethod" for each in node.decorator_list)
    if is_method and not is_static:
        plain = plain[1:]
    found = [*plain, *arguments.kwonlyargs]
    if variadic:
        found += filter(None, (arguments.vararg, arguments.kwarg))
    return found


def _is_excused(node: AnyFunction, module: Module) -> bool:
    """Whether the types are told in another way, or the author says that nobody is to check them."""
    if any(_name(each) == "no_type_check" for each in node.decorator_list):
        return True
    head = module.lines[node.lineno - 1 : node.body[0].lineno - 1]
    return any(_TYPE_COMMENT in line for line in head) or _has_overloads(node, module)


def _has_overloads(node: AnyFunction, module: Module) -> bool:
    """Whether overloads of the same name tell the types."""
    body = getattr(module.parent(node), "body", [])
    return any(
        isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))
        and each.name == node.name
        and any(_name(decorator) == "overload" for decorator in each.decorator_list)
        for each in body
    )


def _name(decorator: ast.expr) -> str:
    return dotted(decorator).rpartition(".")[2]


def _listed(missing: list[str]) -> str:
    """The first of what has no type by name, the rest by number."""
    if len(missing) > _SHOWN:
        missing = [*missing[: _SHOWN - 1], f"{len(missing) - _SHOWN + 1} more"]
    *first, last = missing
    return f"{', '.join(first)} and {last}" if first else last
