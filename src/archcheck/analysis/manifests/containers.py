"""Which files deploy the product? Only which; what is in them belongs to the rules about deployment."""

from __future__ import annotations

import re
from collections.abc import Iterable

from archcheck.analysis.manifests.repository import Repository

_DOCKERFILE = re.compile(
    r"(?:[\w.-]+\.)?(?:dockerfile|containerfile)|(?:dockerfile|containerfile)[.-][\w.-]+",
    re.IGNORECASE,
)
_NO_DOCKERFILE = (
    ".py",
    ".md",
    ".rst",
    ".txt",
    ".sh",
    ".dockerignore",
    ".j2",
    ".jinja",
    ".tmpl",
    ".template",
    ".tpl",
)
_COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml", re.IGNORECASE)
_PLATFORMS = frozenset(
    {"Procfile", "Chart.yaml", "fly.toml", "render.yaml", "railway.json", "railway.toml", "heroku.yml", "serverless.yml",
     "serverless.yaml", "skaffold.yaml"}
)  # fmt: skip
_KUBERNETES = frozenset(
    {"k8s", "kubernetes", "helm", "chart", "charts", "manifests", "kustomize", "deploy", "deployment", "deployments",
     "overlays"}
)  # fmt: skip
_KUBERNETES_OBJECT = re.compile(r"^apiVersion:[ ]*\S", re.MULTILINE)
_SERVICE_MESH = re.compile(
    r"\b(?:istio\.io/|linkerd\.io/|consul\.hashicorp\.com/connect|kuma\.io/|openservicemesh\.io/)"
)
_APP_ENGINE = re.compile(r"^runtime:[ ]*python", re.MULTILINE)

_NOT_PRODUCT = frozenset(
    {".devcontainer", ".gitpod", "docs", "doc", "test", "tests", "testing", "examples", "example", "fixtures", "testdata",
     "ci", ".ci", ".circleci", ".github", ".gitlab", ".buildkite", "dev", "devel", "e2e", "integration", "benchmarks",
     "benchmark", "bench", "templates", "samples", "sample", "demo", "demos", "contrib", "scripts", "tools", "vendor",
     "third_party", "cookiecutter"}
)  # fmt: skip
_NOT_PRODUCT_WORD = re.compile(
    r"(?:^|[._-])(?:dev|devel|development|test|tests|testing|ci|lint|docs|local|bench|benchmark|example|devcontainer)(?:$|[._-])"
)


def dockerfiles(repository: Repository, member: str) -> tuple[str, ...]:
    """Container build files of a member's product.

    Its own, and for a nested member those outside of it that name its folder.
    """
    return tuple(
        path
        for path in repository.below("")
        if _is_dockerfile(path)
        and (
            is_product(path, member)
            if _is_inside(path, member)
            else is_product(path, "") and _names(repository, path, member)
        )
    )


def deploy_files(repository: Repository, member: str) -> tuple[str, ...]:
    """Compose files, Kubernetes objects, Helm charts and those of other platforms, of the member itself."""
    return tuple(
        path
        for path in repository.below(member)
        if _may_deploy(path) and is_product(path, member) and _deploys(repository, path)
    )


def service_mesh(repository: Repository, deployment: Iterable[str]) -> str:
    """The first of these files that puts the product into a service mesh; ``""`` when none does."""
    return next((path for path in deployment if _holds(repository, path, _SERVICE_MESH)), "")


def is_product(path: str, member: str) -> bool:
    """Whether a file is for the product, and not for its development, tests or documentation."""
    *folders, name = path[len(member) :].lower().lstrip("/").split("/")
    if any("template" in folder or "{{" in folder for folder in folders):
        return False
    return _NOT_PRODUCT.isdisjoint(folders) and not _NOT_PRODUCT_WORD.search(name)


def is_compose(path: str) -> bool:
    """Whether the file is called as Docker Compose expects it."""
    return _COMPOSE.fullmatch(path.rpartition("/")[2]) is not None


def _is_dockerfile(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return (
        ("dockerfile" in name or "containerfile" in name)
        and bool(_DOCKERFILE.fullmatch(name))
        and not name.endswith(_NO_DOCKERFILE)
    )


def _is_inside(path: str, member: str) -> bool:
    return not member or path.startswith(f"{member}/")


def _names(repository: Repository, path: str, folder: str) -> bool:
    return _holds(repository, path, re.compile(rf"(?<![\w-]){re.escape(folder)}(?![\w-])"))


def _may_deploy(path: str) -> bool:
    """Whether the file's name leaves the question open; most files' names do not."""
    name = path.rpartition("/")[2]
    return name in _PLATFORMS or name.lower().endswith((".yaml", ".yml"))


def _deploys(repository: Repository, path: str) -> bool:
    *folders, name = path.split("/")
    if name in _PLATFORMS or is_compose(name):
        return True
    if name == "app.yaml":
        return _holds(repository, path, _APP_ENGINE)
    in_folder = not _KUBERNETES.isdisjoint(map(str.lower, folders))
    return (
        in_folder
        and name.endswith((".yaml", ".yml"))
        and _holds(repository, path, _KUBERNETES_OBJECT)
    )


def _holds(repository: Repository, path: str, pattern: re.Pattern[str]) -> bool:
    return pattern.search(repository.script(path)) is not None
