"""Credentials of known services in the text files of a repository, whatever the format.

Only shapes that speak for themselves count here: web tokens and Google's browser keys are published in pages and
samples by their own design. What is a test, a document, a translation or somebody else's is passed over, and so is a
private key in a place that says it is for development.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from archcheck.analysis.manifests.repository import Repository, UnreadableManifestError
from archcheck.analysis.roles import path_role
from archcheck.analysis.topics.security.credentials import TOKEN_SHAPES, token_kind
from archcheck.model import Role

_MAX_BYTES = 1_000_000
#: All that is read in one run; a repository with more text than this keeps data in it.
_MAX_TOTAL_BYTES = 256_000_000
_MAX_LINE = 20_000
_BINARY = re.compile(
    r"\.(?:png|jpe?g|gif|ico|webp|avif|bmp|tiff?|psd|pdf|zip|gz|tgz|bz2|xz|zst|7z|rar|tar|whl|egg|jar|woff2?|ttf|otf"
    r"|eot|mp[34]|m4a|ogg|wav|flac|avi|mov|webm|mkv|so|dll|dylib|exe|o|a|pyc|pyo|pyd|class|wasm|bin|dat|db|sqlite3?"
    r"|pkl|npy|npz|parquet|h5|onnx|pt|mo|swf|min\.js|min\.css|map|lock|svg)$",
    re.IGNORECASE,
)
_PUBLISHED_KINDS = frozenset({"JSON Web Token", "Google API key"})
_NOT_OURS = frozenset({Role.TEST, Role.DOCS, Role.VENDORED, Role.GENERATED})
_MATERIAL = re.compile(
    r"(?:^|[/_.-])(?:dev|devel|develop|development|local|localhost|snakeoil|self-?signed|devstack|vagrant|example|examples|sample|samples"
    r"|dummy|demo|fake|mock|mocks|testdata|test|tests|testing|integration|fixture|fixtures|spec|specs|e2e|cassettes|templates?)"
    r"(?:[/_.-]|$)",
    re.IGNORECASE,
)


#: Texts for people in many languages: most files of some repositories, and no place for a credential.
_TRANSLATION = re.compile(
    r"(?:^|/)(?:translations?|locales?|i18n|l10n|lang|langs|languages)/", re.IGNORECASE
)


class WrittenToken(Struct, frozen=True):
    """A credential in a text file.

    Attributes:
        path: of the file.
        line: from 1.
        kind: of which service.
    """

    path: str
    line: int
    kind: str


def written_tokens(repository: Repository) -> Iterator[WrittenToken]:
    """The credentials in all text files but those in Python, which are read as code, by path and line."""
    markers = [shape.marker for shape in TOKEN_SHAPES if shape.kind not in _PUBLISHED_KINDS]
    left = _MAX_TOTAL_BYTES
    for path in repository.below(""):
        if path.endswith((".py", ".pyi")) or _is_passed_over(path):
            continue
        try:
            text = repository.text(path, limit=_MAX_BYTES)
        except UnreadableManifestError:
            continue  # no text, or data
        left -= len(text)
        if left < 0:
            return
        if any(marker in text for marker in markers) and path_role(path, "") not in _NOT_OURS:
            yield from _in_text(path, text)


def _is_passed_over(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return _is_folder_of_others(folder) or bool(_BINARY.search(name) or _MATERIAL.search(name))


@lru_cache(maxsize=10_000)
def _is_folder_of_others(folder: str) -> bool:
    """Whether nothing in the folder counts; many files share one."""
    return bool(_MATERIAL.search(folder) or _TRANSLATION.search(f"{folder}/"))


def _in_text(path: str, text: str) -> Iterator[WrittenToken]:
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        # A private key begins on one line and goes on in the next.
        part = "\n".join(lines[number - 1 : number + 2]) if "PRIVATE KEY-----" in line else line
        if len(part) > _MAX_LINE:
            continue
        kind = token_kind(part)
        if kind and kind not in _PUBLISHED_KINDS:
            yield WrittenToken(path, number, kind)
