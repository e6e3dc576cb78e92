"""ARC0906."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from archcheck.analysis.module import Module
from archcheck.analysis.names.values import dotted, simple_name
from archcheck.analysis.topics.security.credentials import is_pretence
from archcheck.model import Outcome, Severity
from archcheck.rule import Example, ModuleRule, narrowed

#: Classes of applications that show what went wrong to whoever asks, once in debug mode.
_APPS = frozenset(
    {
        "fastapi.FastAPI",
        "flask.Flask",
        "litestar.Litestar",
        "quart.Quart",
        "sanic.Sanic",
        "starlette.Starlette",
        "dash.Dash",
        "bottle.Bottle",
    }
)
#: Functions that serve an application, and the parameter that switches debugging or reloading on.
_RUNNERS = {
    **{
        f"{name}.run": "debug"
        for name in ("flask.Flask", "quart.Quart", "sanic.Sanic", "bottle", "dash.Dash")
    },
    "dash.Dash.run_server": "debug",
    "uvicorn.run": "reload",
    "tornado.web.Application": "debug",
}
_BY_CONSTRUCTOR = frozenset(
    {"fastapi.FastAPI", "litestar.Litestar", "starlette.Starlette", "tornado.web.Application"}
)
_TAILS = frozenset(name.rpartition(".")[2] for name in (*_RUNNERS, *_BY_CONSTRUCTOR)) | {
    "update",
    "from_mapping",
}
_ELSEWHERE = re.compile(
    r"(?:^|_)(?:dev|devel|development|local|localhost|test|tests|testing|debug|demo|sandbox|ci|example)(?:_|$)"
)
#: Settings that others build upon, and that others override.
_SHARED = re.compile(r"(?:^|_)(?:base|common|default|defaults|shared|global_settings)(?:_|$)")
_DEVELOPER = re.compile(
    r"(?:^|_)(?:dev|devel|develop|development|runserver|debug|local|demo|test|quickstart)(?:_|$)"
)
#: Words of a condition that decides where, or in which mode, the program runs.
_ABOUT_MODE = re.compile(
    r"debug|dev|local|test|prod|env|stag|mode|reload|verbos|trace|demo|sandbox|deploy|profil|interactive",
    re.IGNORECASE,
)
#: What runs another file as if it stood here.
_EXECUTING = frozenset({"exec", "execfile"})
_DEVELOPMENT = "`{what}` switches debug mode on for development"


class DebugModeEnabled(ModuleRule):
    """The application runs in debug mode wherever it runs.

    An error page in debug mode shows the source, the settings and every local variable to whoever
    provokes an error; Flask's debugger even runs code. What is meant for one machine is in the
    source and reaches them all.

    Places are the applications of FastAPI, Starlette, Litestar, Flask, Quart, Sanic, Dash and
    Tornado that say something of debug mode or are run, and `DEBUG` in the settings of Django and
    Flask.

    Not flagged: what a setting, a parameter or the environment decides that is about the mode or the place in which the
    program runs; files, classes and functions
    named after development, test or demonstration; a `DEBUG` that the same module sets again, that a
    star import or another file that is executed may replace, or that stands in settings for others to build upon (`base.py`). Under
    `if __name__ == "__main__"` or in a command for developers it is advice.
    """

    code = "ARC0906"
    severity = Severity.ERROR
    noun = "applications run without debug mode"
    message = "`{what}` switches debug mode on wherever the application runs"
    advice = "read it from the settings, with `False` as default"
    waived_by = ("S201", "B201")
    seed = "001 principle 9: debug must be off in production; 004: DEBUG=False"
    good = (
        Example(
            "The operator decides.",
            "from fastapi import FastAPI\n\n"
            "from app.settings import settings\n\n"
            "app = FastAPI(debug=settings.debug)\n",
        ),
        Example(
            "The environment decides, and the default is off.",
            "import os\n\n"
            'INSTALLED_APPS = ["shop"]\n'
            'DEBUG = os.environ.get("DJANGO_DEBUG") == "1"\n',
            path="src/shop/settings.py",
        ),
        Example(
            "Settings for development.",
            'INSTALLED_APPS = ["shop"]\nDEBUG = True\n',
            path="src/shop/settings/development.py",
        ),
    )
    bad = (
        Example(
            "An application in debug mode.",
            "from flask import Flask\n"
            "from starlette.applications import Starlette\n\n"
            "site = Starlette(debug=True)  # [debug-mode-enabled]\n"
            "app = Flask(__name__)\n"
            "app.debug = True  # [debug-mode-enabled]\n",
        ),
        Example(
            "Django's settings for every place.",
            'INSTALLED_APPS = ["shop"]\nDEBUG = True  # [debug-mode-enabled]\n',
            path="src/shop/settings.py",
        ),
        Example(
            "Run by hand: advice.",
            "from flask import Flask\n\n"
            "app = Flask(__name__)\n\n"
            'if __name__ == "__main__":\n'
            "    app.run(debug=True)  # [debug-mode-enabled]\n",
            path="src/app/main.py",
        ),
    )

    @narrowed(named=_TAILS)
    def visit_Call(self, node: ast.Call, module: Module) -> Iterator[Outcome]:
        """An application that is made or run, or its configuration that is updated."""
        tail = simple_name(node.func)
        name = module.resolve(node.func)
        parameter = "debug" if name in _BY_CONSTRUCTOR else _RUNNERS.get(name, "")
        if tail in ("update", "from_mapping") and _is_configuration(node.func, module):
            parameter = "DEBUG"
        if not parameter or any(keyword.arg is None for keyword in node.keywords):
            return
        given = [keyword.value for keyword in node.keywords if keyword.arg == parameter]
        if not given:
            if parameter != "DEBUG":
                yield self.complies(module.place(node))
            return
        what = f"{tail}({parameter}=...)"
        yield from self._judged(node, given[0], what, module, lesser=parameter == "reload")

    @narrowed(words=("debug", "DEBUG"))
    def visit_Assign(self, node: ast.Assign, module: Module) -> Iterator[Outcome]:
        """``app.debug = ...``, ``app.config["DEBUG"] = ...``, ``DEBUG = ...``."""
        for target in node.targets:
            if isinstance(target, ast.Attribute) and target.attr == "debug":
                if any(kind in _APPS for kind in module.types(target.value)):
                    yield from self._judged(node, node.value, dotted(target), module)
            elif isinstance(target, ast.Subscript):
                key = target.slice
                if (
                    isinstance(key, ast.Constant)
                    and key.value == "DEBUG"
                    and _is_app_configuration(target.value, module)
                ):
                    yield from self._judged(node, node.value, dotted(target.value), module)
            elif getattr(target, "id", "") == "DEBUG" and _is_setting(node, module):
                yield from self._judged(node, node.value, "DEBUG", module)

    def _judged(
        self,
        node: ast.Call | ast.Assign,
        value: ast.expr,
        what: str,
        module: Module,
        *,
        lesser: bool = False,
    ) -> Iterator[Outcome]:
        place = module.place(node)
        if not (isinstance(value, ast.Constant) and value.value is True) or module.guarded(
            node, _ABOUT_MODE
        ):
            yield self.complies(place)
        elif _is_elsewhere(node, module):
            return
        elif lesser or module.in_main_guard(node) or _is_for_developers(node, module):
            yield self.violates(place, message=_DEVELOPMENT, advice=True, what=what)
        else:
            yield self.violates(place, what=what)


def _is_configuration(func: ast.expr, module: Module) -> bool:
    return isinstance(func, ast.Attribute) and _is_app_configuration(func.value, module)


def _is_app_configuration(node: ast.expr, module: Module) -> bool:
    """Whether ``node`` is the configuration of an application: ``app.config``."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "config"
        and any(kind in _APPS for kind in module.types(node.value))
    )


