"""ARC0911."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import simple_name
from archcheck.analysis.topics.security.sensitive_names import (
    is_doubtful,
    is_sensitive,
    sensitive_part,
)
from archcheck.analysis.topics.telemetry.logs import LEVELS, log_level
from archcheck.analysis.topics.telemetry.markers import written_whole
from archcheck.model import Confidence, Outcome, Role, Severity
from archcheck.rule import Example, ModuleRule, narrowed

_RECORD_OPTIONS = frozenset({"exc_info", "stack_info", "stacklevel", "extra", "exception"})
#: What a condition is called by which an operator asked for it.
_ASKED_FOR = re.compile(
    r"(?:log|print|reveal|show|include)_(?:\w+_)?(?:credential|password|secret|token|api_?key)",
    re.IGNORECASE,
)
#: Where ``print`` writes to what somebody collects; elsewhere it fills a file of the program's own.
_STREAMS = frozenset({"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"})
#: Folders of programs for the command line.
_COMMANDS = frozenset({"cli", "commands", "management"})


class SensitiveDataLogged(ModuleRule):
    """A password, key or token is written to the log.

    Logs are copied to other systems, kept for years and read by many who may not have the secret.
    One line at debug level is enough, and nobody notices it.

    Places are the calls of a logger and of `print` that write something beside constant text. What is written is told
    by its name (variable, attribute, key): `password`, `api_key`, `access_token`, `cookie`, `ssn` and the like; whole
    headers of a request and whole environments count too. What may as well be none is advice: cookies, credentials
    and authorizations, `pwd`, whole headers and environments, and what is printed.

    Not flagged: text that only mentions a secret; names that count, test or hide one (`has_password`, `masked_key`,
    `token_count`); what is masked, hashed, measured or cut on the way; `SecretStr`, which prints stars; constants;
    the result of any other call; what the format cuts off (`%.8s`) or calls a file (`"key file %s"`); what `print`
    writes to a file that is no stream; what an operator asked for (`if settings.log_credentials:`); a variable called
    `credentials` or `authorization` and no more, which may be who asks and what the answer is; one called `token` and no
    more, unless the file shows that it comes from where one is got (`session.fetch_token()`, `data["access_token"]`):
    parsers, pages, forms and locks have tokens too; what a program for the command line prints to its user.
    """

    code = "ARC0911"
    severity = Severity.WARNING
    confidence = Confidence.MEDIUM
    noun = "log records hold no secret"
    message = "`{name}` is written to the log"
    advice = "leave it out, or write a mask or fingerprint of it"
    seed = "003: no sensitive data in logs"
    good = (
        Example(
            "Who it was, and whether there is a key.",
            "import logging\n\n"
            "logger = logging.getLogger(__name__)\n\n\n"
            "def sign_in(user, password: str, api_key: str | None) -> None:\n"
            '    logger.info("password of %s changed", user.id)\n'
            '    logger.debug("has key: %s, %d characters", bool(api_key), len(password))\n',
        ),
        Example(
            "A secret type prints stars.",
            "import logging\n\n"
            "from pydantic import SecretStr\n\n"
            "logger = logging.getLogger(__name__)\n\n\n"
            "def connect(password: SecretStr) -> None:\n"
            '    logger.debug("connecting with %s", password)\n',
        ),
    )
    bad = (
        Example(
            "A password, a key and a token.",
            "import logging\n\n"
            "logger = logging.getLogger(__name__)\n\n\n"
            "def connect(user, password: str, options: dict) -> None:\n"
            '    logger.debug("connecting as %s with %s", user.name, password)  # [sensitive-data-logged]\n'
            '    logger.info(f"key {user.api_key}")  # [sensitive-data-logged]\n'
            '    print("token:", options["access_token"])  # [sensitive-data-logged]\n',
        ),
        Example(
            "All headers of a request, and all of the environment.",
            "import logging\n"
            "import os\n\n"
            "from flask import request\n\n"
            "logger = logging.getLogger(__name__)\n\n\n"
            "def trace() -> None:\n"
            '    logger.debug("headers: %s", request.headers)  # [sensitive-data-logged]\n'
            '    logger.debug("environment: %s", os.environ)  # [sensitive-data-logged]\n',
        ),
    )

    @narrowed(named=(*LEVELS, "print"))
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Outcome]:
        """A call of a logger, or of ``print``."""
        is_print = _is_print(node, module)
        if not is_print and not log_level(node, module):
            return
        keywords = [
            item for item in node.keywords if item.arg not in _RECORD_OPTIONS and not is_print
        ]
        named = [item.value for item in keywords]
        if all(isinstance(item, ast.Constant) for item in (*node.args, *named)):
            return
        form = node.args[:1]
        whole = [value for text in form for value in written_whole(text, node.args[1:])]
        written = [*form, *whole, *named]
        found = next((name for item in written if (name := sensitive_part(item, module))), "")
        if not found:
            found = next(
                (
                    item.arg or ""
                    for item in keywords
                    if is_sensitive(item.arg or "")
                    and isinstance(item.value, (ast.Name, ast.Attribute))
                ),
                "",
            )
        if found and not module.guarded(node, _ASKED_FOR):
            in_doubt = is_print or is_doubtful(found)
            yield self.violates(module.place(node), advice=in_doubt, name=found)
        else:
            yield self.complies(module.place(node))


def _is_print(node: ast.Call, module: Module) -> bool:
    """Whether the call prints, in what is no program for the command line: there it is the answer to its user."""
    return (
        isinstance(node.func, ast.Name)
        and module.resolve(node.func) == "print"
        and module.role is not Role.CLI
        and all(
            item.arg != "file" or module.resolve(item.value) in _STREAMS for item in node.keywords
        )
        and module.function_of(node) is not None
        and not _is_command(node, module)
        and _COMMANDS.isdisjoint(module.path.split("/"))
    )


def _is_command(node: ast.Call, module: Module) -> bool:
    """Whether it stands in a command's class or function, which answers who runs it."""
    owner, function = module.class_of(node), module.function_of(node)
    bases = [simple_name(base) for base in owner.bases] if owner is not None else []
    decorators = getattr(function, "decorator_list", [])
    names = [simple_name(getattr(each, "func", each)) for each in decorators]
    return any(base.endswith("Command") for base in bases) or "command" in names
