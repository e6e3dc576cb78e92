"""ARC0108: what is said of a contract that does not hold."""

from __future__ import annotations

from itertools import pairwise

from archcheck.model import Outcome, Verdict
from archcheck.rule import Example
from archcheck.rules.layered_architecture.broken_import_contract import BrokenImportContract
from archcheck.testing import outcomes

TABLE = '[tool.importlinter]\nroot_package = "shop"\n'


def contract(**options: object) -> str:
    lines = [f"{key} = {value!r}" for key, value in {"name": "C", **options}.items()]
    return "\n".join(["[[tool.importlinter.contracts]]", *lines, ""])


def judged(*contracts: str, **sources: str) -> list[Outcome]:
    files = {f"src/shop/{name}.py": source for name, source in {"__init__": "", **sources}.items()}
    text = TABLE + "".join(contracts)
    return outcomes(BrokenImportContract, Example("case", text, path="pyproject.toml", files=files))


LAYERS = contract(type="layers", layers=["shop.a", "shop.b"])


def test_one_opportunity_a_contract_at_its_line() -> None:
    kept = contract(type="independence", modules=["shop.b", "shop.c"])
    found = judged(LAYERS, kept, a="", b="import shop.a\n", c="")
    assert [(each.place.location.line, each.verdict) for each in found] == [
        (3, Verdict.VIOLATES),
        (7, Verdict.COMPLIES),
    ]
    assert found[0].message == "contract `C` is broken: `shop.b` → `shop.a`"


def test_the_trace_has_the_guidance_and_every_import() -> None:
    guided = LAYERS + "broken_contract_guidance = 'Ask the architects.'\n"
    (found,) = judged(guided, a="", b="\nimport shop.c\nfrom shop import d\n", c="import shop.a\n", d="import shop.a\n")  # fmt: skip
    assert [(step.path, step.line, step.text) for step in found.trace] == [
        ("pyproject.toml", 3, "guidance: Ask the architects."),
        ("pyproject.toml", 3, "`shop.b` must not import `shop.a`"),
        ("src/shop/b.py", 2, "`shop.b` imports `shop.c`"),
        ("src/shop/c.py", 1, "`shop.c` imports `shop.a`"),
        ("src/shop/b.py", 3, "`shop.b` imports `shop.d`"),
        ("src/shop/d.py", 1, "`shop.d` imports `shop.a`"),
    ]
    assert found.message == "contract `C` is broken: `shop.b` → `shop.c` → `shop.a` and 1 more"


def test_an_import_that_many_chains_share_is_the_one_to_cut() -> None:
    forbidden = contract(type="forbidden", source_modules=["shop.b", "shop.c"], forbidden_modules=["shop.a"])  # fmt: skip
    (found,) = judged(forbidden, a="", b="import shop.d\n", c="import shop.d\n", d="import shop.a\n")  # fmt: skip
    assert found.message.endswith("and 1 more; `shop.d` → `shop.a` is in 2 of the 2 chains")


def test_a_long_chain_is_shortened_in_the_message_only() -> None:
    names = "bcdefghi"
    sources = {name: f"import shop.{after}\n" for name, after in pairwise(names)}
    (found,) = judged(LAYERS, a="", **sources, i="import shop.a\n")
    assert "`shop.d` → … → `shop.a`" in found.message
    assert len(found.trace) == 1 + len(names)


def test_what_is_no_import_is_told_in_words() -> None:
    exhaustive = contract(type="layers", layers=["a"], containers=["shop"]) + "exhaustive = true\n"
    (found,) = judged(exhaustive, a="", b="")
    assert found.message == (
        "contract `C` is broken: `shop.b` must be one of the layers, which are exhaustive"
    )


def test_no_contract_is_no_opportunity() -> None:
    example = Example("case", "[project]\nname = 'shop'\n", path="pyproject.toml")
    assert outcomes(BrokenImportContract, example) == []