def _is_setting(node: ast.Assign, module: Module) -> bool:
    """Whether a framework reads this ``DEBUG``, and no other place of the module decides it."""
    owner = module.parent(node)
    if isinstance(owner, ast.ClassDef):
        return owner.name.endswith(("Config", "Settings", "Configuration")) and module.imports(
            "flask", "quart", "configurations"
        )
    if owner is not module.tree:
        return False
    variables = module.scopes.module_scope.bindings
    if "INSTALLED_APPS" not in variables and "ROOT_URLCONF" not in variables:
        return False
    stars = any(
        alias.name == "*" and imported.lineno > node.lineno
        for imported in module.nodes(ast.ImportFrom)
        for alias in imported.names
    )
    executed = any(
        isinstance(call.func, ast.Name)
        and call.func.id in _EXECUTING
        and call.lineno > node.lineno
        and module.function_of(call) is None
        for call in module.calls.named(_EXECUTING)
    )
    return len(variables.get("DEBUG", [])) == 1 and not (stars or executed)


def _is_elsewhere(node: ast.AST, module: Module) -> bool:
    """Whether the file or class is not for production, or only a part of what runs there."""
    *folders, name = module.path.lower().replace("-", "_").split("/")
    stem = name.removesuffix(".py")
    owner = module.class_of(node)
    return (
        any(_ELSEWHERE.search(part) for part in (stem, *folders[-1:]))
        or bool(_SHARED.search(stem))
        or (
            owner is not None
            and (is_pretence(owner.name) or owner.name.startswith(("Base", "Develop", "Debug")))
        )
    )


def _is_for_developers(node: ast.AST, module: Module) -> bool:
    """Whether the function around it is a command for developers, or what the file runs as a script."""
    name = getattr(module.function_of(node), "name", "")
    return bool(_DEVELOPER.search(name.lower())) or any(
        isinstance(call.func, ast.Name) and call.func.id == name and module.in_main_guard(call)
        for call in module.nodes(ast.Call)
    )
