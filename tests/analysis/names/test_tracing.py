"""Questions that follow values must end, whatever others wrote."""

from __future__ import annotations

import ast

import pytest
from modules import module_of, probed

from archcheck.analysis.names.flow import reaching
from archcheck.analysis.names.tracing import Tracing
from archcheck.analysis.syntax.bindings import Binding


class _IsZero(Tracing):
    """Whether a value is made of the literal 0 alone."""

    def check(self, node: ast.expr) -> bool:
        return self._within(self._check, node, given_up=False)

    def _check(self, node: ast.expr) -> bool:
        if isinstance(node, ast.BinOp):
            return self.check(node.left) and self.check(node.right)
        if isinstance(node, ast.Name):
            definitions = reaching(node, self._module)
            return bool(definitions) and all(
                self._once(self._value, each, again=True) for each in definitions
            )
        return isinstance(node, ast.Constant) and node.value == 0

    def _value(self, binding: Binding) -> bool:
        return binding.value is not None and self.check(binding.value)


def is_zero(source: str, **bounds: int) -> bool:
    module = module_of(source)
    return _IsZero(module, **bounds).check(probed(module))


def test_definitions_are_followed() -> None:
    assert is_zero("a = 0\nb = a + a\nprobe(b)")
    assert not is_zero("a = 1\nb = a + a\nprobe(b)")


def test_a_definition_is_not_followed_into_itself() -> None:
    assert is_zero("a = 0\nfor _ in x:\n    b = a\n    a = b\nprobe(a)")


@pytest.mark.parametrize(("depth", "answer"), [(2, False), (3, True)])
def test_it_gives_up_beyond_a_depth(depth: int, answer: bool) -> None:
    assert is_zero("probe(0 + (0 + (0 + 0)))", depth=depth) is answer


@pytest.mark.parametrize(("steps", "answer"), [(6, False), (7, True)])
def test_it_gives_up_beyond_a_number_of_steps(steps: int, answer: bool) -> None:
    assert is_zero("probe((0 + 0) + (0 + 0))", steps=steps) is answer


def test_what_is_under_way_ends_with_its_answer() -> None:
    assert is_zero("probe((0 + 0) + (0 + 0) + (0 + 0))", depth=3)
