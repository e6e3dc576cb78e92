"""Which other objects is a class handed to work with, as the parameters of its constructor say?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module

_COLLABORATOR = re.compile(
    r"(?:Adapter|Bus|Cache|Client|Dispatcher|Gateway|Handler|Mailer|Manager|Notifier|Port|Provider|Publisher|Queue"
    r"|Repo|Repository|Sender|Service|Storage|Store|UnitOfWork|UoW|Uow|UseCase)$"
)
_RECORDS = frozenset(
    {"attr.attrs", "attr.define", "attr.dataclass", "attr.frozen", "attr.mutable", "attr.s", "attrs.define", "attrs.frozen",
     "attrs.mutable", "dataclasses.dataclass", "pydantic.dataclasses.dataclass"}
)  # fmt: skip
_CLASS_VARIABLES = frozenset({"typing.ClassVar", "typing_extensions.ClassVar"})


def is_collaborator(name: str) -> bool:
    """Whether a class does work for others, by its name: ``OrderRepository``, ``IPaymentGateway``."""
    return _COLLABORATOR.search(name.rpartition(".")[2]) is not None


def constructor_types(node: ast.ClassDef, module: Module) -> list[str]:
    """Qualified names of the classes that the constructor takes, one a parameter; ``""`` where it is unknown.

    The parameters are those of the class's own ``__init__``, else the fields of a dataclass or attrs class.
    """
    annotations = [*_parameters(node)]
    if not annotations and not _RECORDS.isdisjoint(module.symbols.decorators(node)):
        annotations = [*_fields(node, module)]
    found: list[str] = []
    for annotation in annotations:
        names = module.symbols.annotation(annotation) if annotation is not None else ()
        found.append(names[0] if len(names) == 1 else "")
    return found


def _parameters(node: ast.ClassDef) -> Iterator[ast.expr | None]:
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            arguments = statement.args
            for parameter in [*arguments.posonlyargs, *arguments.args][1:] + arguments.kwonlyargs:
                yield parameter.annotation


def _fields(node: ast.ClassDef, module: Module) -> Iterator[ast.expr]:
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and not _is_class_variable(statement, module):
            yield statement.annotation


def _is_class_variable(statement: ast.AnnAssign, module: Module) -> bool:
    annotation = statement.annotation
    outer = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return module.resolve(outer) in _CLASS_VARIABLES
