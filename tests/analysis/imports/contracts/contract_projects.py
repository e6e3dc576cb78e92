"""Small projects that keep contracts, and the contracts."""

from __future__ import annotations

from collections.abc import Mapping

Files = Mapping[str, str]


def project(modules: Files, config: str, **others: str) -> dict[str, str]:
    """The files of a project.

    Args:
        modules: source by path; every folder on the way gets its `__init__.py`.
        config: what stands in `.importlinter`.
        others: further files by name with `__` for a dot.
    """
    files = {path: f"{source}\n" for path, source in modules.items()}
    for path in modules:
        folder = path.rpartition("/")[0]
        while folder and folder != "src":
            files.setdefault(f"{folder}/__init__.py", "")
            folder = folder.rpartition("/")[0]
    return {**files, ".importlinter": config}


def ini(*contracts: str, session: str = "root_package = shop") -> str:
    """An `.importlinter` with contracts named `one`, `two`, ..."""
    sections = [f"[importlinter]\n{session}\n"]
    for number, contract in enumerate(contracts, start=1):
        sections.append(
            f"[importlinter:contract:c{number}]\nname = contract {number}\n{contract}\n"
        )
    return "\n".join(sections)


LAYERS = "type = layers\nlayers =\n    high\n    middle\n    low\ncontainers = shop"
INDEPENDENT = "type = independence\nmodules =\n    shop.one\n    shop.two"
PROTECTED = "type = protected\nprotected_modules = shop.core\nallowed_importers = shop.gate"
FORBIDDEN = "type = forbidden\nsource_modules = shop.low\nforbidden_modules = shop.high"
ACYCLIC = "type = acyclic_siblings\nancestors = shop"
THREE = {"shop/high.py": "", "shop/middle.py": "", "shop/low.py": ""}
EXTERNALS = "root_package = shop\ninclude_external_packages = True"
WITHOUT_TYPING = "root_package = shop\nexclude_type_checking_imports = True"
GUARDED = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.high"
