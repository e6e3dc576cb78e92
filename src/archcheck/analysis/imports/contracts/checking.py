"""Check contracts with import-linter's own classes."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from archcheck.analysis.imports.contracts.broken import broken_rules
from archcheck.analysis.imports.contracts.graph import ImportsOf, build_graph
from archcheck.analysis.imports.contracts.model import (
    Contract,
    ContractFile,
    Contracts,
    UnusableContractError,
    Verdict,
)
from archcheck.analysis.imports.contracts.packages import Package, PythonFiles
from archcheck.analysis.imports.contracts.reading import candidates, read_contracts
from archcheck.analysis.manifests.repository import Repository, UnreadableManifestError
from archcheck.model import Failure, Notice

if TYPE_CHECKING:
    import grimp

#: The contract types of import-linter itself; no other class is ever loaded.
_CLASSES: Mapping[str, tuple[str, str]] = {
    "layers": ("importlinter.contracts.layers", "LayersContract"),
    "forbidden": ("importlinter.contracts.forbidden", "ForbiddenContract"),
    "independence": ("importlinter.contracts.independence", "IndependenceContract"),
    "protected": ("importlinter.contracts.protected", "ProtectedContract"),
    "acyclic_siblings": ("importlinter.contracts.acyclic_siblings", "AcyclicSiblingsContract"),
}
_MAX_MESSAGE = 500


def check_contracts(
    repository: Repository,
    files: Collection[str],
    folders: Iterable[str],
    source_roots: Sequence[str],
    imports_of: ImportsOf,
    *,
    unpacked: bool = False,
) -> Contracts:
    """Read and check the contracts of some folders.

    Args:
        repository: reads the contract files.
        files: every file that is not ignored, posix and relative.
        folders: in which import-linter would be run.
        source_roots: folders in which top-level packages stand.
        imports_of: answers what a module imports.
        unpacked: the repository is an unpacked source archive. What its contracts name may have been left out of it,
            which is then worth a notice, and no failure.
    """
    checker = _Checker(files, source_roots, imports_of, unpacked=unpacked)
    for folder in sorted(folders):
        for path in candidates(repository, folder):
            try:
                found = read_contracts(repository, path)
            except UnreadableManifestError as error:
                checker.failures.append(error.failure)
                break
            except UnusableContractError as error:
                checker.failures.append(_failure(path, error))
                break
            if found is not None:
                checker.check(found, folder)
                break
    return checker.result()


def check_contract_file(
    file: ContractFile,
    folder: str,
    files: Collection[str],
    source_roots: Sequence[str],
    imports_of: ImportsOf,
) -> Contracts:
    """Check the contracts of one file that was read already; the arguments are those of `check_contracts`."""
    checker = _Checker(files, source_roots, imports_of, unpacked=False)
    checker.check(file, folder)
    return checker.result()


class _Checker:
    """Checks one file of contracts after the other and gathers what comes of it."""

    def __init__(
        self,
        files: Collection[str],
        source_roots: Sequence[str],
        imports_of: ImportsOf,
        *,
        unpacked: bool,
    ) -> None:
        self.verdicts: list[Verdict] = []
        self.failures: list[Failure] = []
        self.notices: list[Notice] = []
        self._files = files
        self._source_roots = source_roots
        self._imports_of = imports_of
        self._unpacked = unpacked

    def check(self, file: ContractFile, folder: str) -> None:
        """Check the contracts of a file as if import-linter were run in its folder."""
        contracts = [contract for contract in file.contracts if self._is_known(contract, file)]
        if not contracts:
            return
        try:
            packages = self._packages(file, folder)
        except UnusableContractError as error:
            self._missing(file.path, error)
            return
        graph = build_graph(
            packages,
            self._imports_of,
            external=file.external,
            without_type_checking=file.without_type_checking,
        )
        paths = {name: path for package in packages for name, path in package.modules.items()}
        for contract in contracts:
            self._judge(contract, file, graph, paths)

    def result(self) -> Contracts:
        """What came of all files so far."""
        return Contracts(tuple(self.verdicts), tuple(self.failures), tuple(self.notices))

    def _is_known(self, contract: Contract, file: ContractFile) -> bool:
        """Whether the contract is one of import-linter's own; says so when it is not."""
        if contract.type in file.custom_types:
            message = (
                f"contract `{contract.name}` is not checked: its type `{contract.type}` is code of the "
                "repository, which is never run"
            )
            hint = "run import-linter itself for it"
            self.notices.append(Notice("custom-contract", file.path, contract.line, message, hint))
            return False
        if contract.type not in _CLASSES:
            message = f"contract `{contract.name}` has the unknown type `{contract.type}`"
            error = UnusableContractError(
                contract.line, message, f"use one of {', '.join(_CLASSES)}"
            )
            self.failures.append(_failure(file.path, error))
            return False
        return True

    def _packages(self, file: ContractFile, folder: str) -> list[Package]:
        inside = [
            root for root in self._source_roots if not folder or root.startswith(f"{folder}/")
        ]
        search = list(dict.fromkeys([folder, *sorted(inside, key=len), *self._source_roots]))
        python = PythonFiles(self._files)
        try:
            return [found for name in file.root_packages for found in python.find(name, search)]
        except UnusableContractError as error:
            error.line = file.line
            raise

    def _judge(
        self,
        contract: Contract,
        file: ContractFile,
        graph: grimp.ImportGraph,
        paths: Mapping[str, str],
    ) -> None:
        from importlinter.domain.contract import InvalidContractOptions
        from importlinter.domain.helpers import MissingImport

        try:
            checked = _class_of(contract.type)(
                contract.name, dict(file.session), dict(contract.options)
            )
            # Contracts cut ignored imports out of the graph.
            result = checked.check(deepcopy(graph), verbose=False)
        except InvalidContractOptions as error:
            wrong = "; ".join(f"`{key}`: {text}" for key, text in sorted(error.errors.items()))
            self.failures.append(_failure(file.path, _unusable(contract, wrong)))
            return
        except (ValueError, MissingImport) as error:
            self._missing(file.path, _unusable(contract, str(error)))
            return
        except Exception as error:  # noqa: BLE001 - import-linter trusts the values of its files
            wrong = f"{type(error).__name__}: {error}"
            self.failures.append(_failure(file.path, _unusable(contract, wrong)))
            return
        for warning in result.warnings:
            message = f"contract `{contract.name}`: {warning}"
            hint = "drop what it no longer has to ignore"
            self.notices.append(
                Notice("unmatched-ignored-import", file.path, contract.line, message, hint)
            )
        self.verdicts.append(
            Verdict(
                name=contract.name,
                path=file.path,
                line=contract.line,
                broken=() if result.kept else broken_rules(contract.type, result.metadata, graph),
                guidance=" ".join(str(checked.broken_contract_guidance or "").split()),
                paths=paths,
            )
        )

    def _missing(self, path: str, error: UnusableContractError) -> None:
        """Something that a contract names does not exist; in an archive it may have been left out."""
        failure = _failure(path, error)
        if self._unpacked:
            self.notices.append(
                Notice(failure.kind, path, failure.line, failure.message, failure.hint)
            )
        else:
            self.failures.append(failure)


def _class_of(kind: str) -> Any:
    from importlinter.configuration import configure

    configure()  # a clock for the contracts that time themselves; nothing else of it is used
    module, name = _CLASSES[kind]
    return getattr(importlib.import_module(module), name)


def _unusable(contract: Contract, wrong: str) -> UnusableContractError:
    message = f"contract `{contract.name}` cannot be checked: {' '.join(wrong.split())}"
    return UnusableContractError(
        contract.line, message[:_MAX_MESSAGE].rstrip("."), "mend the contract, or what it names"
    )


def _failure(path: str, error: UnusableContractError) -> Failure:
    return Failure("unusable-contract", path, error.line, str(error), error.hint)
