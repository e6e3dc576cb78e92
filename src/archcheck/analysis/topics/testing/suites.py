"""Which tests does a member of the project have?"""

from __future__ import annotations

from archcheck.analysis.project import Project
from archcheck.analysis.topics.testing.runners import is_test_file
from archcheck.model import Member, Role

#: Tests in a language of their own: behave, Robot Framework.
_SPECIFICATIONS = (".feature", ".robot")


def has_tests(project: Project, member: Member) -> bool | None:
    """Whether tests of ``member`` exist, in it or in a member around it.

    Returns:
        None when nobody can know: the tests may have been left out of an archive, or test files are excluded from the
        analysis.
    """
    if any(
        module.role is Role.TEST
        and any(function.is_test for function in module.functions)
        and serves(module.path, member, project)
        for module in project.facts
    ):
        return True
    files = [path for path in project.files if serves(path, member, project)]
    extras = project.manifests[member.root].test_extras
    if (
        any(path.endswith(_SPECIFICATIONS) for path in files)
        or ("doctest" in extras and any(module.doctests for module in project.facts_of(member)))
        or ("nbmake" in extras and any(path.endswith(".ipynb") for path in files))
    ):
        return True
    excluded = any(is_test_file(path) and path not in project.by_path for path in files)
    return None if project.unpacked or excluded else False


def serves(path: str, member: Member, project: Project) -> bool:
    """Whether the file lies in the member, or in a member around it that shares its tests."""
    root = project.member_of(path).root
    return not root or root == member.root or member.root.startswith(f"{root}/")
