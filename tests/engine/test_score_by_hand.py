"""The opportunities of one small project counted by a person, and its score worked out from them on paper.

Whoever changes what a rule counts changes a line here, after counting again in ``tests/fixtures/counted_shop``.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from fixture_projects import report_of

from archcheck.reporters import RenderOptions
from archcheck.reporters.json import render

#: Code -> opportunities, violations; the comment says which places these are.
COUNTED = {
    "ARC0102": (2, 0),  # the modules that import others of the shop: api, prices
    "ARC0202": (3, 1),  # fastapi, httpx, requests; the last has no bound
    "ARC0203": (1, 1),  # the application, which has no lock file
    "ARC0204": (3, 0),  # fastapi, httpx, requests: none is a development tool
    "ARC0206": (2, 0),  # prices and store work with network and database, in functions only
    "ARC0301": (2, 1),  # get in price_of; post in refresh, without a timeout
    "ARC0401": (1, 1),  # the body of order, a dict
    "ARC0402": (3, 1),  # sku of price, sku of stock (no type), body of order
    "ARC0501": (1, 1),  # the broad handler of refresh, empty
    "ARC0502": (2, 0),  # the handlers of price_of and refresh
    "ARC0503": (1, 0),  # the raise in price_of
    "ARC0504": (1, 0),  # the same, with its cause
    "ARC0601": (1, 0),  # settings, which is the place for it
    "ARC0603": (2, 1),  # float() of a text; bool() of a text, true for every one
    "ARC0704": (4, 4),  # logs, metrics, traces or error tracking, correlation: none is there
    "ARC0801": (1, 0),  # the project, which has tests
    "ARC0802": (2, 0),  # two tests that assert; the third can only raise, which is advice
    "ARC0803": (
        4,
        2,
    ),  # errors, prices; api and store, which no test reaches; settings has no function or class
    "ARC0903": (1, 0),  # the statement in load
    "ARC0905": (2, 0),  # get and post
    "ARC0906": (1, 0),  # the FastAPI application
    "ARC0911": (2, 0),  # the log call of refresh; the print of order
    "ARC1001": (2, 0),  # the file and the connection in load
    "ARC1101": (2, 1),  # stock sleeps; order does not block
    "ARC1201": (3, 0),  # the routes, all below /v1
    "ARC1202": (1, 1),  # utcnow
    "ARC1203": (
        4,
        1,
    ),  # price_of, refresh (no types), load, stamp; handlers and one statement do not count
    "ARC1206": (5, 0),  # the same and stock, which has two statements
}

#: Principle -> score: 100 * sum(weight * compliance) / sum(weight), the weight being severity * n / (n + 3).
ON_PAPER = {
    1: 100.0,  # 1.2 / 1.2
    2: 51.3,  # (1.5 * 2/3 + 3 * 0 + 1.5 + 1.2) / (1.5 + 3 + 1.5 + 1.2) = 3.7 / 7.2
    3: 50.0,  # 5 * 2/5 * 1/2 / 2
    4: 44.4,  # (0.75 * 0 + 1.5 * 2/3) / 2.25
    5: 92.3,  # (0.25 * 0 + 2 + 0.75 + 0.25) / 3.25
    6: 58.6,  # (0.25 + 1.2 * 1/2) / 1.45
    7: 0.0,  # 1 * 0 / 1
    8: 95.7,  # (5 + 1.2 + 0.571 * 1/2) / 6.771
    9: 100.0,
    10: 100.0,
    11: 50.0,  # 5 * 2/5 * 1/2 / 2
    12: 63.5,  # (0.5 + 0.75 * 0 + 0.571 * 3/4 + 0.625) / 2.446
}
MEAN = 67.1  # 806.1 / 12, rounded down


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(report_of("counted_shop"), RenderOptions()))
    return found


def test_the_places_counted_by_hand_are_those_of_the_report() -> None:
    counted = {
        rule["code"]: (rule["opportunities"], rule["violations"])
        for rule in document()["rules"]
        if rule["opportunities"] and rule["weight"]
    }
    assert counted == COUNTED


@pytest.mark.parametrize("number", ON_PAPER)
def test_the_score_of_each_principle_is_that_on_paper(number: int) -> None:
    (principle,) = (each for each in document()["principles"] if each["number"] == number)
    assert principle["score"] == ON_PAPER[number]


def test_the_score_is_their_mean() -> None:
    assert document()["score"] == MEAN
