"""Bounded, safe reading of manifests: what is broken becomes a failure with its line, never an exception."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import tomli
import yaml

from archcheck.model import Failure

MAX_BYTES = 5_000_000
MAX_YAML_BYTES = 2_000_000
MAX_ALIASES = 200
_LINE = re.compile(r"at line (\d+)")


class UnreadableManifestError(Exception):
    """A manifest that cannot be read; carries the failure to report."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def broken(
    path: str, line: int, message: str, hint: str = "mend the file"
) -> UnreadableManifestError:
    """The failure of a manifest as an exception."""
    return UnreadableManifestError(Failure("broken-manifest", path, line, message, hint))


def read_text(root: Path, path: str, limit: int = MAX_BYTES) -> str:
    """The text of a file below ``root``.

    Raises:
        UnreadableManifestError: it cannot be opened, is too large or is no UTF-8.
    """
    try:
        with (root / path).open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise broken(
            path, 0, f"cannot be read: {error.strerror}", "check its permissions"
        ) from error
    if len(data) > limit:
        raise broken(path, 0, f"is larger than {limit // 1_000_000} MB", "exclude it or split it")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise broken(path, line, "is no UTF-8 text", "save it as UTF-8") from error


def read_toml(root: Path, path: str) -> tuple[dict[str, Any], str]:
    """A TOML document and its text.

    Raises:
        UnreadableManifestError: as for `read_text`, or it is no TOML.
    """
    text = read_text(root, path)
    try:
        return tomli.loads(text), text
    except (tomli.TOMLDecodeError, RecursionError) as error:
        found = _LINE.search(str(error))
        line = int(found.group(1)) if found else 0
        raise broken(path, line, f"is no valid TOML: {error}", "mend the syntax") from error


class _Loader(yaml.SafeLoader):
    """A safe loader that refuses documents built from many aliases (billion laughs)."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._aliases = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            self._aliases += 1
            if self._aliases > MAX_ALIASES:
                mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
                raise yaml.composer.ComposerError(None, None, "too many aliases", mark)
        return super().compose_node(parent, index)


def _any_tag(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    """Foreign tags (``!reference``, ``!Ref``) are data here, whatever they mean elsewhere."""
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None


_Loader.add_multi_constructor("!", _any_tag)


def read_yaml(root: Path, path: str) -> tuple[list[Any], str]:
    """The documents of a YAML file and its text.

    Raises:
        UnreadableManifestError: as for `read_text`, or it is no YAML, or it expands beyond reason.
    """
    text = read_text(root, path, MAX_YAML_BYTES)
    try:
        return list(yaml.load_all(text, Loader=_Loader)), text
    except (yaml.YAMLError, RecursionError, ValueError, TypeError, AttributeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 0
        problem = getattr(error, "problem", None) or type(error).__name__
        raise broken(path, line, f"is no usable YAML: {problem}", "mend the syntax") from error


def line_of(text: str, needle: str, start: int = 0) -> int:
    """The line on which ``needle`` first stands at or after offset ``start``; 0 when nowhere."""
    found = text.find(needle, start) if needle else -1
    return text.count("\n", 0, found) + 1 if found >= 0 else 0
