"""The tables that lead import names back to distributions."""

from __future__ import annotations

from importlib.resources import files

import pytest
from packaging.utils import canonicalize_name

from archcheck.analysis.distributions import import_names
from archcheck.analysis.distributions.import_names import companions_of, library_of

DATA = files(import_names.__package__) / "data"


def rows(name: str) -> list[str]:
    text = (DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(
    ("module", "name", "library", "distribution"),
    [
        ("yaml", "", "yaml", "pyyaml"),
        ("PIL.Image", "open", "PIL", "pillow"),
        ("jwt", "decode", "jwt", "pyjwt"),
        ("google.protobuf", "message", "google.protobuf", "protobuf"),
        ("google.cloud", "storage", "google.cloud.storage", ""),
        ("google.cloud.storage.blob", "Blob", "google.cloud.storage", ""),
        ("azure.storage.blob", "BlobClient", "azure.storage.blob", "azure-storage-blob"),
        ("ruamel.yaml", "YAML", "ruamel.yaml", "ruamel-yaml"),
        ("zope.component", "adapter", "zope.component", ""),
        ("airflow.providers.http.hooks", "HttpHook", "airflow.providers.http", ""),
        ("airflow.models", "DAG", "airflow", "apache-airflow"),
        ("fpdf", "*", "fpdf", "fpdf2"),
        ("acme_billing.client", "Client", "acme_billing", ""),
    ],
)
def test_what_an_import_takes_from(module: str, name: str, library: str, distribution: str) -> None:
    found = library_of(module, name)
    assert found is not None
    assert (found.name, found.distribution) == (library, distribution)


@pytest.mark.parametrize("module", ["bpy", "gdb", "idaapi", "sublime_plugin"])
def test_what_comes_with_the_host_program_is_in_no_index(module: str) -> None:
    assert library_of(module) is None


def test_companions_of_a_distribution_and_of_its_extras() -> None:
    assert "starlette" in companions_of("fastapi")
    assert "watchfiles" in companions_of("uvicorn[standard]")
    assert "watchfiles" not in companions_of("uvicorn")
    assert "google.auth" in companions_of("google-cloud-tasks")
    assert not companions_of("tabulate")


@pytest.mark.parametrize("table", ["import_names.txt", "pipreqs.txt", "companions.txt"])
def test_every_row_has_two_sides_and_stands_once(table: str) -> None:
    names = [line.partition(" = ")[0] for line in rows(table)]
    assert all(line.partition(" = ")[2].split() for line in rows(table))
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("table", ["import_names.txt", "pipreqs.txt"])
def test_distributions_are_normalised(table: str) -> None:
    named = {each for line in rows(table) for each in line.partition(" = ")[2].split()} - {"-"}
    assert {
        each
        for each in named
        if canonicalize_name(each.removesuffix("-*")) != each.removesuffix("-*")
    } == set()


def test_borrowed_pairs_repeat_nothing() -> None:
    own = {line.partition(" = ")[0] for line in rows("import_names.txt")}
    assert own.isdisjoint(line.partition(" = ")[0] for line in rows("pipreqs.txt"))


def test_the_borrowed_table_names_its_source_and_comes_with_its_licence() -> None:
    head = (DATA / "pipreqs.txt").read_text(encoding="utf-8").partition("\n")[0]
    assert "pipreqs 0.5.0" in head and "Apache License 2.0" in head
    assert "Apache License" in (DATA / "pipreqs.LICENSE").read_text(encoding="utf-8")
