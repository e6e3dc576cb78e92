"""What contracts are, and what came of checking them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from archcheck.model import Failure, Notice


class Contract(Struct, frozen=True):
    """A contract as declared.

    Attributes:
        name: as shown to people.
        type: such as ``layers``.
        line: where it is declared.
        options: as import-linter reads them from the file.
    """

    name: str
    type: str
    line: int
    options: Mapping[str, Any]


class ContractFile(Struct, frozen=True):
    """The contracts of one file and what they have in common.

    Attributes:
        path: of the file.
        line: of its table or section.
        root_packages: qualified names of the packages that make up the graph.
        external: packages of other parties are in the graph, each as one module.
        without_type_checking: imports under ``TYPE_CHECKING`` are not.
        custom_types: names of contract types that the file takes from code of its own.
        session: the common options, as import-linter hands them to its contracts.
        contracts: in the order of the file.
    """

    path: str
    line: int
    root_packages: tuple[str, ...]
    external: bool
    without_type_checking: bool
    custom_types: frozenset[str]
    session: Mapping[str, Any]
    contracts: tuple[Contract, ...]


class Link(Struct, frozen=True, order=True):
    """One module imports another.

    Attributes:
        importer: qualified name.
        imported: qualified name, or the top-level name of an external package.
        lines: of the imports, sorted.
    """

    importer: str
    imported: str
    lines: tuple[int, ...] = ()


class Chain(Struct, frozen=True, order=True):
    """Imports that lead from a module to one that it must not reach.

    Attributes:
        links: in order.
        alternatives: other imports by which the same way begins or ends.
    """

    links: tuple[Link, ...]
    alternatives: tuple[Link, ...] = ()


class BrokenRule(Struct, frozen=True, order=True):
    """A part of a contract that does not hold.

    Attributes:
        statement: what the contract says, such as "`a` must not import `b`".
        chains: the imports against it; none when something else than an import is.
    """

    statement: str
    chains: tuple[Chain, ...] = ()


class Verdict(Struct, frozen=True):
    """What import-linter says of a contract.

    Attributes:
        name: of the contract.
        path: of the file that declares it.
        line: where.
        broken: what does not hold; empty when the contract is kept.
        guidance: how its author says it is mended, ``""`` when they do not.
        paths: of the modules in the chains, by qualified name.
    """

    name: str
    path: str
    line: int
    broken: tuple[BrokenRule, ...] = ()
    guidance: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)


class Contracts(Struct, frozen=True):
    """Everything that came of a repository's contracts.

    Attributes:
        verdicts: one a contract that could be checked.
        failures: files and contracts that could not be.
        notices: contracts that are refused, and ignored imports that no longer exist.
    """

    verdicts: tuple[Verdict, ...] = ()
    failures: tuple[Failure, ...] = ()
    notices: tuple[Notice, ...] = ()


class UnusableContractError(Exception):
    """A contract, or a file of contracts, that cannot be checked.

    Args:
        line: where, 0 when that is not known.
        message: what is wrong.
        hint: the next step.
    """

    def __init__(self, line: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.line = line
        self.hint = hint
