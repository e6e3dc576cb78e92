"""The table of outbound calls against the signatures of the running Python."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from archcheck.analysis.topics.remote.outbound import OUTBOUND, wait_of

STANDARD = [
    name
    for name in OUTBOUND
    if name.partition(".")[0]
    in {"ftplib", "http", "imaplib", "poplib", "smtplib", "socket", "urllib"}
]


def callable_named(name: str) -> Callable[..., object]:
    """The object behind a qualified name of the standard library."""
    module, found = name, None
    while found is None:
        module = module.rpartition(".")[0]
        try:
            found = importlib.import_module(module)
        except ModuleNotFoundError:
            continue
    value: Any = found
    for part in name[len(module) + 1 :].split("."):
        value = getattr(value, part)
    called: Callable[..., object] = value
    return called


@pytest.mark.parametrize("name", STANDARD)
def test_a_timeout_stands_where_the_signature_has_it(name: str) -> None:
    wait = OUTBOUND[name]
    target = callable_named(name)
    parameters = [
        parameter
        for parameter in inspect.signature(target).parameters.values()
        if parameter.name != "self"
    ]
    names = [parameter.name for parameter in parameters]
    index = names.index("timeout")
    # Newer Pythons take some of them by keyword only; then no position can be wrong.
    if parameters[index].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD:
        assert wait.position == index
    assert not wait.bounded
    assert wait.socket_default


def test_the_table_names_the_standard_library() -> None:
    assert len(STANDARD) >= 14


def test_a_method_of_a_stub_is_an_outbound_call() -> None:
    wait = wait_of("grpc.Stub.SayHello")
    assert wait is not None
    assert (wait.parameters, wait.position) == (("timeout",), 1)


@pytest.mark.parametrize("name", ["requests.Response.json", "grpc.StubX", "open", "httpx.Timeout"])
def test_other_calls_are_not(name: str) -> None:
    assert wait_of(name) is None


@pytest.mark.parametrize("name", ["httpx.get", "httpx.AsyncClient", "httpx.Client.get"])
def test_httpx_bounds_its_waits(name: str) -> None:
    assert OUTBOUND[name].bounded


def test_every_parameter_has_a_name() -> None:
    assert all(wait.parameters and all(wait.parameters) for wait in OUTBOUND.values())
