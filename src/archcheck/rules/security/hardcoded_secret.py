"""ARC0901."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted
from archcheck.analysis.project import Project
from archcheck.analysis.topics.security.credentials import (
    TOKEN_SHAPES,
    is_pretence,
    is_secret_name,
    looks_generated,
    token_kind,
)
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, ModuleRule, file_place, narrowed

_PROSE = re.compile(
    r"example|sample|placeholder|description|summary|(?:^|_)(?:help|docs?)(?:_|$)", re.IGNORECASE
)
_SETTINGS = frozenset(
    {"settings", "config", "conf", "cfg", "options", "env", "environ", "secrets", "vault"}
)
_WRAPPERS = frozenset({"SecretStr", "SecretBytes", "Secret", "Field"})
_READERS = frozenset({"get", "getenv", "pop", "setdefault", "env", "config", "str"})
_MIN_TOKEN = 20
#: What an argument says that stands in for a real one.
_DUMMY = re.compile(r"(?:^|[_-])(?:dummy|fake|placeholder)(?:[_-]|$)", re.IGNORECASE)


class HardcodedSecret(ModuleRule):
    """A credential is written into the source.

    Everybody who can read the repository, a fork, an image or a backup can use it; it cannot differ
    between deployments, and it stays in the history after it was removed.

    Two proofs count. A string anywhere in the code, or a line of any other text file that git does not ignore, has
    the published shape of a service's token or of a private key. Or a string is bound to a secret's name (variable,
    attribute, keyword, dictionary key, default) and looks generated: eight characters or more with a digit, of high
    entropy, and no word, placeholder, path, URL or template. A binding that takes its value from the environment or
    from settings, holds ``None`` or declares a field without a value complies; labels and keys do not count.

    Not flagged: docstrings and documented examples, members of an `Enum`, whatever is named mock, fake, stub, dummy,
    local, dev, test or example, arguments beside one called dummy, published sample keys, and sequences such as
    ``abcdefgh12345678``. In files that are no Python: web tokens and Google's browser keys, which are published by
    design; tests, documentation, samples and what is for development. A weak real password that reads like a word is
    missed on purpose.
    """

    code = "ARC0901"
    severity = Severity.ERROR
    noun = "secret-named bindings hold no credential"
    message = "`{name}` holds a credential"
    advice = "read it from the environment or a secret manager, and rotate it: the history keeps the old one"
    waived_by = ("S105", "S106", "S107", "B105", "B106", "B107")
    seed = (
        "001 principle 9 Security by design; 003: secrets are sensitive data, kept out of the code"
    )
    zero_tolerance = True
    good = (
        Example(
            "The environment or a settings object holds it.",
            "import os\n\n"
            "from app.settings import settings\n\n"
            'API_KEY = os.environ["PAYMENTS_API_KEY"]\n'
            "client_secret = settings.client_secret\n"
            "password: str | None = None\n",
        ),
        Example(
            "A secret's name with a label, a key or a word as value.",
            'token_type = "bearer"\n'
            'ERRORS = {"token": "invalid_token_401", "password": "Enter 8 or more characters"}\n'
            'access_token = "oauth2/access_token"\n',
        ),
        Example(
            "A documented sample is no credential.",
            "from pydantic import BaseModel, Field\n\n\n"
            "class Login(BaseModel):\n"
            '    api_key: str = Field(examples=["AKIAIOSFODNN7EXAMPLE"])\n',
        ),
    )
    bad = (
        Example(
            "A generated value under a secret's name.",
            'SECRET_KEY = "h7Qz1vRk9wXc3LmT5pYb"  # [hardcoded-secret]\n',
        ),
        Example(
            "The fallback is in the source as well.",
            "import os\n\n"
            'api_key = os.getenv("PAYMENTS_API_KEY", "f3a91c7be2d84506")  # [hardcoded-secret]\n',
        ),
        Example(
            "The shape of a service's token, under any name.",
            'HEADERS = {"X-Auth": "glpat-" "x9Lq2RvT7mKc4ZwB8nYd"}  # [hardcoded-secret]\n',
        ),
    )

    def visit_Assign(self, node: ast.Assign, module: Module) -> Iterator[Outcome]:
        """``name = ...``, ``self.name = ...`` and ``config["name"] = ...``."""
        for target in node.targets:
            name = _target_name(target)
            if is_secret_name(name):
                yield from self._bound(name, node.value, module)

    def visit_AnnAssign(self, node: ast.AnnAssign, module: Module) -> Iterator[Outcome]:
        """``name: str = ...``, and the field of a class that leaves its value to others."""
        name = _target_name(node.target)
        if not is_secret_name(name):
            return
        if node.value is not None:
            yield from self._bound(name, node.value, module)
        elif isinstance(module.parent(node), ast.ClassDef):
            yield self.complies(module.place(node))

    def visit_keyword(self, node: ast.keyword, module: Module) -> Iterable[Outcome]:
        """``f(name=...)``."""
        if node.arg is None or not is_secret_name(node.arg):
            return ()
        return self._bound(node.arg, node.value, module)

    def visit_Dict(self, node: ast.Dict, module: Module) -> Iterator[Outcome]:
        """``{"name": ...}``."""
        for key, value in zip(node.keys, node.values, strict=True):
            name = _string(key)
            if is_secret_name(name):
                yield from self._bound(name, value, module)

    def visit_arguments(self, node: ast.arguments, module: Module) -> Iterator[Outcome]:
        """``def f(name=...)``."""
        if not node.defaults and not node.kw_defaults:
            return
        positional = [*node.posonlyargs, *node.args]
        defaults = [
            *zip(positional[len(positional) - len(node.defaults) :], node.defaults, strict=True),
            *zip(node.kwonlyargs, node.kw_defaults, strict=True),
        ]
        for parameter, default in defaults:
            if default is not None and is_secret_name(parameter.arg):
                yield from self._bound(parameter.arg, default, module)

    @narrowed(strings=[shape.marker for shape in TOKEN_SHAPES])
    def visit_Constant(self, node: ast.Constant, module: Module) -> Iterable[Outcome]:
        """Any string in the shape of a known token."""
        text = node.value
        if not isinstance(text, (str, bytes)) or len(text) < _MIN_TOKEN:
            return ()
        kind = token_kind(text if isinstance(text, str) else text.decode("ascii", errors="replace"))
        if not kind or _is_prose(node, module) or _is_pretend(node, module):
            return ()
        message = "{kind} is written into the source"
        return (self.violates(module.place(node, subject=kind), message=message, kind=kind),)

    def judge_texts(self, project: Project) -> Iterator[Outcome]:
        """The text files of the repository, scripts and configuration above all."""
        for token in project.written_tokens:
            place = file_place(token.path, token.line, token.kind)
            yield self.violates(place, message="{kind} is written into the file", kind=token.kind)

    def _bound(self, name: str, value: ast.expr, module: Module) -> Iterator[Outcome]:
        if _is_pretend(value, module):
            return
        place = module.place(value, subject=f"secret {name}")
        texts = [text for text in map(_string, _literals(value)) if text]
        if any(token_kind(text) for text in texts):
            return  # visit_Constant speaks of it
        if any(looks_generated(text, name) for text in texts) and not _is_prose(value, module):
            yield self.violates(place, name=name)
        elif _is_empty(value) or _is_configured(value, module):
            yield self.complies(place)


def _literals(value: ast.expr) -> Iterator[ast.expr]:
    """The constants that ``value`` may be: itself, a fallback, a branch, the content of a wrapper."""
    if isinstance(value, ast.Constant):
        yield value
    elif isinstance(value, ast.BoolOp):
        for part in value.values:
            yield from _literals(part)
    elif isinstance(value, ast.IfExp):
        yield from _literals(value.body)
        yield from _literals(value.orelse)
    elif isinstance(value, ast.Call):
        name = dotted(value.func).rpartition(".")[2]
        if name in _WRAPPERS:
            yield from value.args[:1]
        elif name in _READERS:  # ``get("NAME", fallback)``
            yield from value.args[1:2]
        yield from (keyword.value for keyword in value.keywords if keyword.arg == "default")


def _is_empty(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value in (None, "")


def _is_configured(value: ast.expr, module: Module) -> bool:
    parts = dotted(value).lower().replace("[]", "").replace("()", "").split(".")
    return not _SETTINGS.isdisjoint(parts) or module.reads_environment(value)


def _is_prose(node: ast.AST, module: Module) -> bool:
    """Whether the string documents something: a docstring, or bound to a name such as ``example``."""
    child = node
    for ancestor in module.ancestors(node):
        if isinstance(ancestor, ast.Expr):
            return child is node
        if isinstance(ancestor, ast.keyword):
            names = [ancestor.arg or ""]
        elif isinstance(ancestor, ast.Dict) and child in ancestor.values:
            names = [_string(ancestor.keys[ancestor.values.index(child)])]
        elif isinstance(ancestor, (ast.Assign, ast.AnnAssign)):
            targets = ancestor.targets if isinstance(ancestor, ast.Assign) else [ancestor.target]
            names = [_target_name(target) for target in targets]
        else:
            names = []
        if any(_PROSE.search(name) for name in names):
            return True
        if isinstance(ancestor, ast.stmt):
            return False
        child = ancestor
    return False


def _is_pretend(node: ast.AST, module: Module) -> bool:
    """Whether it belongs to something openly not real, or to an enumeration, whose values are names."""
    if "placeholder" in module.path or is_pretence(module.scopes.scope_of(node).qualname):
        return True
    if _stands_among_dummies(node, module):
        return True
    owner = module.class_of(node)
    return owner is not None and any(
        "Enum" in dotted(base) or dotted(base).endswith("Choices") for base in owner.bases
    )


def _stands_among_dummies(node: ast.AST, module: Module) -> bool:
    """Whether another argument of the same call is openly not real: ``Exchange(private_key=..., user="dummy_user")``."""
    argument = module.parent(node)
    call = module.parent(argument) if isinstance(argument, ast.keyword) else None
    return isinstance(call, ast.Call) and any(
        _DUMMY.search(_string(each.value)) for each in call.keywords if each is not argument
    )


def _target_name(target: ast.expr) -> str:
    if isinstance(target, ast.Subscript):
        return _string(target.slice)
    return dotted(target).rpartition(".")[2]


def _string(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
