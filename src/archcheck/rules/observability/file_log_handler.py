"""ARC0706 file-log-handler."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.definitions import is_none
from archcheck.analysis.queries import Called
from archcheck.analysis.syntax.scopes import FUNCTIONS
from archcheck.model import Kind, Role, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending

_STREAM = frozenset({"logging.StreamHandler", "rich.logging.RichHandler"})
_FILE = frozenset(
    {
        "logging.FileHandler",
        "logging.handlers.RotatingFileHandler",
        "logging.handlers.TimedRotatingFileHandler",
        "logging.handlers.WatchedFileHandler",
    }
)
_BASIC_CONFIG = "logging.basicConfig"
#: Files that are the streams of the process.
_DEVICES = frozenset({"/dev/stdout", "/dev/stderr", "/proc/1/fd/1", "/proc/1/fd/2"})
#: Records that are kept on purpose, whatever else is logged.
_RECORDS = re.compile(r"audit", re.IGNORECASE)


class FileLogHandler(ModuleRule):
    """A service writes its log to a file of its own.

    The platform collects what a process writes to its standard output. A file inside a container is lost with it,
    fills the disk unless somebody rotates it, and is seen by nobody who looks at the logs of the others.

    Judged are the handlers of the standard library that the service makes, `basicConfig`, and the handlers in
    dictionaries for `dictConfig`. Not flagged: a file beside a handler for the standard streams; files that an
    operator asks for by a setting or a caller by an argument; `/dev/stdout`; audit logs; commands, scripts and
    libraries.
    """

    code = "ARC0706"
    severity = Severity.INFO
    preview = True
    noun = "log handlers write to the standard streams"
    message = "`{handler}` is the only handler here: the log goes to a file"
    advice = "use `logging.StreamHandler`, and let the platform route and keep the log"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER})
    roles = frozenset({Role.RUNTIME, Role.CONFIG, Role.ENTRYPOINT})
    seed = "003, factor XI: logs are event streams; twelve-factor XI"
    good = (
        Example(
            "The platform collects the stream.",
            "import logging\n\n\ndef set_up():\n    handler = logging.StreamHandler()\n"
            "    logging.getLogger().addHandler(handler)\n",
        ),
        Example(
            "A file beside the stream.",
            "LOGGING = {\n    'version': 1,\n    'handlers': {\n        'console': {'class': 'logging.StreamHandler'},\n"
            "        'file': {'class': 'logging.FileHandler', 'filename': 'shop.log'},\n    },\n"
            "    'root': {'handlers': ['console', 'file']},\n}\n",
            path="src/shop/settings.py",
        ),
        Example(
            "Who runs it asks for the file.",
            "import logging\n\n\ndef set_up(settings):\n    if settings.log_file:\n"
            "        logging.getLogger().addHandler(logging.FileHandler(settings.log_file))\n",
        ),
    )
    bad = (
        Example(
            "Nobody sees what is in the container.",
            "import logging\nfrom logging.handlers import RotatingFileHandler\n\n\ndef set_up():\n"
            "    handler = RotatingFileHandler('/var/log/shop.log')  # [file-log-handler]\n"
            "    logging.getLogger().addHandler(handler)\n",
        ),
        Example(
            "`basicConfig` takes one of the two.",
            "import logging\n\nlogging.basicConfig(filename='shop.log', level='INFO')  # [file-log-handler]\n",
        ),
        Example(
            "The only handler of a dictionary.",
            "LOGGING = {\n    'version': 1,\n    'handlers': {\n"
            "        'file': {'class': 'logging.FileHandler', 'filename': 'shop.log'},  # [file-log-handler]\n"
            "    },\n    'root': {'handlers': ['file']},\n}\n",
            path="src/shop/settings.py",
        ),
    )

    def visit_Module(self, node: ast.Module, module: Module) -> Iterator[Judgement]:
        """Judge the handlers of a module, once all of them are known."""
        made = dict(_made(module))
        streams = [each for each, to_stream in made.items() if to_stream]
        for handler, to_stream in made.items():
            place = module.place(handler, subject=_name(handler, module))
            if to_stream or streams:
                yield self.complies(place)
            elif not _is_asked_for(handler, module) and not _keeps_records(handler, module):
                violation = self.violates(place, handler=_name(handler, module))
                yield Pending(Called("logging.StreamHandler", module.path), None, violation)


def _made(module: Module) -> Iterator[tuple[ast.Call | ast.Constant, bool]]:
    """The handlers that a module makes, and whether each writes to a standard stream."""
    if module.imports("logging", "rich"):
        for call in module.nodes(ast.Call):
            to_stream = _writes_to_stream(call, module)
            if to_stream is not None and not module.in_main_guard(call):
                yield call, to_stream
    if "Handler" in module.text:
        for constant in module.nodes(ast.Constant):
            if constant.value in _STREAM | _FILE and _is_class_of_handler(constant, module):
                filename = _option(module.parent(constant), "filename")
                yield constant, constant.value in _STREAM or _is_device(filename)


def _writes_to_stream(call: ast.Call, module: Module) -> bool | None:
    """Whether a call makes a handler for a standard stream; None when it makes none, or nobody can know."""
    name = module.resolve(call.func) if isinstance(call.func, (ast.Name, ast.Attribute)) else ""
    if name in _FILE:
        return _is_device(_file_of(call))
    if name in _STREAM:
        return True
    if name != _BASIC_CONFIG:
        return None
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if None in given or "handlers" in given:
        return None
    filename = given.get("filename")
    return filename is None or is_none(filename) or _is_device(filename)


def _is_class_of_handler(constant: ast.Constant, module: Module) -> bool:
    """Whether a text is the ``class`` of a dictionary."""
    return _option(module.parent(constant), "class") is constant


def _option(node: ast.AST | None, name: str) -> ast.expr | None:
    if not isinstance(node, ast.Dict):
        return None
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == name:
            return value
    return None


def _file_of(call: ast.Call) -> ast.expr | None:
    if call.args:
        return call.args[0]
    return next((item.value for item in call.keywords if item.arg == "filename"), None)


def _is_device(filename: ast.expr | None) -> bool:
    return isinstance(filename, ast.Constant) and filename.value in _DEVICES


def _is_asked_for(handler: ast.Call | ast.Constant, module: Module) -> bool:
    """Whether an operator or caller decides that the log goes to a file."""
    if module.guarded(handler):
        return True
    filename = (
        _file_of(handler)
        if isinstance(handler, ast.Call)
        else _option(module.parent(handler), "filename")
    )
    return filename is not None and any(
        binding.kind == "parameter"
        or (binding.value is not None and is_none(binding.value))
        or module.guarded(binding.node)
        for part in ast.walk(filename)
        if isinstance(part, ast.Name)
        for binding in module.scopes.scope_of(part).lookup(part.id)
    )


def _keeps_records(handler: ast.Call | ast.Constant, module: Module) -> bool:
    """Whether a name around the handler says that it is an audit log."""
    if _RECORDS.search(f"{module.path} {module.scopes.scope_of(handler).qualname}"):
        return True
    for ancestor in module.ancestors(handler):
        if isinstance(ancestor, (*FUNCTIONS, ast.stmt)):
            return isinstance(ancestor, (ast.Assign, ast.Expr)) and any(
                _RECORDS.search(part.value)
                for part in ast.walk(handler)
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
    return False


def _name(handler: ast.Call | ast.Constant, module: Module) -> str:
    qualified = (
        module.resolve(handler.func) if isinstance(handler, ast.Call) else str(handler.value)
    )
    return qualified.rpartition(".")[2]
