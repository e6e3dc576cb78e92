"""ARC0505 exception-outside-hierarchy."""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from archcheck.analysis.facts import ClassFact, ModuleFacts
from archcheck.analysis.names.hierarchy import ClassKind
from archcheck.model import RUNTIME_ROLES, Confidence, Kind, Member, Outcome, Role, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

#: Fewer exceptions than this need no hierarchy.
_SEVERAL = 5
#: A class with fewer descendants than this is no root.
_FAMILY = 2
_TOP = frozenset({"Exception", "BaseException"})
_BUILTIN_NAMES = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
)
#: What is raised to steer the program, and means no failure.
_SIGNAL = re.compile(
    r"(?:Abort|Break|Cancel|Close|Continue|Done|Dont|Drop|Exit|Finish|Halt|Ignore|Interrupt|Pause|Quit|Redirect|Reload"
    r"|Restart|Retry|Skip|Stop)(?![a-z])\w*|\w*(?:Exit|Interrupt|Retry|Signal|Skipped|Stop|Wrapper)"
)
_ERROR_MODULES = frozenset({"errors", "exc", "exception", "exceptions"})


class _Exception(Struct):
    """An exception class of the project.

    Attributes:
        module: where it is defined.
        fact: the class.
        bases: what it derives from directly, where that is defined.
        descendants: how many exceptions of the project derive from it.
    """

    module: ModuleFacts
    fact: ClassFact
    bases: tuple[str, ...]
    descendants: int = 0

    @property
    def is_straight(self) -> bool:
        """Whether it derives from nothing but `Exception`."""
        return _TOP.issuperset(self.bases)

    @property
    def simple(self) -> str:
        """Its name without its module."""
        return self.fact.qualname.rpartition(".")[2]


