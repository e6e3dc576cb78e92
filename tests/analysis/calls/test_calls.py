"""What does a call site tell of a call? Each case asks the module's one call of ``probe``."""

from __future__ import annotations

import pytest
from call_sites import site

from archcheck.analysis.calls.site import Value

# --- arguments


def test_an_argument_is_found_by_name_and_by_position() -> None:
    call = site("probe(1, 'two', timeout=3)")
    assert call.argument("url", 0).literal == 1
    assert call.argument("data", 1).string == "two"
    assert call.argument("timeout", 9).literal == 3


def test_a_name_wins_over_a_position() -> None:
    assert site("probe(1, timeout=3)").argument("timeout", 0).literal == 3


def test_what_is_not_passed_is_absent() -> None:
    call = site("probe(1)")
    assert call.argument("timeout").absent
    assert call.argument("timeout", 1).absent


def test_star_hides_what_comes_after_it() -> None:
    call = site("probe(1, *rest, 5)")
    assert call.argument("url", 0).literal == 1
    assert call.argument("timeout", 1).unknown
    assert call.argument("timeout").absent


def test_double_star_hides_every_name() -> None:
    call = site("probe(1, **options)")
    assert call.argument("timeout").unknown
    assert call.argument("timeout", 3).unknown
    assert call.argument("url", 0).literal == 1


def test_a_name_beside_double_star_is_seen() -> None:
    assert site("probe(timeout=3, **options)").argument("timeout").literal == 3


@pytest.mark.parametrize(
    ("bound", "given"),
    [
        ("partial(probe, timeout=3)", 3),
        ("partial(probe, None, 4, timeout=3)", 3),
        ("partial(partial(probe, timeout=3), 1)", 3),
        ("partial(partial(probe, timeout=3), timeout=4)", 4),
    ],
)
def test_a_partial_binds_keywords(bound: str, given: int) -> None:
    call = site(f"from functools import partial\ndef probe(): ...\ncall = {bound}\ncall(1)", "call")
    assert call.target == "app.service.probe"
    assert call.argument("timeout").literal == given


def test_a_call_has_the_last_word_over_a_partial() -> None:
    head = "from functools import partial\ndef probe(): ...\n"
    call = site(f"{head}call = partial(probe, 1, timeout=3)\ncall(2, timeout=9)", "call")
    assert call.argument("timeout").literal == 9
    assert [value.literal for value in call.arguments] == [1, 2]


@pytest.mark.parametrize(("stars", "unknown"), [("**options", "timeout"), ("*rest", "url")])
def test_a_partial_may_hide_arguments(stars: str, unknown: str) -> None:
    call = site(
        f"from functools import partial\ndef probe(): ...\ncall = partial(probe, {stars})\ncall(2)",
        "call",
    )
    assert call.argument(unknown, 0 if unknown == "url" else 5).unknown


# --- values


@pytest.mark.parametrize(
    ("source", "literal"),
    [("None", None), ("False", False), ("0", 0), ("-1", -1), ("-1.5", -1.5), ("b'x'", b"x")],
)
def test_a_constant(source: str, literal: object) -> None:
    value = site(f"probe({source})").argument("x", 0)
    assert value.is_literal
    assert value.literal == literal
    assert type(value.literal) is type(literal)


def test_none_true_and_false_are_told_apart_from_other_falsehoods() -> None:
    none, false, true, zero = site("probe(None, False, True, 0)").arguments
    assert (none.is_none, none.is_false) == (True, False)
    assert (false.is_false, false.is_none) == (True, False)
    assert true.is_true
    assert not (zero.is_false)
    assert not (zero.is_none)
    assert not (zero.is_true)


def test_absent_is_not_none() -> None:
    assert not site("probe()").argument("timeout", 0).is_none


def test_a_name_keeps_what_it_stands_for() -> None:
    value = site("import ssl\nprobe(ssl.CERT_NONE)").argument("x", 0)
    assert value.names == ("ssl.CERT_NONE",)
    assert not value.is_literal


def test_a_call_keeps_its_callee_and_arguments() -> None:
    value = site("import httpx\nprobe(httpx.Timeout(None, connect=5))").argument("x", 0)
    assert value.call == "httpx.Timeout"
    assert value.items[0].is_none
    assert value.keyword("connect").literal == 5
    assert value.keyword("read").absent


def test_a_display_keeps_its_items() -> None:
    value = site("probe((3, None))").argument("x", 0)
    assert [item.literal for item in value.items] == [3, None]


def test_a_dict_keeps_its_literal_keys() -> None:
    value = site("probe({'verify': False, key: 1, **more})").argument("x", 0)
    assert value.keyword("verify").is_false
    assert len(value.pairs) == 1


def test_depth_is_bounded() -> None:
    value = site("probe([[[[1]]]])").argument("x", 0)
    depth = 0
    while value.items:
        value, depth = value.items[0], depth + 1
    assert depth == 3
    assert value == Value("given", text="[...]")


def test_the_text_quotes_no_string() -> None:
    call = site("probe('s3cret', token=('s3cret',))")
    assert "s3cret" not in call.argument("x", 0).text
    assert "s3cret" not in call.argument("token").text
    assert "s3cret" not in call.place.subject
