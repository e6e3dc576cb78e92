"""Which calls turn bytes or text into objects, and which of them run code on the way? Kept as data."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.flow import reaching
from archcheck.analysis.topics.requests.handovers import arguments_behind
from archcheck.analysis.topics.requests.untrusted import is_untrusted


def _each(owner: str, *names: str) -> set[str]:
    return {f"{owner}.{name}" for name in names}


#: Data formats: what they make is made of numbers, strings, lists and mappings.
SAFE = frozenset(
    {
        *_each("json", "load", "loads"),
        *_each("simplejson", "load", "loads"),
        *_each("ujson", "load", "loads"),
        "orjson.loads",
        *_each("msgpack", "unpack", "unpackb"),
        *_each("tomllib", "load", "loads"),
        *_each("tomli", "load", "loads"),
        *_each("yaml", "safe_load", "safe_load_all"),
        *_each("defusedxml.ElementTree", "parse", "fromstring", "iterparse"),
        *_each("defusedxml.minidom", "parse", "parseString"),
    }
)
#: Object formats: crafted input executes code.
UNSAFE = frozenset(
    {
        *_each("pickle", "load", "loads", "Unpickler"),
        *_each("dill", "load", "loads", "Unpickler"),
        *_each("cloudpickle", "load", "loads"),
        *_each("marshal", "load", "loads"),
        *_each("jsonpickle", "decode", "loads"),
        *_each("yaml", "unsafe_load", "unsafe_load_all"),
        "joblib.load",
        "pandas.read_pickle",
        "shelve.open",
    }
)
#: As safe as the loader they are given, as `torch.load` is with ``weights_only``.
YAML = frozenset({"yaml.load", "yaml.load_all"})
YAML_SAFE_LOADERS = frozenset(
    _each("yaml", "SafeLoader", "CSafeLoader", "BaseLoader", "CBaseLoader")
)
YAML_UNSAFE_LOADERS = frozenset(_each("yaml", "Loader", "CLoader", "UnsafeLoader", "CUnsafeLoader"))
#: Make objects of classes that are loaded, and since PyYAML 5.4 call nothing.
YAML_FULL_LOADERS = frozenset(_each("yaml", "FullLoader", "CFullLoader"))
YAML_FULL = frozenset(_each("yaml", "full_load", "full_load_all"))
TORCH = "torch.load"
#: Expand entities as often as the document says.
XML = frozenset(
    {
        *_each("xml.etree.ElementTree", "parse", "fromstring", "iterparse", "XML"),
        *_each("xml.dom.minidom", "parse", "parseString"),
        *_each("xml.sax", "parse", "parseString"),
        *_each("lxml.etree", "parse", "fromstring", "XML"),
    }
)
DESERIALIZERS = SAFE | UNSAFE | YAML | YAML_FULL | XML | {TORCH}

_DECODERS = frozenset(
    {
        *_each("base64", "b64decode", "urlsafe_b64decode", "standard_b64decode", "b85decode"),
        *_each("zlib", "decompress"),
        *_each("gzip", "decompress"),
        *_each("io", "BytesIO", "StringIO"),
        "binascii.unhexlify",
        "bytes",
        "bytes.fromhex",
    }
)
_RECEIVED = frozenset(
    {
        "aiohttp.ClientResponse",
        "http.client.HTTPResponse",
        "httpx.Response",
        "requests.Response",
        "socket.socket",
    }
)
#: They read files that are installed with the program.
_PACKAGED = (
    "importlib.resources.",
    "importlib_resources.",
    "pkg_resources.resource_",
    "pkgutil.get_data",
)
#: A question is given up, and answered with no, beyond this many steps: source is written by others.
_MAX_STEPS = 50


def comes_from_outside(node: ast.expr, module: Module) -> bool:
    """Whether ``node`` holds what a client sent or another machine answered, decoded or not."""
    return any(
        is_untrusted(source, module) or _is_received(source, module)
        for source in _sources(node, module)
    )


def is_packaged(node: ast.expr, module: Module) -> bool:
    """Whether ``node`` holds a file that is installed with the program, and is as safe as its code."""
    return any(
        _lies_beside_the_code(source)
        or any(
            isinstance(part, ast.Call) and module.resolve(part.func).startswith(_PACKAGED)
            for part in _chain(source)
        )
        for source in _sources(node, module)
    )


def _lies_beside_the_code(source: ast.expr) -> bool:
    """Whether a path is made of ``__file__`` and constants: ``open(join(dirname(__file__), "schema.yaml"))``."""
    called = {
        id(part)
        for call in ast.walk(source)
        if isinstance(call, ast.Call)
        for part in ast.walk(call.func)
        if isinstance(call.func, (ast.Name, ast.Attribute))
    }
    values = {
        part.id
        for part in ast.walk(source)
        if isinstance(part, ast.Name) and id(part) not in called
    }
    return values == {"__file__"}


def arguments_read(node: ast.expr, module: Module) -> frozenset[str]:
    """The arguments of the function around ``node`` that it holds, decoded or not, named as in `arguments_behind`."""
    return frozenset().union(
        *(arguments_behind(source, module) for source in _sources(node, module))
    )


def _sources(node: ast.expr, module: Module) -> Iterator[ast.expr]:
    """``node`` itself, and the expressions that it was decoded from."""
    pending, seen = [node], set[ast.expr]()
    while pending and len(seen) < _MAX_STEPS:
        current = pending.pop()
        if current in seen:
            continue
        seen.add(current)
        yield current
        if isinstance(current, ast.Call) and module.resolve(current.func) in _DECODERS:
            pending.extend(current.args[:1])
        elif isinstance(current, ast.Name):
            pending.extend(
                binding.value
                for binding in reaching(current, module)
                if binding.value is not None and binding.kind in ("assign", "annotated", "with")
            )


def _is_received(node: ast.expr, module: Module) -> bool:
    """Whether a part of a response or what a socket received: ``response.content``, ``sock.recv(99)``."""
    receivers = [*_chain(node)][1:]
    return any(not _RECEIVED.isdisjoint(module.types(receiver)) for receiver in receivers)


def _chain(node: ast.expr) -> Iterator[ast.expr]:
    """``node`` and what its attributes and calls are taken from, step by step."""
    yield node
    while isinstance(node, (ast.Attribute, ast.Call, ast.Await)):
        node = node.func if isinstance(node, ast.Call) else node.value
        yield node
