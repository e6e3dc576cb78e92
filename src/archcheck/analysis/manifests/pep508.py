"""One requirement string, as PEP 508 and pip write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Parsed
from packaging.utils import canonicalize_name

from archcheck.analysis.manifests.model import UNKNOWN, Requirement
from archcheck.analysis.versions import is_no_version
from archcheck.model import Failure

_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_WHEEL = re.compile(r"^([A-Za-z0-9._]+?)-[0-9][^/]*\.(?:whl|zip|tar\.gz)$")
_NAME = re.compile(r"([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:[<>=!~;@(]|$)")
_VERSION_CONTROL = ("git+", "hg+", "svn+", "bzr+")
_REMOTE = (*_VERSION_CONTROL, "http://", "https://", "git://", "ssh://")
_LOCAL = (".", "/", "file:", "~", "${")


class Source(NamedTuple):
    """Where a distribution comes from when not from an index.

    Attributes:
        local: a path or the workspace.
        url: else.
    """

    local: bool
    url: str = ""


def parse_requirement(
    text: str,
    path: str,
    line: int,
    group: str = "",
    *,
    sources: Mapping[str, Source] | None = None,
) -> Requirement | None:
    """Read one requirement, or return None when the text is none.

    What breaks PEP 508 behind its name is required all the same, with an unknown specifier.

    Args:
        text: such as ``requests[socks]>=2,<3; python_version > "3.8"``, a URL or a path.
        path: manifest it stands in.
        line: there.
        group: extra or group, ``""`` at run time.
        sources: other origins by normalised name.
    """
    text = text.strip()
    if text.startswith((*_REMOTE, *_LOCAL)):
        return _direct(text, path, line, group)
    if is_no_version(text):
        return _with_name_only(text, path, line, group)
    try:
        parsed = Parsed(text)
    except (InvalidRequirement, RecursionError):
        return _with_name_only(text, path, line, group)
    name = canonicalize_name(parsed.name)
    url = parsed.url or ""
    source = (sources or {}).get(name, Source(local=url.startswith("file:"), url=url))
    return Requirement(
        name=name,
        text=text,
        specifier=str(parsed.specifier),
        url=source.url,
        extras=tuple(sorted(parsed.extras)),
        marker=str(parsed.marker or ""),
        group=group,
        path=path,
        line=line,
        local=source.local,
    )


def _with_name_only(text: str, path: str, line: int, group: str) -> Requirement | None:
    """What is left of a requirement that breaks PEP 508 behind its name, ``pytz>dev`` for one."""
    found = _NAME.match(text)
    if found is None:
        return None
    name = canonicalize_name(found[1])
    return Requirement(name, text, specifier=UNKNOWN, group=group, path=path, line=line)


def broken_requirement(text: str, path: str, line: int) -> Failure:
    """The failure that a line is no requirement; its text is not told, for a link may hold a password."""
    name = _NAME.match(text)
    what = f"a requirement of `{name[1]}`" if name else "a requirement"
    return Failure("broken-manifest", path, line, f"holds {what} that breaks PEP 508", "mend it")


def editable(text: str, path: str, line: int, group: str = "") -> Requirement:
    """Read the target of pip's ``-e``: a path or a version-control link."""
    return _direct(text.strip(), path, line, group)


def _direct(text: str, path: str, line: int, group: str) -> Requirement:
    address, _, marker = text.partition(" ;") if " ;" in text else text.partition("; ")
    address = address.strip().strip("'\"")
    local = not address.startswith(_REMOTE)
    return Requirement(
        name=canonicalize_name(_name(address)),
        text=text,
        url="" if local else address,
        marker=marker.strip(),
        group=group,
        path=path,
        line=line,
        local=local,
    )


def _name(address: str) -> str:
    """The distribution that an address leads to; a guess by its last part where it does not say."""
    egg = _EGG.search(address)
    if egg:
        return egg[1]
    last = address.partition("#")[0].rstrip("/").rpartition("/")[2].partition("[")[0]
    wheel = _WHEEL.match(last)
    return wheel[1] if wheel else last.partition("@")[0].removesuffix(".git")
