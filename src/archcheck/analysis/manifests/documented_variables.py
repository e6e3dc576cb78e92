"""Which environment variables does a project tell the people who deploy it about?

In a template of an environment file, and in what its README, its pages about configuration and its deployment files
mention.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

from dotenv.parser import parse_stream

from archcheck.analysis.manifests.repository import Repository, UnreadableManifestError

_TEMPLATE = re.compile(
    r"\.?env[\w.-]*[._-](?:example|sample|template|tmpl|dist|defaults?)|(?:example|sample|template|dist)[._-]env"
    r"|[\w-]+\.env\.(?:example|sample|template|dist)|\.?env\.(?:example|sample|template|dist)[\w.-]*",
    re.IGNORECASE,
)
_PAGE = re.compile(r".*\.(?:md|rst|txt|adoc)", re.IGNORECASE)
_README = re.compile(
    r"readme[\w.-]*|(?:install|deploy|config)[\w-]*\.(?:md|rst|txt|adoc)", re.IGNORECASE
)
_CONFIGURATION = re.compile(
    r"config|setting|environment|env[-_]?var|deploy|install|docker|hosting|setup", re.IGNORECASE
)
_DOCS = ("docs/", "doc/", "documentation/")
_NAME = re.compile(r"(?<![A-Za-z0-9_])[A-Z][A-Z0-9_]{2,63}(?![A-Za-z0-9_])")
_MAX_NAMES = 20_000


def env_templates(repository: Repository, member: str) -> tuple[str, ...]:
    """Templates of environment files of a member: its own, else those at the root of the repository."""
    own = _templates(repository.below(member))
    return own or _templates(repository.folder(""))


def documented_variables(
    repository: Repository, member: str, templates: Iterable[str], deployment: Iterable[str]
) -> frozenset[str]:
    """Names of the environment variables, in upper case, that people who deploy a member can read of.

    Args:
        repository: its files.
        member: the member's root.
        templates: of `env_templates`.
        deployment: its container build, compose and platform files.
    """
    names: set[str] = set()
    for path in templates:
        names.update(_declared(repository, path))
    folders = {"", member}
    pages = [
        path for folder in sorted(folders) for path in repository.folder(folder) if _is_readme(path)
    ]
    pages += [path for path in repository.below(member) if _is_about_configuration(path, member)]
    for path in dict.fromkeys([*templates, *pages, *deployment]):
        names.update(_NAME.findall(repository.script(path)))
        if len(names) > _MAX_NAMES:
            break
    return frozenset(names)


def _templates(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if _TEMPLATE.fullmatch(path.rpartition("/")[2]))


def _declared(repository: Repository, path: str) -> list[str]:
    """The keys of a template, in upper case; lines that are no assignment are passed over."""
    try:
        text = repository.text(path)
    except UnreadableManifestError:
        return []
    return [binding.key.upper() for binding in parse_stream(io.StringIO(text)) if binding.key]


def _is_readme(path: str) -> bool:
    return _README.fullmatch(path.rpartition("/")[2]) is not None


def _is_about_configuration(path: str, member: str) -> bool:
    inside = path[len(member) :].lstrip("/")
    return (
        inside.startswith(_DOCS)
        and _PAGE.fullmatch(inside) is not None
        and _CONFIGURATION.search(inside.partition("/")[2]) is not None
    )
