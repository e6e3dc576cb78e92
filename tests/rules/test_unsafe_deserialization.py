"""ARC0405: which loads of data can execute code."""

from __future__ import annotations

import pytest

from archcheck.model import Outcome, Severity, Verdict
from archcheck.rule import Example
from archcheck.rules.input_validation.unsafe_deserialization import UnsafeDeserialization
from archcheck.testing import outcomes

HEAD = (
    "import base64, json, pickle, socket, zlib\nimport cloudpickle, dill, joblib, jsonpickle, marshal, shelve\n"
    "import requests, torch, yaml, defusedxml.ElementTree\nimport xml.etree.ElementTree as ET\nfrom flask import request\n"
)


def judged(code: str, files: dict[str, str] | None = None) -> list[Outcome]:
    return outcomes(UnsafeDeserialization, Example("A case.", HEAD + code, files=files or {}))


def verdicts(code: str, files: dict[str, str] | None = None) -> list[str]:
    """What the rule says of each load in ``code``: ``complies``, ``error``, ``warning`` or ``advice``."""
    found = []
    for outcome in judged(code, files):
        if outcome.verdict is Verdict.COMPLIES:
            found.append("complies")
        elif outcome.advice:
            found.append("advice")
        else:
            found.append((outcome.severity or Severity.WARNING).value)
    return found


@pytest.mark.parametrize(
    "code",
    [
        "json.loads(text)",
        "yaml.safe_load(text)",
        "yaml.load(text, Loader=yaml.SafeLoader)",
        "yaml.load(text, yaml.CSafeLoader)",
        "yaml.load_all(text, Loader=yaml.BaseLoader)",
        "torch.load(path, weights_only=True)",
        "defusedxml.ElementTree.fromstring(text)",
        "try:\n    from yaml import CSafeLoader as L\nexcept ImportError:\n    from yaml import SafeLoader as L\n"
        "yaml.load(text, Loader=L)",
        "json.loads(request.data)",
        "from lxml import etree\netree.fromstring(request.data, parser=etree.XMLParser(resolve_entities=False))",
    ],
)
def test_plain_values(code: str) -> None:
    assert verdicts(code) == ["complies"]


@pytest.mark.parametrize(
    "code",
    [
        "pickle.loads(data)",
        "pickle.load(file)",
        "pickle.Unpickler(file).load()",
        "from pickle import loads as l\nl(data)",
        "import cPickle\ncPickle.loads(data)",
        "dill.load(file)",
        "cloudpickle.loads(data)",
        "marshal.loads(data)",
        "jsonpickle.decode(text)",
        "joblib.load(path)",
        "yaml.load(text)",
        "yaml.load(text, Loader=None)",
        "yaml.load(text, Loader=yaml.Loader)",
        "yaml.unsafe_load(text)",
        "torch.load(path, weights_only=False)",
    ],
)
def test_programs(code: str) -> None:
    assert verdicts(code) == ["warning"]


@pytest.mark.parametrize(
    "load", ["full_load({})", "load({}, yaml.FullLoader)", "load({}, Loader=yaml.CFullLoader)"]
)
def test_the_full_loader_makes_objects_and_executes_nothing(load: str) -> None:
    assert verdicts(f"yaml.{load.format('text')}") == ["advice"]
    (outcome,) = judged(f"yaml.{load.format('request.data')}")
    assert not outcome.advice
    assert outcome.severity is None
    assert outcome.message.endswith("makes more than plain values from what comes from outside")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("os.path.join(os.path.dirname(__file__), 'schema.yaml')", []),
        ("Path(__file__).parent / 'schema.yaml'", []),
        ("os.path.join(os.path.dirname(__file__), name)", ["warning"]),
        ("os.path.join('conf', 'schema.yaml')", ["warning"]),
    ],
)
def test_a_file_beside_the_code_is_as_safe_as_the_code(path: str, found: list[str]) -> None:
    head = "import os\nfrom pathlib import Path\n"
    assert verdicts(f"{head}yaml.load(open({path}), Loader=yaml.Loader)") == found
    assert verdicts(f"{head}with open({path}) as file:\n    yaml.load(file, yaml.Loader)") == found


