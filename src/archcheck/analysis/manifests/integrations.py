"""``manifest.json`` of an integration of Home Assistant, which declares beside its package what that needs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from archcheck.analysis.manifests.model import Requirement
from archcheck.analysis.manifests.pep508 import parse_requirement
from archcheck.analysis.manifests.repository import Repository, UnreadableManifestError
from archcheck.analysis.manifests.tables import strings

INTEGRATION = "manifest.json"


def read_integration(repository: Repository, path: str) -> Iterator[Requirement]:
    """What an integration requires; nothing for any other file of that name, such as a web application's.

    Args:
        repository: where the file is.
        path: of a file called ``manifest.json``.
    """
    try:
        document = json.loads(repository.text(path))
    except (UnreadableManifestError, ValueError, RecursionError):
        return  # the name is too common for a broken one to be a defect of the project's dependencies
    if isinstance(document, dict) and isinstance(document.get("domain"), str):
        for text in strings(document.get("requirements")):
            requirement = parse_requirement(text, path, 0)
            if requirement is not None:
                yield requirement
