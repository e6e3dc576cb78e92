"""Which files deploy the product? Names only; what is in them belongs to the rules about deployment."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePosixPath

_DOCKERFILE = re.compile(r"^(?:.*\.)?(?:Dockerfile|Containerfile)(?:\..+)?$", re.IGNORECASE)
_COMPOSE = re.compile(r"^(?:docker-)?compose(?:[.\-].*)?\.ya?ml$", re.IGNORECASE)
_OTHER = frozenset(
    {"Procfile", "fly.toml", "render.yaml", "app.yaml", "Chart.yaml", "railway.json"}
)
_NOT_PRODUCT = frozenset(
    {".devcontainer", ".gitpod", "docs", "doc", "test", "tests", "testing", "examples", "example", "fixtures",
     "ci", ".ci", ".circleci", ".github", ".gitlab", "dev", "devel", "e2e", "integration", "benchmarks",
     "benchmark", "templates", "samples", "sample", "demo", "contrib", "scripts", "tools", "node_modules"}
)  # fmt: skip
_NOT_PRODUCT_WORD = re.compile(
    r"(?:^|[.\-_])(?:dev|test|tests|ci|lint|docs|devel|local|bench)(?:$|[.\-_])"
)
_KUBERNETES = frozenset(
    {"k8s", "kubernetes", "helm", "manifests", "kustomize", "deploy", "deployment"}
)


def dockerfiles(member: str, files: Collection[str]) -> tuple[str, ...]:
    """Build files of the member's product, those of folders around it for a nested member left out."""
    return tuple(sorted(path for path in files if _own(path, member) and _is_dockerfile(path)))


def deploy_files(member: str, files: Collection[str]) -> tuple[str, ...]:
    """Compose, Procfile, Helm and Kubernetes files of the member."""
    return tuple(sorted(path for path in files if _own(path, member) and _is_deploy(path)))


def _own(path: str, member: str) -> bool:
    if member and not path.startswith(f"{member}/"):
        return False
    inner = path[len(member) + 1 :] if member else path
    pure = PurePosixPath(inner.lower())
    folders = pure.parts[:-1]
    if any("template" in part or "{{" in part for part in folders):
        return False
    return _NOT_PRODUCT.isdisjoint(folders) and not _NOT_PRODUCT_WORD.search(pure.name)


def _is_dockerfile(path: str) -> bool:
    name = PurePosixPath(path).name
    return bool(_DOCKERFILE.match(name)) and not name.endswith(
        (".py", ".md", ".dockerignore", ".j2", ".tmpl")
    )


def _is_deploy(path: str) -> bool:
    pure = PurePosixPath(path)
    if pure.name in _OTHER or _COMPOSE.match(pure.name):
        return True
    folders = {part.lower() for part in pure.parts[:-1]}
    return pure.suffix in (".yaml", ".yml") and bool(folders & _KUBERNETES)
