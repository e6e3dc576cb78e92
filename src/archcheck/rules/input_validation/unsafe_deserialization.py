"""ARC0405."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.calls.site import CallSite
from archcheck.analysis.module import Module
from archcheck.analysis.queries import GivenByClients, IsSubclass, Locked
from archcheck.analysis.topics.requests.handovers import BODY, PART, TEXT
from archcheck.analysis.topics.security.deserialization import (
    DESERIALIZERS,
    SAFE,
    TORCH,
    XML,
    YAML,
    YAML_FULL,
    YAML_FULL_LOADERS,
    YAML_SAFE_LOADERS,
    YAML_UNSAFE_LOADERS,
    arguments_read,
    comes_from_outside,
    is_packaged,
)
from archcheck.model import Confidence, Outcome, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

_TAILS = frozenset(name.rpartition(".")[2] for name in DESERIALIZERS)
_ROOTS = frozenset(name.partition(".")[0] for name in DESERIALIZERS) | {"_pickle", "cPickle", "six"}
#: A class that offers the format as one of several, or that restricts it.
_CODEC = re.compile(r"pickle|serializ|codec|coder", re.IGNORECASE)
#: They hand objects between processes of one program in this format.
_PROCESS_LIBRARIES = ("multiprocessing", "billiard", "loky")
_WRITES = ("dump", "dumps")
_ENCODES = "jsonpickle.encode"
_SENT = frozenset({BODY, PART, TEXT})


class UnsafeDeserialization(ModuleRule):
    """Data is loaded in a format that can execute code.

    Whoever can write what is loaded runs code with the rights of the process: a pickle, a YAML document with Python
    tags or a shelf is a program, not data. JSON, TOML and `yaml.safe_load` make plain values only.

    What a client sent or another machine answered is an error, also where a function that answers requests hands it to
    the one that loads it; the trace says which. Other input is a warning. A format that the same module
    writes is advice, for it most likely reads its own files, and so is XML from outside without defusedxml or a parser
    of its own. PyYAML's full loader executes nothing that is known of since 5.4, but makes objects of any class that is
    loaded: a warning for what comes from outside, else advice.

    Not flagged: YAML loaders derived from ``SafeLoader``; `torch.load` where the locked version loads weights only;
    codec and serializer classes that offer the format by name; copies through ``loads(dumps(x))``;
    files that are installed with the package; modules that hand
    objects between processes.
    """

    code = "ARC0405"
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    noun = "loads of serialised data can only make plain values"
    message = "`{call}` can execute code from its input"
    advice = "use JSON or `yaml.safe_load`; for models, a format of weights only"
    waived_by = ("S301", "S302", "S403", "S506", "B301", "B302", "B506", "B614")
    seed = "Seed 001, principle 4: invalid input is the primary attack vector and error source"
    good = (
        Example(
            "Plain values.",
            "import json\n\nimport yaml\n\n\ndef load(request, path):\n"
            "    return json.loads(request.body), yaml.safe_load(path.read_text())\n",
        ),
        Example(
            "A safe loader that keeps line numbers is a safe loader.",
            "import yaml\n\n\nclass LineLoader(yaml.SafeLoader):\n    pass\n\n\ndef load(text):\n"
            "    return yaml.load(text, Loader=LineLoader)\n",
        ),
        Example(
            "A codec offers the format by its name.",
            "import pickle\n\n\nclass PickleSerializer:\n    def loads(self, data):\n"
            "        return pickle.loads(data)\n",
        ),
    )
    bad = (
        Example(
            "A cookie is a program here.",
            "import base64\nimport pickle\n\nfrom flask import request\n\n\ndef basket():\n"
            '    data = base64.b64decode(request.cookies["basket"])\n'
            "    return pickle.loads(data)  # [unsafe-deserialization]\n",
        ),
        Example(
            "The handler hands it over.",
            "import pickle\n\n\ndef restore(data):\n    return pickle.loads(data)  # [unsafe-deserialization]\n",
            path="src/app/baskets.py",
            files={
                "src/app/api.py": "from flask import Flask, request\n\nfrom app.baskets import restore\n\n"
                'app = Flask(__name__)\n\n\n@app.post("/basket")\ndef basket():\n'
                "    return restore(request.get_data())\n"
            },
        ),
        Example(
            "Python tags are read.",
            "import yaml\n\n\ndef load(path):\n"
            "    return yaml.load(path.read_text(), Loader=yaml.Loader)  # [unsafe-deserialization]\n",
        ),
        Example(
            "Its own cache: advice.",
            "import pickle\n\n\ndef save(path, index):\n    path.write_bytes(pickle.dumps(index))\n\n\n"
            "def load(path):\n    return pickle.loads(path.read_bytes())  # [unsafe-deserialization]\n",
        ),
    )

    @narrowed(imports=(*_ROOTS, "defusedxml", "lxml"), named=_TAILS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        names = module.names(node.func)
        if not names or not DESERIALIZERS.issuperset(names):
            return
        verdict = self._judged(node, module.call_site(node, names[0]), module)
        if verdict is not None:
            yield verdict

    def _judged(self, node: ast.Call, call: CallSite, module: Module) -> Judgement | None:
        if call.target in SAFE:
            return self.complies(call)
        if call.target in XML:
            return self._xml(node, call, module)
        if call.target in YAML:
            return self._yaml(node, call, module)
        if call.target == TORCH:
            return self._torch(node, call, module)
        if call.target in YAML_FULL:
            return self._full(node, call, module)
        return self._unsafe(node, call, module)

    def _full(self, node: ast.Call, call: CallSite, module: Module) -> Judgement | None:
        """The verdict on PyYAML's full loader, which makes objects and executes nothing that is known of."""
        if node.args and is_packaged(node.args[0], module):
            return None
        message = "`{call}` makes more than plain values from what comes from outside"
        outside = self.violates(call, message=message)
        message = "`{call}` makes more than plain values from its input"
        return _if_outside(node, module, outside, self.violates(call, message=message, advice=True))

    def _unsafe(self, node: ast.Call, call: CallSite, module: Module) -> Judgement | None:
        """The verdict on a call that executes what its input says."""
        if node.args and is_packaged(node.args[0], module):
            return None
        message = "`{call}` can execute code that comes from outside"
        outside = self.violates(call, message=message, severity=Severity.ERROR)
        if module.imports(*_PROCESS_LIBRARIES) or _is_codec(node, module) or _is_copy(call):
            return _if_outside(node, module, outside, None)
        writes = _writes(call.target.partition(".")[0], module)
        return _if_outside(node, module, outside, self.violates(call, advice=writes))

    def _yaml(self, node: ast.Call, call: CallSite, module: Module) -> Judgement | None:
        loader = call.argument("Loader", 1)
        if loader.absent or loader.is_none:
            return self._unsafe(node, call, module)
        if not loader.names:
            return None
        if YAML_SAFE_LOADERS.issuperset(loader.names):
            return self.complies(call)
        if YAML_UNSAFE_LOADERS.issuperset(loader.names):
            return self._unsafe(node, call, module)
        if YAML_FULL_LOADERS.issuperset(loader.names):
            return self._full(node, call, module)
        if len(loader.names) > 1:
            return None
        return Pending(IsSubclass(loader.names[0], YAML_SAFE_LOADERS), self.complies(call), None)

    def _torch(self, node: ast.Call, call: CallSite, module: Module) -> Judgement | None:
        weights_only = call.argument("weights_only")
        if weights_only.absent:
            query = Locked("torch", ">=2.6", call.place.location.path)
            return Pending(query, self.complies(call), self._unsafe(node, call, module))
        if weights_only.is_false:
            return self._unsafe(node, call, module)
        return self.complies(call) if weights_only.is_true else None

    def _xml(self, node: ast.Call, call: CallSite, module: Module) -> Judgement | None:
        parser = call.argument("parser", 1)
        if parser.given and not parser.is_none:
            expands = not parser.keyword("resolve_entities").is_false
            return None if expands else _if_outside(node, module, self.complies(call), None)
        message = "`{call}` expands the entities of XML that comes from outside"
        advice = self.violates(call, message=message, advice=True)
        return _if_outside(node, module, advice, None)


