from __future__ import annotations

import pytest

from archcheck.analysis.versions import admits_python, at_least


@pytest.mark.parametrize(
    ("specifiers", "version", "expected"),
    [
        (">=3.10", "3.12", True),
        (">=3.10,<4", "3.13", True),
        (">=3.14", "3.12", True),
        ("~=3.10", "3.12", True),
        (">=3.12.4", "3.12", True),
        (">=3.8,<3.12", "3.12", False),
        ("<3.13.0a1,>=3.11", "3.13", False),
        ("==3.11.*", "3.12", False),
        ("!=3.12.*,>=3.10", "3.12", True),
        ("", "3.12", None),
        ("nonsense", "3.12", None),
    ],
)
def test_pythons(specifiers: str, version: str, expected: bool | None) -> None:
    assert admits_python(specifiers, version) is expected


@pytest.mark.parametrize(
    ("specifiers", "expected"),
    [
        (">=2", True),
        (">=2.5,<3", True),
        ("==2.4.1", True),
        ("==2.*", True),
        ("~=2.1", True),
        (">2.0", True),
        ("<2", False),
        (">=1.10,<2", False),
        ("<=1.10.13", False),
        ("==1.10.13", False),
        ("==1.*", False),
        ("~=1.10", False),
        ("~=1.10.2", False),
        (">=1.10", None),
        (">=1.10,<3", None),
        ("<3", None),
        ("!=1.9", None),
        ("", None),
        ("?", None),
    ],
)
def test_at_least_two(specifiers: str, expected: bool | None) -> None:
    assert at_least(specifiers, "2") is expected
