"""ARC0203: an application has no lock file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name

from archcheck.analysis.facts import RUNTIME
from archcheck.analysis.imports.standard_library import STANDARD_LIBRARY
from archcheck.analysis.kinds import is_application
from archcheck.analysis.manifests import Manifests
from archcheck.model import RUNTIME_ROLES, Kind, Member, Outcome, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

_SERVICE = "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['fastapi>=0.115']\n"
_APPLICATION = frozenset({Kind.SERVICE, Kind.DEPLOYABLE})


class MissingLockFile(ProjectRule):
    """An application has no lock file, so two builds of one commit can install different code.

    What was tested is then not what runs: a release of a dependency of a dependency reaches production without a
    change in the repository, and a rollback does not bring the old state back.

    Not flagged: libraries, also those with commands, whose users resolve the versions; members of a monorepo whose
    lock stands in a folder above; requirements files that pin every line, a conda environment that does, and Nix;
    projects without third-party code; unpacked archives, which do not carry the lock.
    """

    code = "ARC0203"
    severity = Severity.WARNING
    noun = "applications have a lock file"
    message = "no lock file: two builds of one commit can install different code"
    advice = "commit the lock of your tool: `uv lock`, `poetry lock`, `pdm lock` or `pip-compile`"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER, Kind.CLI, Kind.DEPLOYABLE})
    seed = "001, principle 2: all dependencies declared in manifest with pinned versions; lock file for reproducibility"
    whole_repository = True
    good = (
        Example(
            "The lock stands beside the manifest.",
            _SERVICE,
            path="pyproject.toml",
            files={
                "uv.lock": "version = 1\n\n[[package]]\nname = 'fastapi'\nversion = '0.115.6'\n",
                "src/shop/main.py": "import fastapi\n\napp = fastapi.FastAPI()\n",
            },
        ),
        Example(
            "A requirements file that pins every line is a lock.",
            "fastapi==0.115.6\nstarlette==0.41.3\n",
            path="requirements.txt",
            files={"shop.py": "import fastapi\n\napp = fastapi.FastAPI()\n"},
        ),
        Example(
            "A library leaves the versions to those who use it.",
            _SERVICE,
            path="pyproject.toml",
            files={"src/shop/__init__.py": "import fastapi\n"},
            kinds=frozenset({Kind.LIBRARY, Kind.CLI}),
        ),
    )
    bad = (
        Example(
            "Every build resolves the versions anew.",
            f"# [missing-lock-file]\n{_SERVICE}",
            path="pyproject.toml",
            files={"src/shop/main.py": "import fastapi\n\napp = fastapi.FastAPI()\n"},
            kinds=_APPLICATION,
        ),
        Example(
            "The lock is ignored, so nobody else has it.",
            f"# [missing-lock-file]\n{_SERVICE}",
            path="pyproject.toml",
            files={".gitignore": "poetry.lock\n", "src/shop/main.py": "import fastapi\n"},
            kinds=_APPLICATION,
        ),
    )

    def gate(self, project: Project, member: str) -> bool:
        return any(item.root == member and is_application(item.kinds) for item in project.members)

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            manifests = project.manifests[member.root]
            locked = bool(manifests.locks) or _has_pinned_environment(manifests)
            if not locked and (
                project.unpacked or not _needs_third_parties(project, member, manifests)
            ):
                continue
            path = _place(project, member, manifests)
            if not path:
                continue
            place = file_place(path, 1, "lock file")
            if locked:
                yield self.complies(place)
            elif manifests.gitignored_locks:
                yield self.violates(
                    place,
                    message="`{lock}` is ignored by git: two builds of one commit can install different code",
                    lock=manifests.gitignored_locks[0],
                )
            else:
                yield self.violates(place)


def _place(project: Project, member: Member, manifests: Manifests) -> str:
    """The member's first manifest, else what deploys it, else its first module; ``""`` for an empty member."""
    own = [
        path
        for path in (*manifests.manifests, *manifests.dockerfiles, *manifests.deploy_files)
        if project.member_of(path) is member
    ]
    modules = sorted(module.path for module in project.facts_of(member))
    return next(iter([*own, *modules]), "")


def _has_pinned_environment(manifests: Manifests) -> bool:
    """Whether a conda environment fixes every version."""
    specifiers = [
        requirement.specifier
        for requirement in manifests.requirements
        if PurePosixPath(requirement.path).stem == "environment"
    ]
    return bool(specifiers) and all(
        specifier.startswith("=") and "*" not in specifier for specifier in specifiers
    )


def _needs_third_parties(project: Project, member: Member, manifests: Manifests) -> bool:
    """Whether anything is installed besides the member itself."""
    if manifests.dynamic:
        return True
    own = canonicalize_name(manifests.name)
    if any(not item.local and item.name != own for item in manifests.runtime_requirements()):
        return True
    known = STANDARD_LIBRARY | {name.partition(".")[0] for name in project.modules}
    return any(
        fact.kind == RUNTIME and fact.module.partition(".")[0] not in known
        for module in project.facts_of(member)
        if module.role in RUNTIME_ROLES
        for fact in module.imports
    )