@pytest.mark.parametrize(
    "code",
    [
        "pickle.loads(request.data)",
        "def f():\n    raw = request.cookies['basket']\n    return pickle.loads(base64.b64decode(raw))",
        "yaml.load(request.form['spec'], Loader=yaml.Loader)",
        "pickle.loads(requests.get(url, timeout=5).content)",
        "def f():\n    answer = requests.post(url)\n    return pickle.loads(zlib.decompress(answer.content))",
        "def f(connection: socket.socket):\n    return marshal.loads(connection.recv(99))",
        "from urllib.request import urlopen\nwith urlopen(url) as answer:\n    pickle.loads(answer.read())",
        "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/x')\ndef f(data: bytes):\n    return pickle.loads(data)",
        "def dump(x):\n    return pickle.dumps(x)\ndef f():\n    return pickle.loads(request.data)",
    ],
)
def test_programs_from_outside(code: str) -> None:
    (outcome,) = judged(code)
    assert outcome.severity is Severity.ERROR
    assert not outcome.advice
    assert outcome.message.endswith("can execute code that comes from outside")


@pytest.mark.parametrize(
    "code",
    [
        "def save(x):\n    path.write_bytes(pickle.dumps(x))\npickle.loads(path.read_bytes())",
        "from pickle import dump, load\ndump(x, file)\nload(file)",
        "import jsonpickle\ndef save(x):\n    path.write_text(jsonpickle.encode(x))\njsonpickle.decode(path.read_text())",
        "shelve.open(path)",
        "ET.fromstring(request.data)",
    ],
)
def test_lesser_cases(code: str) -> None:
    assert verdicts(code) == ["advice"]


@pytest.mark.parametrize(
    "code",
    [
        "pickle.loads(pickle.dumps(x))",
        "import jsonpickle\njsonpickle.decode(jsonpickle.encode(x))",
        "class PickleSerializer:\n    def loads(self, data):\n        return pickle.loads(data)",
        "class SessionCodec:\n    def decode(self, data):\n        return pickle.loads(data)",
        "import multiprocessing\npickle.loads(data)",
        "class Restricted(pickle.Unpickler):\n    def find_class(self, *a): ...\nRestricted(file).load()",
        "yaml.load(text, Loader=loader)",
        "yaml.load(text, **options)",
        "torch.load(path, **options)",
        "torch.load(path, weights_only=flag)",
        "ET.parse(path)",
        "def pickle_loads(pickle):\n    pickle.loads(data)",
        "from ruamel.yaml import YAML\nYAML(typ='safe').load(text)",
        "loader.load(text)",
    ],
)
def test_no_opportunity(code: str) -> None:
    assert verdicts(code) == []


LOADERS = {
    "src/app/__init__.py": "",
    "src/app/loaders.py": (
        "import yaml\nclass Lines(yaml.SafeLoader): ...\nclass Numbered(Lines): ...\nclass Free(yaml.Loader): ...\n"
    ),
}


@pytest.mark.parametrize(
    ("loader", "expected_verdicts"),
    [("Lines", ["complies"]), ("Numbered", ["complies"]), ("Free", [])],
)
def test_a_loader_of_the_project(loader: str, expected_verdicts: list[str]) -> None:
    code = f"from app.loaders import {loader}\nyaml.load(text, Loader={loader})"
    assert verdicts(code, LOADERS) == expected_verdicts


@pytest.mark.parametrize(
    ("version", "expected_verdicts"), [("2.6.0", ["complies"]), ("2.5.1", ["warning"])]
)
def test_torch_by_its_locked_version(version: str, expected_verdicts: list[str]) -> None:
    files = {
        "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
        "uv.lock": f'version = 1\n\n[[package]]\nname = "torch"\nversion = "{version}"\n',
    }
    assert verdicts("torch.load(path)", files) == expected_verdicts


def test_torch_without_a_lock_is_unknown() -> None:
    assert verdicts("torch.load(path)") == []


def test_a_long_chain_of_names_ends() -> None:
    chain = "\n".join(f"    a{number + 1} = a{number}" for number in range(40))
    assert verdicts(f"def f(a0):\n{chain}\n    pickle.loads(a40)") == ["warning"]


@pytest.mark.parametrize(
    "code",
    [
        "import pkgutil\npickle.loads(pkgutil.get_data('app', 'map.pickle'))",
        "from importlib import resources\nwith resources.open_binary('app', 'map.pickle') as file:\n    pickle.load(file)",
        "from importlib.resources import files\ndata = files('app').joinpath('map.pickle').read_bytes()\npickle.loads(data)",
    ],
)
def test_a_file_of_the_package_is_as_safe_as_its_code(code: str) -> None:
    assert verdicts(code) == []
