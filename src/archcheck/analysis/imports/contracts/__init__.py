"""Contracts that a project keeps for import-linter, without importing the project.

They are read from the project's own files, and checked with import-linter's own contract classes on a graph made from
facts. import-linter and grimp are imported only when there is a contract.
"""

from __future__ import annotations

from archcheck.analysis.imports.contracts.checking import check_contracts
from archcheck.analysis.imports.contracts.imports import ImportReader
from archcheck.analysis.imports.contracts.model import (
    BrokenRule,
    Chain,
    Contracts,
    Link,
    Verdict,
)

__all__ = ["BrokenRule", "Chain", "Contracts", "ImportReader", "Link", "Verdict", "check_contracts"]
