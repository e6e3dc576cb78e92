"""Which parameters of first-party functions hold what a client sent, and what do those functions do with a body?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from archcheck.analysis.calls.graph import CallGraph
from archcheck.analysis.facts import BodyParameter, ConvertedParameter, Handover, ModuleFacts
from archcheck.analysis.topics.requests.handovers import argument_name


class Receipt(Struct, frozen=True):
    """An argument of a first-party function that is what a client sent.

    Attributes:
        path: the file of the function that hands it over.
        handover: how it does.
    """

    path: str
    handover: Handover


class ClientValues:
    """What clients sent on its way from one function to the next; only definite calls count.

    Args:
        facts: of every analysed module.
        call_graph: knows which function takes the arguments of a call.
    """

    def __init__(self, facts: Sequence[ModuleFacts], call_graph: CallGraph) -> None:
        self._facts = facts
        self._call_graph = call_graph
        self._by_path = {module.path: module for module in facts}

    @cached_property
    def receipts(self) -> Mapping[str, list[Receipt]]:
        """Argument, named as in `handovers.arguments_of` -> whatever it receives of what clients sent."""
        found: dict[str, list[Receipt]] = {}
        for module in self._facts:
            for each in module.handovers:
                receiver = self._call_graph.function(each.callee, module)
                if receiver is not None:
                    name = argument_name(*receiver.key, each.argument)
                    found.setdefault(name, []).append(Receipt(module.path, each))
        return found

    def is_certain(self, callee: str, path: str) -> bool:
        """Whether it is certain which first-party function takes the arguments of a call in the file ``path``."""
        return bool(self._argument(callee, "", path))

    def conversions(self, callee: str, argument: str, path: str) -> Sequence[ConvertedParameter]:
        """How a function converts an argument that it is given; empty when it does not, or when nobody can know.

        Args:
            callee: as called in the file ``path``.
            argument: as in `Handover.argument`.
            path: of the file that calls it.
        """
        return self._conversions.get(self._argument(callee, argument, path), ())

    def body_parameter(self, callee: str, argument: str, path: str) -> BodyParameter | None:
        """The parameter by which a function takes the body of a request; None when nothing is known of it.

        Args:
            callee: as called in the file ``path``.
            argument: as in `Handover.argument`.
            path: of the file that calls it.
        """
        return self._body_parameters.get(self._argument(callee, argument, path))

    def _argument(self, callee: str, argument: str, path: str) -> str:
        """The one name of an argument; ``""`` when it is not certain whose it is."""
        module = self._by_path.get(path)
        receiver = self._call_graph.function(callee, module) if module is not None else None
        return argument_name(*receiver.key, argument) if receiver is not None else ""

    @cached_property
    def _conversions(self) -> Mapping[str, list[ConvertedParameter]]:
        found: dict[str, list[ConvertedParameter]] = {}
        for module in self._facts:
            for parameter in module.converted_parameters:
                for argument in parameter.arguments:
                    found.setdefault(argument, []).append(parameter)
        return found

    @cached_property
    def _body_parameters(self) -> Mapping[str, BodyParameter]:
        return {
            argument: parameter
            for module in self._facts
            for parameter in module.body_parameters
            for argument in parameter.arguments
        }
