"""The call graph of a few modules."""

from __future__ import annotations

from collections.abc import Mapping

from archcheck.analysis.calls.graph import CallGraph
from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.names.linker import Linker

SERVICE = "app.service"


def graph_of(modules: Mapping[str, ModuleFacts]) -> CallGraph:
    return CallGraph(list(modules.values()), Linker(modules))
