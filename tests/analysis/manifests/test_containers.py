"""Which files deploy the product, and not its development, tests or documentation."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_repository import manifests

OBJECT = "apiVersion: apps/v1\nkind: Deployment\n"


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("Dockerfile", True),
        ("Dockerfile.prod", True),
        ("docker/api.Dockerfile", True),
        ("deploy/dockerfile", True),
        ("Containerfile", True),
        ("Dockerfile.dev", False),
        ("Dockerfile.test", False),
        ("dev.Dockerfile", False),
        ("Dockerfile.dockerignore", False),
        ("Dockerfile.j2", False),
        ("dockerfile.py", False),
        ("dockerfile_parser.md", False),
        (".devcontainer/Dockerfile", False),
        ("tests/Dockerfile", False),
        ("docs/Dockerfile", False),
        ("project_template/Dockerfile", False),
        ("{{cookiecutter.name}}/Dockerfile", False),
    ],
)
def test_dockerfiles(path: str, is_one: bool, tmp_path: Path) -> None:
    assert manifests(tmp_path, {path: "FROM python\n"}).dockerfiles == ((path,) if is_one else ())


@pytest.mark.parametrize(
    ("path", "content", "is_one"),
    [
        ("docker-compose.yml", "", True),
        ("compose.prod.yaml", "", True),
        ("docker-compose.test.yml", "", False),
        ("compose.dev.yaml", "", False),
        ("Procfile", "", True),
        ("fly.toml", "", True),
        ("charts/shop/Chart.yaml", "", True),
        ("k8s/api.yaml", OBJECT, True),
        ("deploy/overlays/prod/api.yml", OBJECT, True),
        ("deploy/settings.yaml", "kind: a\n", False),
        ("config/api.yaml", OBJECT, False),
        ("app.yaml", "runtime: python312\n", True),
        ("app.yaml", "name: shop\n", False),
        ("tests/k8s/api.yaml", OBJECT, False),
    ],
)
def test_deploy_files(path: str, content: str, is_one: bool, tmp_path: Path) -> None:
    assert manifests(tmp_path, {path: content}).deploy_files == ((path,) if is_one else ())


def test_a_nested_member_has_its_own_and_those_that_name_it(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM python\nCOPY apps/api /app\n",
        "docker/web.Dockerfile": "FROM python\nCOPY apps/api-client /app\n",
        "apps/api/Dockerfile": "",
        "apps/api/compose.yaml": "",
        "apps/web/Dockerfile": "",
    }
    found = manifests(tmp_path, files, "apps/api")
    assert found.dockerfiles == ("Dockerfile", "apps/api/Dockerfile")
    assert found.deploy_files == ("apps/api/compose.yaml",)
    assert manifests(tmp_path, files, "apps/web").dockerfiles == ("apps/web/Dockerfile",)
