"""ARC0902."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.queries import IsSubclass, MemberIs
from archcheck.analysis.topics.security.credentials import is_pretence, snake_case
from archcheck.analysis.topics.security.fail_fast import is_refused
from archcheck.analysis.topics.security.secret_settings import (
    SETTING_LIBRARIES,
    SETTINGS_BASES,
    SecretSetting,
    Standing,
    assigned_setting,
    field_setting,
    passed_settings,
    read_setting,
)
from archcheck.model import Kind, Outcome, Severity
from archcheck.rule import Example, Judgement, ModuleRule, Pending, narrowed

#: Files and conditions that speak of another place than production.
_ELSEWHERE = re.compile(
    r"(?:^|_)(?:dev|devel|development|develop|local|localhost|test|tests|testing|debug|demo|sandbox|ci|example)(?:_|$)"
)
_ENVIRONMENT = re.compile(
    r"debug|dev|local|test|prod|stag|environ|(?:^|_)env(?:_|$)|demo", re.IGNORECASE
)


class InsecureSecretDefault(ModuleRule):
    """A secret falls back to a value that everybody can read in the source.

    The fallback is meant for development and works in production too, without a word, when the
    variable is missing or misspelt there. Whoever knows the repository then signs sessions and
    tokens as it likes.

    Places are the settings that hold a secret: environment variables that are read under a secret's
    name, secret fields of settings classes, `SECRET_KEY` and the like in a Django, Flask or
    Starlette configuration, and database URLs. No default, `None`, an empty or a generated value
    complies. In a service that does not look at the value a finding has severity `error`.

    Not flagged: a default that the same module compares with something and then raises, exits or
    warns (a fail-fast guard); a default under a condition on the environment or on debug mode;
    files and classes named after development, test or demonstration; labels, header names and
    paths. The password of a service on the same machine (``postgres:postgres@localhost``) is
    advice. What looks like a real credential is ARC0901's.
    """

    code = "ARC0902"
    severity = Severity.WARNING
    noun = "secrets have no default that everybody knows"
    message = "`{name}` falls back to a value that is in the source"
    advice = "give it no default, or refuse to start in production while it has that value"
    waived_by = ("S105", "S106", "S107", "B105", "B106", "B107")
    seed = "001 principle 6: configuration validation refuses a default secret in production"
    good = (
        Example(
            "Without the variable the service does not start.",
            "import os\n\n"
            "from pydantic import SecretStr\n"
            "from pydantic_settings import BaseSettings\n\n"
            'JWT_SECRET = os.environ["JWT_SECRET"]\n\n\n'
            "class Settings(BaseSettings):\n"
            "    secret_key: SecretStr\n",
        ),
        Example(
            "The default is refused in production.",
            "from pydantic_settings import BaseSettings\n\n\n"
            "class Settings(BaseSettings):\n"
            '    environment: str = "development"\n'
            '    secret_key: str = "dev-secret-key"\n\n\n'
            "def get_settings() -> Settings:\n"
            "    settings = Settings()\n"
            '    if settings.environment == "production":\n'
            '        if settings.secret_key == "dev-secret-key":\n'
            '            raise ValueError("set SECRET_KEY in production")\n'
            "    return settings\n",
        ),
        Example(
            "Without the variable a new key is made.",
            "import os\n"
            "import secrets\n\n"
            'SECRET_KEY = os.getenv("SECRET_KEY", secrets.token_urlsafe(32))\n',
        ),
    )
    bad = (
        Example(
            "An environment variable with a known fallback.",
            "import os\n\n"
            'SECRET_KEY = os.getenv("SECRET_KEY", "dev")  # [insecure-secret-default]\n'
            'JWT_SECRET = os.environ.get("JWT_SECRET") or "change-me"  # [insecure-secret-default]\n',
        ),
        Example(
            "A settings class with a known default.",
            "from pydantic import Field, SecretStr\n"
            "from pydantic_settings import BaseSettings\n\n\n"
            "class Settings(BaseSettings):\n"
            '    secret_key: str = "changeme"  # [insecure-secret-default]\n'
            '    admin_password: SecretStr = Field(default=SecretStr("admin"))  # [insecure-secret-default]\n',
            path="src/app/settings.py",
        ),
        Example(
            "A signing key in the configuration of the framework.",
            "from flask import Flask\n\n"
            "app = Flask(__name__)\n"
            'app.secret_key = "super secret"  # [insecure-secret-default]\n',
        ),
        Example(
            "A service on the same machine: advice.",
            "import os\n\n"
            'URL = os.getenv("DATABASE_URL", "postgresql://app:app@localhost/app")  # [insecure-secret-default]\n',
        ),
    )

    @narrowed(imports=SETTING_LIBRARIES)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Judgement]:
        """``os.getenv(...)``, ``config(...)``, ``env.str(...)``, ``app.config.update(...)``."""
        setting = read_setting(node, module)
        if setting is not None:
            yield from self._judged(setting, module)
        for passed in passed_settings(node, module):
            yield from self._judged(passed, module)

    @narrowed(imports=("os",))
    def visit_Subscript(self, node: ast.Subscript, module: Module) -> Iterator[Judgement]:
        """``os.environ[...]``."""
        setting = read_setting(node, module)
        if setting is not None:
            yield from self._judged(setting, module)

    def visit_Assign(self, node: ast.Assign, module: Module) -> Iterator[Judgement]:
        """``SECRET_KEY = ...``, ``app.secret_key = ...``, ``app.config["SECRET_KEY"] = ...``."""
        setting = assigned_setting(node, module)
        if setting is not None:
            yield from self._judged(setting, module)

    def visit_AnnAssign(self, node: ast.AnnAssign, module: Module) -> Iterator[Judgement]:
        """A field of a settings class."""
        setting = field_setting(node, module)
        if setting is None:
            return
        for judgement in self._judged(setting, module):
            if setting.owner:
                yield Pending(IsSubclass(setting.owner, SETTINGS_BASES), judgement, None)
            else:
                yield judgement

    def _judged(self, setting: SecretSetting, module: Module) -> Iterator[Judgement]:
        place = module.place(setting.node, subject=f"default of {setting.name}")
        if setting.standing is Standing.SAFE:
            yield self.complies(place)
        elif setting.standing is Standing.UNKNOWN or _is_elsewhere(setting.node, module):
            return
        elif is_refused(setting.default, module) or _depends_on_environment(setting.node, module):
            yield self.complies(place)
        elif setting.standing is Standing.LOCAL:
            message = "`{name}` falls back to a password of a service on the same machine"
            yield self.violates(place, message=message, advice=True, name=setting.name)
        else:
            yield Pending(
                MemberIs(Kind.SERVICE, module.path),
                self._wrong(setting, module, Severity.ERROR),
                self._wrong(setting, module, None),
            )

    def _wrong(self, setting: SecretSetting, module: Module, severity: Severity | None) -> Outcome:
        place = module.place(setting.node, subject=f"default of {setting.name}")
        message = ""
        if isinstance(setting.node, ast.Assign) and isinstance(setting.node.value, ast.Constant):
            message = "`{name}` is set to a value that is in the source"
        return self.violates(place, severity=severity, message=message, name=setting.name)


def _is_elsewhere(node: ast.AST, module: Module) -> bool:
    """Whether the file or class says that it is not for production."""
    *folders, name = module.path.lower().replace("-", "_").split("/")
    owner = module.class_of(node)
    words = [name.removesuffix(".py"), *folders[-1:], snake_case(owner.name if owner else "")]
    return any(_ELSEWHERE.search(word) for word in words) or is_pretence(
        module.scopes.scope_of(node).qualname
    )


def _depends_on_environment(node: ast.AST, module: Module) -> bool:
    """Whether it stands under a condition on the environment or on debug mode."""
    return any(
        isinstance(ancestor, (ast.If, ast.IfExp))
        and any(
            _ENVIRONMENT.search(word)
            for part in ast.walk(ancestor.test)
            for word in (
                getattr(part, "id", ""),
                getattr(part, "attr", ""),
                part.value
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                else "",
            )
            if word not in ("os", "environ", "getenv")
        )
        for ancestor in module.ancestors(node)
    )
