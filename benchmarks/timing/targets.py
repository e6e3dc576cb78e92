"""What is measured on: the pinned releases of ``speed.toml``, the files in them, and the contract for import-linter."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tomli
from corpus.fetching import provide
from corpus.releases import Release, ReleaseListError, read_releases
from corpus.scratch import RELEASE_LIST

from timing.measuring import MeasuringError

SPEED_LIST = Path(__file__).resolve().parent.parent / "speed.toml"


@dataclass(frozen=True)
class Subject:
    """A release to measure on.

    Attributes:
        release: the pinned file.
        package: the importable package in it.
        path: the folder of that package, relative to the release's root.
    """

    release: Release
    package: str
    path: str


@dataclass(frozen=True)
class Target:
    """An unpacked release.

    Attributes:
        name: of the release.
        version: of the release.
        root: its folder.
        source: the folder that its package lies in.
        package: the importable package.
        work: an empty folder to run in, with lists and caches.
        files: the files that archcheck judges.
        lines: in these files.
        processes: that archcheck uses on them by itself.
    """

    name: str
    version: str
    root: Path
    source: Path
    package: str
    work: Path
    files: tuple[Path, ...]
    lines: int
    processes: int


def read_subjects(path: Path = SPEED_LIST) -> tuple[Subject, ...]:
    """Read the list; a release that is pinned for the real projects is not pinned again.

    Raises:
        ReleaseListError: a release is pinned nowhere.
    """
    pinned = {release.name: release for release in read_releases(RELEASE_LIST)}
    subjects = []
    for entry in tomli.loads(path.read_text(encoding="utf-8"))["release"]:
        package, folder = entry.pop("package"), entry.pop("path")
        if "sha256" in entry:
            release = Release(**entry, frameworks=())
        elif entry["name"] in pinned:
            release = pinned[entry["name"]]
        else:
            raise ReleaseListError(f"{path.name}: {entry['name']} is pinned nowhere")
        subjects.append(Subject(release, package, folder))
    return tuple(subjects)


def prepare(subject: Subject, scratch: Path) -> Target:
    """Unpack a release and see what archcheck makes of it.

    Raises:
        FetchError, UnsafeArchiveError: it cannot be had.
        MeasuringError: archcheck says nothing of it.
    """
    root = provide(subject.release, scratch)
    work = scratch / ".state" / "speed" / subject.release.name
    work.mkdir(parents=True, exist_ok=True)
    shown = _archcheck(work, "--show-files", str(root))
    files = tuple(root / line for line in shown.splitlines())
    (work / "files.txt").write_text("".join(f"{path}\n" for path in files), encoding="utf-8")
    said = _archcheck(work, "--no-cache", "--exit-zero", "--format", "json", str(root))
    counted = json.loads(said)["statistics"]
    source = root / subject.path
    write_contract(work / "contract.ini", subject.package)
    return Target(
        subject.release.name,
        subject.release.version,
        root,
        source,
        subject.package,
        work,
        files,
        counted["lines"],
        counted["processes"],
    )


def write_contract(path: Path, package: str) -> None:
    """A contract that asks for the whole graph and is kept: nothing imports a module of that name."""
    path.write_text(
        f"[importlinter]\nroot_package = {package}\ninclude_external_packages = True\n\n"
        "[importlinter:contract:1]\nname = nothing imports it\ntype = forbidden\n"
        f"source_modules = {package}\nforbidden_modules = antigravity\n",
        encoding="utf-8",
    )


def _archcheck(work: Path, *arguments: str) -> str:
    command: Sequence[str] = [sys.executable, "-m", "archcheck", "check", "--isolated", *arguments]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if not done.stdout:
        raise MeasuringError(f"archcheck: {done.stderr.strip()[-300:]}")
    return done.stdout
