"""ARC0602 hardcoded-service-url."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.topics.environment.environment import READERS, environment_read
from archcheck.analysis.topics.telemetry.logs import log_level
from archcheck.model import Kind, Outcome, Severity
from archcheck.rule import Example, ModuleRule, narrowed

#: Services that a program keeps its state in or talks to its workers through.
_ADDRESS = re.compile(
    r"(?P<scheme>amqps?|clickhouse|cockroachdb|couchdb|elasticsearch|kafka|ldaps?|mariadb|memcached|mongodb|mssql|mysql|nats|neo4j"
    r"|oracle|postgres|postgresql|pulsar|redis|rediss)(?:\+\w+)?://(?P<rest>[^\s/?#]+)[^\s]*",
    re.IGNORECASE,
)
#: Parts that stand for a value, as in a text that shows how an address is made.
_PLACEHOLDER = re.compile(
    r"[{}<>%$*\[\]]|\.\.\.|(?:^|@)(?:host(?:name)?|server|example\.\w+|your\W)", re.IGNORECASE
)
_ADDRESS_NAME = re.compile(r"(?:^|_)(?:url|dsn|uri)$", re.IGNORECASE)
#: Names of variables and options whose value is no address in use.
_NOT_IN_USE = re.compile(
    r"default|doc|dummy|example|fallback|fake|help|hint|message|mock|pattern|placeholder|prefix|regex|sample|scheme|template|test",
    re.IGNORECASE,
)
_OPTION_NAMES = frozenset(
    {"description", "env", "examples", "json_schema_extra", "label", "metavar", "title"}
)
#: Calls that take a default, compare, or talk about an address.
_HARMLESS_CALLS = re.compile(
    r"add_argument|add_option|argument|compile|config|count|echo|endswith|env|env_\w+|field|find|fullmatch|get|getattr|getenv"
    r"|get_\w*(?:env|config|setting|option)\w*|index|isinstance|lower|match|option|parameter|pop|print|removeprefix|replace|search|setdefault"
    r"|split|startswith|strip|sub|unicode|urlparse|urlsplit|warn|[a-z]*setting",
    re.IGNORECASE,
)
_SETTINGS_CLASS = re.compile(r"\w*(?:Config|Configuration|Options|Settings|Defaults)(?:[A-Z]\w*)?")
_CONDITIONS = (
    ast.If,
    ast.IfExp,
    ast.ExceptHandler,
    ast.Assert,
    ast.Raise,
    ast.Compare,
    ast.JoinedStr,
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class HardcodedServiceUrl(ModuleRule):
    """The address of a database, queue or cache stands in the source.

    Another deployment then needs another source. An address belongs to the environment in which a program runs, and
    so do the credentials that such addresses carry.

    Not flagged: the default of a variable, setting, field, parameter or option, also as a fallback under a
    condition; what is compared, shown or matched; texts with placeholders; addresses that are put together from
    settings; the addresses of public services on the web, which nobody can tell from identifiers; tests, examples
    and scripts, and files that say by their name that they hold defaults or an example.
    """

    code = "ARC0602"
    severity = Severity.WARNING
    preview = True
    noun = "addresses of backing services come from the configuration"
    message = "the address of a `{scheme}` service is written into the source"
    advice = "read it from the settings; what stands here may stay as their default"
    kinds = frozenset({Kind.SERVICE, Kind.WORKER})
    seed = "000, factor 3: configuration in the environment; factor 4: backing services"
    good = (
        Example(
            "The environment says where the database is; the source has a default for the developer.",
            "import os\n\nfrom sqlalchemy import create_engine\n\n"
            "engine = create_engine(os.environ.get('DATABASE_URL', 'postgresql://localhost/shop'))\n",
        ),
        Example(
            "A field of the settings has a default.",
            "from pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n"
            "    broker_url: str = 'redis://localhost:6379/0'\n",
        ),
        Example(
            "An address is compared and explained.",
            "import os\n\n\ndef address():\n    url = os.environ['DATABASE_URL']\n"
            "    if url == 'postgresql://localhost/shop':\n        raise ValueError('not postgresql://localhost/shop')\n"
            "    return url\n",
        ),
    )
    bad = (
        Example(
            "One database for all deployments.",
            "from sqlalchemy import create_engine\n\n"
            "engine = create_engine('postgresql://localhost/shop')  # [hardcoded-service-url]\n",
        ),
        Example(
            "The broker has moved, and the source must follow.",
            "from celery import Celery\n\nBROKER = 'redis://queue.internal:6379/0'  # [hardcoded-service-url]\n"
            "app = Celery('shop', broker=BROKER)\n",
        ),
    )

    @narrowed(imports=("os", "decouple"), named=READERS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Outcome]:
        """Count an address that is read from the environment."""
        yield from self._read(node, module)

    @narrowed(imports=("os",))
    def visit_Subscript(self, node: ast.Subscript, module: Module) -> Iterator[Outcome]:
        """Count an address that is read from the environment."""
        yield from self._read(node, module)

    def visit_AnnAssign(self, node: ast.AnnAssign, module: Module) -> Iterator[Outcome]:
        """Count an address that is a field of the settings."""
        owner = module.parent(node)
        if (
            isinstance(owner, ast.ClassDef)
            and _ADDRESS_NAME.search(simple_name(node.target))
            and _is_settings(owner)
        ):
            yield self.complies(module.place(node))

    @narrowed(strings=("://",))
    def visit_Constant(self, node: ast.Constant, module: Module) -> Iterator[Outcome]:
        """Judge an address in the source."""
        if not isinstance(node.value, str) or _shows(module):
            return
        address = _ADDRESS.fullmatch(node.value.strip())
        if address is None or _PLACEHOLDER.search(address["rest"]) or not _is_in_use(node, module):
            return
        yield self.violates(module.place(node), scheme=address["scheme"].lower())

    def _read(self, node: ast.expr, module: Module) -> Iterator[Outcome]:
        read = environment_read(node, module)
        if read is not None and _ADDRESS_NAME.search(read.name):
            yield self.complies(module.place(node))


def _shows(module: Module) -> bool:
    """Whether a file says by its name that it holds defaults or an example: ``settings_example.py``."""
    return _NOT_IN_USE.search(module.path.rpartition("/")[2]) is not None


def _is_settings(owner: ast.ClassDef) -> bool:
    """Whether a class, or a base of it, says by its name that it holds settings."""
    names = [owner.name, *(simple_name(base) for base in owner.bases)]
    return any(_SETTINGS_CLASS.fullmatch(name) for name in names)


def _is_in_use(node: ast.expr, module: Module) -> bool:
    """Whether the program works with the address, rather than to fall back on it or to talk about it."""
    child: ast.AST = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, _FUNCTIONS):
            in_body = child in getattr(ancestor, "body", ())
            return in_body and not _is_one_of_several(child, ancestor, module)
        if _excuses(ancestor, child, module):
            return False
        child = ancestor
    return True


def _excuses(around: ast.AST, child: ast.AST, module: Module) -> bool:
    """Whether the node around ``child`` shows that the address in it is a default or no address in use."""
    if isinstance(around, (ast.Expr, ast.arguments)):
        return not isinstance(child, ast.Call)  # a docstring, the default of a parameter
    if isinstance(around, ast.BoolOp):
        return child is not around.values[0]
    if isinstance(around, ast.Dict):
        return _is_key_or_example(child, around)
    if isinstance(around, ast.keyword):
        return around.arg in _OPTION_NAMES or _NOT_IN_USE.search(around.arg or "") is not None
    if isinstance(around, ast.Call):
        return _only_talks(around, child, module)
    if isinstance(around, (ast.Assign, ast.AnnAssign)):
        return _is_default(around, module)
    return isinstance(around, _CONDITIONS)


def _is_one_of_several(child: ast.AST, function: ast.AST, module: Module) -> bool:
    """Whether a function may return another value than the address: it is the fallback then."""
    returns = [each for each in module.own_nodes(function) if isinstance(each, ast.Return)]
    return isinstance(child, ast.Return) and len(returns) > 1


def _is_key_or_example(child: ast.AST, display: ast.Dict) -> bool:
    if child in display.keys:
        return True
    keys = [key for key, value in zip(display.keys, display.values, strict=True) if value is child]
    return any(
        isinstance(key, ast.Constant)
        and isinstance(key.value, str)
        and (key.value in _OPTION_NAMES or _NOT_IN_USE.search(key.value) is not None)
        for key in keys
    )


def _only_talks(call: ast.Call, child: ast.AST, module: Module) -> bool:
    if child is call.func:
        return True  # a method of the text itself
    name = simple_name(call.func)
    return (
        _HARMLESS_CALLS.fullmatch(name) is not None
        or _NOT_IN_USE.search(name) is not None
        or name.endswith(("Error", "Exception", "Warning"))
        or bool(log_level(call, module))
    )


def _is_default(statement: ast.Assign | ast.AnnAssign, module: Module) -> bool:
    """Whether an assignment gives a default: a field, an attribute of the settings, or by its name."""
    owner = module.parent(statement)
    if isinstance(owner, ast.FunctionDef) and owner.name == "__init__":
        # `self.broker_url = ...`, before a file or the environment is read
        owner = module.parent(owner)
    if isinstance(owner, ast.ClassDef) and (
        isinstance(statement, ast.AnnAssign) or _is_settings(owner)
    ):
        return True
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return any(_NOT_IN_USE.search(dotted(target)) for target in targets)