class ExceptionOutsideHierarchy(ProjectRule):
    """An exception of the project stands outside its hierarchy of exceptions.

    With one base class for all, a boundary can handle every error of the project in one place, give it a code and a
    status, and still let defects through. An exception beside that hierarchy is met by nobody.

    Where one class is the base of most exceptions of a project, those that derive from `Exception` alone, and have
    no descendants, are reported, all of a module as one finding. Where none is a base at all, that is one finding.
    So is an exception that takes the name of a built-in one and does not derive from it: `except TimeoutError` then
    means something else in each module.

    Not flagged: subclasses of a built-in or framework exception; roots of their own family, such as a plugin's;
    what stands in a part of the project that knows nothing of the base; private classes, and those inside
    functions; signals (`StopRun`, `SkipField`, whatever derives from `BaseException` alone); several families of
    which none is the largest; projects with fewer than five exceptions; in the `exceptions` module of a library,
    built-in names.
    """

    code = "ARC0505"
    severity = Severity.INFO
    confidence = Confidence.MEDIUM
    noun = "exceptions belong to the project's hierarchy"
    message = "`{name}` derives from `{base}`, beside `{root}`, on which {count} exceptions of the project are based"
    advice = "derive it from the project's base exception, so that one handler meets all"
    seed = "001, principle 5: all application errors inherit from one base; 002: DomainError, InfrastructureError"
    good = (
        Example(
            "One base, with a branch for what comes from outside.",
            "class ShopError(Exception):\n    code = 'internal'\n\n\nclass OutOfStock(ShopError):\n    code = 'out_of_stock'\n\n\n"
            "class UnknownSku(ShopError):\n    code = 'unknown_sku'\n\n\nclass InfrastructureError(ShopError): ...\n\n\n"
            "class PaymentUnavailable(InfrastructureError): ...\n",
            path="src/shop/errors.py",
        ),
        Example(
            "A built-in that says what is wrong is a base of its own.",
            "class ShopError(Exception): ...\n\n\nclass OutOfStock(ShopError): ...\n\n\nclass UnknownSku(ShopError): ...\n\n\n"
            "class Refused(ShopError): ...\n\n\nclass InvalidPrice(ValueError): ...\n",
            path="src/shop/errors.py",
        ),
    )
    bad = (
        Example(
            "A handler of `ShopError` does not meet it.",
            "from shop.errors import ShopError\n\n\nclass Refused(ShopError): ...\n\n\n"
            "class CardExpired(Exception): ...  # [exception-outside-hierarchy]\n",
            path="src/shop/payments.py",
            files={
                "src/shop/errors.py": "class ShopError(Exception): ...\n\n\nclass OutOfStock(ShopError): ...\n\n\n"
                "class UnknownSku(ShopError): ...\n",
            },
        ),
        Example(
            "It takes the name of a built-in exception.",
            "class ShopError(Exception): ...\n\n\nclass OutOfStock(ShopError): ...\n\n\nclass UnknownSku(ShopError): ...\n\n\n"
            "class Refused(ShopError): ...\n\n\nclass TimeoutError(ShopError): ...  # [exception-outside-hierarchy]\n",
            path="src/shop/errors.py",
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        """Yield one outcome an exception class."""
        for member in project.members:
            found = _exceptions(project, member)
            if len(found) >= _SEVERAL:
                yield from self._member(found, member, project)

    def _member(
        self, found: Mapping[str, _Exception], member: Member, project: Project
    ) -> Iterator[Outcome]:
        straight = {name: each for name, each in found.items() if each.is_straight}
        largest = max(straight, key=lambda name: straight[name].descendants, default="")
        root = straight.get(largest)
        rootless = root is None or root.descendants < _FAMILY
        scattered = rootless and len(straight) >= _SEVERAL
        known_in = _parts_that_know(largest, found, project.facts_of(member))
        for each in found.values():
            place = file_place(each.module.path, each.fact.line, each.fact.qualname)
            if _takes_builtin_name(each, member):
                yield self.violates(
                    place,
                    message="`{name}` has the name of a built-in exception, and does not derive from it",
                    name=each.simple,
                )
            elif not each.is_straight or each.descendants:
                yield self.complies(place)
            elif each.bases == ("BaseException",):
                continue  # it passes `except Exception` on purpose, so no handler of a family is meant for it
            elif scattered:
                yield self.violates(
                    place,
                    message="{count} exceptions of the project have no base class in common",
                    group=f"{self.code}:{member.root}",
                    count=len(straight),
                )
            elif root is not None and _is_dominant(root, found) and _knows(each, root, known_in):
                yield self.violates(
                    place,
                    group=each.module.path,
                    name=each.simple,
                    base=each.bases[0],
                    root=root.simple,
                    count=root.descendants,
                )


def _exceptions(project: Project, member: Member) -> dict[str, _Exception]:
    """The member's public exception classes by qualified name, in the order of their files."""
    found: dict[str, _Exception] = {}
    for module in sorted(project.facts_of(member), key=lambda module: module.path):
        if module.role not in RUNTIME_ROLES or not module.name:
            continue
        functions = {function.qualname for function in module.functions}
        for fact in module.classes:
            name = f"{module.name}.{fact.qualname}"
            owner, _, simple = fact.qualname.rpartition(".")
            if simple.startswith("_") or owner in functions or _SIGNAL.fullmatch(simple):
                continue
            if project.hierarchy.is_a(name, ClassKind.EXCEPTION):
                bases = tuple(
                    project.linker.definition(base).removeprefix("builtins.") for base in fact.bases
                )
                found[name] = _Exception(module, fact, bases)
    for name in found:
        for ancestor in _ancestors(name, found):
            found[ancestor].descendants += 1
    return found


def _ancestors(name: str, found: Mapping[str, _Exception]) -> set[str]:
    """The exceptions of the project that ``name`` derives from."""
    pending: Sequence[str] = found[name].bases
    seen: set[str] = set()
    while pending:
        known = {base for base in pending if base in found and base not in seen and base != name}
        seen |= known
        pending = [base for each in known for base in found[each].bases]
    return seen


def _is_dominant(root: _Exception, found: Mapping[str, _Exception]) -> bool:
    """Whether at least half of the exceptions that could belong to the root's family do."""
    leaves = sum(each.is_straight and not each.descendants for each in found.values())
    others = sum(
        each.descendants + 1
        for each in found.values()
        if each is not root and each.is_straight and each.descendants
    )
    return root.descendants >= max(_FAMILY, leaves + others)


def _knows(stray: _Exception, root: _Exception, known_in: Collection[str]) -> bool:
    """Whether the root is meant for the part of the project in which ``stray`` stands."""
    package, _, module = root.module.name.rpartition(".")
    is_for_all = module in _ERROR_MODULES and "." not in package
    return is_for_all or _part(stray.module.name) in known_in


def _parts_that_know(
    root: str, found: Mapping[str, _Exception], modules: Iterable[ModuleFacts]
) -> set[str]:
    """The parts of the project that know an exception of the root's family, or hold one."""
    family = {
        each.module.name for name, each in found.items() if root in {name, *_ancestors(name, found)}
    }
    return {_part(name) for name in family} | {
        _part(module.name)
        for module in modules
        if any(
            each.module in family or f"{each.module}.{each.name}" in family
            for each in module.imports
        )
    }


def _part(module: str) -> str:
    """The part of a project that a module belongs to: a package or module directly inside its outermost package."""
    return ".".join(module.split(".")[:2])


def _takes_builtin_name(each: _Exception, member: Member) -> bool:
    if each.simple not in _BUILTIN_NAMES or each.simple in each.bases:
        return False
    is_namespace = each.module.name.rpartition(".")[2] in _ERROR_MODULES
    return not (is_namespace and Kind.LIBRARY in member.kinds) and each.module.role is not Role.CLI
