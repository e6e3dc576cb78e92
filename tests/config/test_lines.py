"""The line of a value in a TOML document."""

from __future__ import annotations

import pytest

from archcheck.config.lines import line_of

DOCUMENT = '''\
# domain
[tool.other]
order = ["domain"]
text = """
[tool.archcheck.layers]
order = ["domain"]
"""
[tool.archcheck.layers]
containers = ["domain"]
order = [
    "api",
    "(domain)",
]
packages = { api = ["web_domain"] }
'''
ORDER = ("tool", "archcheck", "layers", "order")


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        (ORDER, "domain", 12),
        (ORDER, "api", 11),
        (("tool", "archcheck", "layers", "containers"), "domain", 9),
        (("tool", "archcheck", "layers", "packages", "api"), "web_domain", 14),
        (("tool", "other", "order"), "domain", 3),
        (ORDER, "infra", 0),
        (("tool", "missing"), "domain", 0),
    ],
)
def test_the_line_is_the_one_whose_change_changes_the_value(
    key: tuple[str, ...], value: str, expected: int
) -> None:
    assert line_of(DOCUMENT, key, value) == expected


def test_a_broken_document_has_no_line() -> None:
    assert line_of("a = [", ("a",), "a") == 0
