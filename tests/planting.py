"""Small projects for mutations to work on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from seeding.choosing import candidates
from seeding.mutations import MUTATIONS
from seeding.seed import Seed, apply
from seeding.source import Project, read_text

MANIFEST = """\
[project]
name = "shop"
version = "1"
dependencies = [
    "fastapi>=0.115",
    "python-dateutil>=2",
    "tabulate>=0.9",
]
"""
SERVICE = "from fastapi import FastAPI\n\nfrom shop import api\n\napp = FastAPI()\napp.include_router(api.router)\n"
HANDLERS = "from fastapi import APIRouter\n\nrouter = APIRouter()\n" + "".join(
    f'\n\n@router.get("/{number}")\nasync def answer_{number}(name: str):\n'
    "    for each in name:\n        keep(each)\n    return name\n"
    for number in range(10)
)


def planted(folder: Path, code: str, files: Mapping[str, str]) -> tuple[Project, list[Seed]]:
    """A project of these files, and the seeds that the mutations of a rule find in it."""
    for path, text in {"shop/__init__.py": "", "shop/server.py": SERVICE, **files}.items():
        target = folder / "target" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text), encoding="utf-8")
    project = Project("target", folder / "target")
    return project, list(candidates(project, [each for each in MUTATIONS if each.code == code]))


def changed(project: Project, seed: Seed) -> str:
    """The file as the seed leaves it."""
    return apply(read_text(project.root / seed.target)[0], seed.edits)
