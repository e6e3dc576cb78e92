"""Read contracts from ``setup.cfg``, ``.importlinter`` or ``pyproject.toml``, as import-linter does.

One file a folder counts: the first of these three that has options of import-linter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from archcheck.analysis.imports.contracts.model import Contract, ContractFile, UnusableContractError
from archcheck.analysis.manifests.repository import Repository, join, line_of

_INI_FILES = ("setup.cfg", ".importlinter")
_TOML_FILE = "pyproject.toml"
_SECTION = "importlinter"
_TOML_CONTRACT = re.compile(r"^[ \t]*\[\[[ \t]*tool[ \t]*\.[ \t]*importlinter[ \t]*\.[ \t]*contracts[ \t]*\]\]", re.M)  # fmt: skip
_TRUE = ("True", "true")


def candidates(repository: Repository, folder: str) -> list[str]:
    """The files of a folder that may hold contracts; the first that does counts."""
    paths = (join(folder, name) for name in (*_INI_FILES, _TOML_FILE))
    return [path for path in paths if path in repository]


def read_contracts(repository: Repository, path: str) -> ContractFile | None:
    """The contracts of a file, or None when it has no options of import-linter.

    Raises:
        UnreadableManifestError: the file is broken.
        UnusableContractError: the options are.
    """
    read = _read_toml if path.endswith(_TOML_FILE) else _read_ini
    return read(repository, path)


def _read_ini(repository: Repository, path: str) -> ContractFile | None:
    sections, text = repository.ini(path)
    if _SECTION not in sections:
        return None
    contracts: list[tuple[int, dict[str, Any]]] = []
    for section, options in sections.items():
        if section.startswith(f"{_SECTION}:"):
            identity = {"id": section.rpartition(":")[2]}
            contracts.append((line_of(text, f"[{section}]"), {**identity, **_listed(options)}))
    return _contract_file(
        path, line_of(text, f"[{_SECTION}]"), _listed(sections[_SECTION]), contracts
    )


def _listed(options: Mapping[str, str]) -> dict[str, Any]:
    """A value of several lines is a list."""
    return {
        key: value.strip().split("\n") if "\n" in value else value for key, value in options.items()
    }


def _read_toml(repository: Repository, path: str) -> ContractFile | None:
    document, text = repository.toml(path)
    tool = document.get("tool")
    table = tool.get(_SECTION) if isinstance(tool, dict) else None
    if not table:
        return None
    line = line_of(text, "[tool.importlinter]") or line_of(text, _SECTION)
    contracts = table.get("contracts", []) if isinstance(table, dict) else None
    if not isinstance(contracts, list) or not all(isinstance(each, dict) for each in contracts):
        raise UnusableContractError(
            line, "has contracts that are no tables", "write `[[tool.importlinter.contracts]]`"
        )
    lines = [text.count("\n", 0, found.start()) + 1 for found in _TOML_CONTRACT.finditer(text)]
    if len(lines) != len(contracts):
        lines = [line_of(text, str(each.get("name", ""))) or line for each in contracts]
    session = {key: value for key, value in table.items() if key != "contracts"}
    return _contract_file(
        path,
        line,
        _without_booleans(session),
        [(line, _without_booleans(each)) for line, each in zip(lines, contracts, strict=True)],
    )


def _without_booleans(options: Mapping[str, Any]) -> dict[str, Any]:
    """What an INI file would say."""
    return {key: str(value) if isinstance(value, bool) else value for key, value in options.items()}


def _contract_file(
    path: str, line: int, session: dict[str, Any], contracts: list[tuple[int, dict[str, Any]]]
) -> ContractFile:
    roots = _texts(session.pop("root_packages", session.pop("root_package", None)))
    if not roots:
        raise UnusableContractError(
            line, "names no root package", "set `root_package` to the package of the contracts"
        )
    if not contracts:
        raise UnusableContractError(
            line,
            "has options of import-linter, but no contract",
            "add one in `[importlinter:contract:name]` or `[[tool.importlinter.contracts]]`",
        )
    return ContractFile(
        path=path,
        line=line,
        root_packages=roots,
        external=session.get("include_external_packages") in _TRUE,
        without_type_checking=session.get("exclude_type_checking_imports") in _TRUE,
        custom_types=frozenset(_custom_types(session.get("contract_types"))),
        session={**session, "root_packages": list(roots)},
        contracts=tuple(_contract(line, options) for line, options in contracts),
    )


def _contract(line: int, options: Mapping[str, Any]) -> Contract:
    name, kind = options.get("name"), options.get("type")
    for key, value in (("name", name), ("type", kind)):
        if not isinstance(value, str) or not value.strip():
            raise UnusableContractError(line, f"has a contract without `{key}`", f"set its `{key}`")
    return Contract(str(name).strip(), str(kind).strip(), line, options)


def _custom_types(value: object) -> Iterator[str]:
    """The names in ``name: path.to.Class``; the class is never looked at."""
    for entry in _texts(value):
        yield entry.partition(":")[0].strip()


def _texts(value: object) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else [value]
    return tuple(entry.strip() for entry in entries if isinstance(entry, str) and entry.strip())
