"""ARC0202: a dependency may come in any version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from packaging.utils import canonicalize_name

from archcheck.analysis.kinds import is_application
from archcheck.analysis.manifests import Manifests, Requirement
from archcheck.model import Kind, Member, Outcome, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

#: Branches, which move; anything else behind the `@` is a tag or commit.
_BRANCH = re.compile(
    r"(?:main|master|trunk|develop|development|dev|head|latest|stable|nightly)", re.IGNORECASE
)
_MOVING_ARCHIVE = re.compile(
    r"/(?:heads/|archive/(?:main|master|develop)\.|-/archive/(?:main|master)/)"
)
_VCS = ("git+", "hg+", "svn+", "bzr+", "git:", "git@")
_OPEN_OPERATORS = (">", "!=")

_APPLICATION = frozenset({Kind.SERVICE, Kind.DEPLOYABLE})
_MAIN = {"src/shop/main.py": "import fastapi\n\napp = fastapi.FastAPI()\n"}


class UnconstrainedDependency(ProjectRule):
    """A run-time dependency may come in any version, and no lock file fixes one.

    The next build takes whatever was released last: a version that nobody has tried with this program, with an
    interface that has changed, or one that is older than a feature it needs. A version-control link without a tag or
    commit is the same for anybody.

    Not flagged: anything with a lowest version (`>=`), a pin or a cap, and what another manifest of the project bounds;
    libraries, which leave their dependencies open on purpose (a link without a tag or commit is reported there too);
    projects with a lock file, a constraints file or in an unpacked archive; development groups and extras; what only
    builds the distribution (`build-system.requires`), which hardly any project bounds; paths, editable installs,
    members of the workspace and the project itself.
    """

    code = "ARC0202"
    severity = Severity.WARNING
    noun = "run-time requirements are bounded"
    message = "`{requirement}` accepts {versions}, and nothing locks it"
    advice = "add a lower bound such as `>=2.1`, or commit a lock file"
    seed = "001, principle 2: all dependencies declared in manifest with pinned versions"
    good = (
        Example(
            "A lower bound is enough.",
            "[project]\nname = 'shop'\nversion = '1'\ndependencies = [\n    'fastapi>=0.115',\n    'httpx~=0.28',\n]\n",
            path="pyproject.toml",
            files=_MAIN,
        ),
        Example(
            "The lock fixes what the manifest leaves open.",
            "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['fastapi']\n",
            path="pyproject.toml",
            files={**_MAIN, "uv.lock": "[[package]]\nname = 'fastapi'\nversion = '0.115.6'\n"},
        ),
        Example(
            "A library leaves its dependencies open.",
            "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['httpx']\n",
            path="pyproject.toml",
            files={"src/shop/__init__.py": "import httpx\n"},
            kinds=frozenset({Kind.LIBRARY}),
        ),
    )
    bad = (
        Example(
            "Any version may be installed.",
            "[project]\nname = 'shop'\nversion = '1'\ndependencies = [\n    'fastapi',  # [unconstrained-dependency]\n"
            "    'httpx>=0.28',\n    'redis!=5.0.2',  # [unconstrained-dependency]\n]\n",
            path="pyproject.toml",
            files=_MAIN,
            kinds=_APPLICATION,
        ),
        Example(
            "The link follows a branch.",
            "fastapi==0.115.6\nhttpx  # [unconstrained-dependency]\n"
            "git+https://git.example.org/shop/templates.git@main#egg=shop-templates  # [unconstrained-dependency]\n"
            "git+https://git.example.org/shop/events.git@v2.3.1#egg=shop-events\n",
            path="requirements.txt",
            files=_MAIN,
            kinds=_APPLICATION,
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        for member in project.members:
            manifests = project.manifests[member.root]
            if manifests.locks:
                continue
            decides = (
                is_application(member.kinds)
                and not project.unpacked
                and not _has_constraints(project, member)
            )
            for requirement in _external(manifests):
                if requirement.url:
                    yield self._link(requirement)
                elif decides and requirement.specifier != "?":
                    yield self._version(requirement, manifests)

    def _link(self, requirement: Requirement) -> Outcome:
        """A link that always leads to the same code, or not. A link may hold a password: only the name is told."""
        place = file_place(requirement.path, requirement.line, requirement.name)
        if not _moves(requirement.url):
            return self.complies(place)
        return self.violates(
            place,
            message="`{name}` is taken from wherever its branch points, and nothing locks it",
            name=requirement.name,
        )

    def _version(self, requirement: Requirement, manifests: Manifests) -> Outcome:
        place = file_place(requirement.path, requirement.line, requirement.name)
        if any(
            _is_bounded(other.specifier)
            for other in manifests.requirements
            if other.name == requirement.name
        ):
            return self.complies(place)
        return self.violates(
            place,
            requirement=f"{requirement.name}{requirement.specifier}",
            versions=_accepted(requirement.specifier),
        )


def _external(manifests: Manifests) -> list[Requirement]:
    """What is needed at run time from others."""
    own = canonicalize_name(manifests.name)
    return [
        item for item in manifests.runtime_requirements() if not item.local and item.name != own
    ]


def _has_constraints(project: Project, member: Member) -> bool:
    """Whether a file for pip's ``-c`` may bound versions."""
    return any(
        PurePosixPath(path).name.startswith("constraints") and path.endswith(".txt")
        for path in project.files
        if project.member_of(path) is member
    )


def _is_bounded(specifier: str) -> bool:
    """Whether a specifier says more than "newer than this" or "not this".

    >>> [_is_bounded(text) for text in ("", "*", ">1", "!=1", ">=1", "<2", "==1.*")]
    [False, False, False, False, True, True, True]
    """
    clauses = [clause.strip() for clause in specifier.split(",")]
    return any(
        clause.startswith(">=") or not clause.startswith(_OPEN_OPERATORS)
        for clause in clauses
        if clause and clause != "*"
    )


def _accepted(specifier: str) -> str:
    """What a specifier that bounds nothing accepts, in words.

    >>> [_accepted(text) for text in ("", "*", ">1", "!=1")]
    ['any version', 'any version', 'any later version', 'any other version']
    """
    if specifier.startswith(">"):
        return "any later version"
    return "any other version" if specifier.startswith("!=") else "any version"


def _moves(url: str) -> bool:
    """Whether what a link leads to changes without the link."""
    target = url.partition("#")[0]
    if not target.startswith(_VCS):
        return _MOVING_ARCHIVE.search(target) is not None
    path = target.removeprefix("git@").partition("://")[2] or target
    _, _, ref = path.partition("/")[2].partition("@")
    return not ref or _BRANCH.fullmatch(ref) is not None