def _if_outside(
    node: ast.Call, module: Module, outside: Outcome, otherwise: Outcome | None
) -> Judgement | None:
    """The verdict on a load by where its input comes from: also through the function that hands it to this one."""
    if not node.args:
        return otherwise
    if comes_from_outside(node.args[0], module):
        return outside
    arguments = arguments_read(node.args[0], module)
    return Pending(GivenByClients(arguments, _SENT), outside, otherwise) if arguments else otherwise


def _is_codec(node: ast.Call, module: Module) -> bool:
    owner = module.class_of(node)
    return owner is not None and bool(_CODEC.search(owner.name))


def _is_copy(call: CallSite) -> bool:
    """``pickle.loads(pickle.dumps(x))``."""
    source = call.argument("data", 0)
    return source.call.rpartition(".")[2] in _WRITES or source.call == _ENCODES


def _writes(library: str, module: Module) -> bool:
    """Whether the module also writes the format; a shelf is always opened to be written too."""
    return library == "shelve" or any(
        isinstance(call.func, (ast.Attribute, ast.Name))
        and _tail(call.func) in (*_WRITES, "encode")
        and any(name.partition(".")[0] == library for name in module.names(call.func))
        for call in module.nodes(ast.Call)
    )


def _tail(func: ast.Attribute | ast.Name) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id
