"""ARC0507 missing-error-handler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archcheck.analysis.facts import ModuleFacts
from archcheck.analysis.names.hierarchy import ClassKind
from archcheck.analysis.topics.errors.http_exceptions import HTTP_EXCEPTIONS
from archcheck.model import RUNTIME_ROLES, Kind, Outcome, Severity
from archcheck.rule import Example, Project, ProjectRule, file_place

#: Applications that answer an error of the project as an internal one unless they are told otherwise.
_APPLICATIONS = frozenset(
    {"fastapi.FastAPI", "flask.Flask", "litestar.Litestar", "quart.Quart", "sanic.Sanic", "starlette.Starlette"}
)  # fmt: skip
#: With fewer exceptions of its own, a project answers them where they are raised.
_SEVERAL = 3
#: Names that an application of pages imports: its errors are pages too.
_PAGES = frozenset(
    {
        "Jinja2Templates",
        "TemplateResponse",
        "render_template",
        "render_template_string",
        "template_rendered",
    }
)


class MissingErrorHandler(ProjectRule):
    """An application that raises exceptions of its own does not say how they become answers.

    Each of them is an internal error to the client then, or every route has to catch and translate it, each in its
    own way. One registered handler gives all of them the same shape, a code and the right status.

    Judged is each application of FastAPI, Starlette, Flask, Quart, Litestar and Sanic whose project raises three or
    more exceptions of its own that no framework knows. A handler registered anywhere in the project counts, and so
    does a middleware that catches. Not flagged: applications that answer with pages; Django, which has defaults.
    """

    code = "ARC0507"
    severity = Severity.INFO
    preview = True
    noun = "applications say how errors become answers"
    message = "the project raises {count} exceptions of its own, and no handler says how they become answers"
    advice = "register a handler for the project's base exception: `add_exception_handler`, `register_error_handler`"
    kinds = frozenset({Kind.SERVICE})
    whole_repository = True
    seed = "001, principle 5: register error handlers; 003: error handling"
    good = (
        Example(
            "One handler for all errors of the project.",
            "from fastapi import FastAPI\n\nfrom shop.errors import ShopError, answer\n\napp = FastAPI()\n"
            "app.add_exception_handler(ShopError, answer)\n",
            path="src/shop/main.py",
            files={
                "src/shop/errors.py": "class ShopError(Exception): ...\n\n\ndef answer(request, error): ...\n"
            },
        ),
        Example(
            "A middleware catches them.",
            "from fastapi import FastAPI\nfrom starlette.responses import JSONResponse\n\napp = FastAPI()\n\n\n"
            "@app.middleware('http')\nasync def answer_errors(request, call_next):\n    try:\n"
            "        return await call_next(request)\n    except ShopError as error:\n"
            "        return JSONResponse({'code': error.code}, 400)\n",
            path="src/shop/main.py",
        ),
    )
    bad = (
        Example(
            "Three exceptions, and all are internal errors to the client.",
            "from fastapi import FastAPI\n\nfrom shop import stock\n\napp = FastAPI()  # [missing-error-handler]\n",
            path="src/shop/main.py",
            files={
                "src/shop/stock.py": "class OutOfStock(Exception): ...\n\n\nclass UnknownSku(Exception): ...\n\n\n"
                "class Refused(Exception): ...\n\n\ndef reserve(sku, count):\n    if not sku:\n        raise UnknownSku(sku)\n"
                "    if count > 5:\n        raise OutOfStock(sku)\n    raise Refused(sku)\n",
            },
        ),
        Example(
            "The same in Flask, with a factory.",
            "from flask import Flask\n\nfrom shop import errors\n\n\ndef create_app():\n"
            "    app = Flask(__name__)  # [missing-error-handler]\n    return app\n\n\ndef check(order):\n"
            "    if order is None:\n        raise errors.Missing\n    if order.paid:\n        raise errors.Paid\n"
            "    raise errors.Refused\n",
            path="src/shop/main.py",
            files={
                "src/shop/errors.py": "class ShopError(Exception): ...\n\n\nclass Missing(ShopError): ...\n\n\n"
                "class Paid(ShopError): ...\n\n\nclass Refused(ShopError): ...\n",
            },
        ),
    )

    def judge(self, project: Project) -> Iterator[Outcome]:
        """Yield one outcome an application."""
        for member in project.members:
            modules = [each for each in project.facts_of(member) if each.role in RUNTIME_ROLES]
            answered = any(module.answers_errors for module in modules)
            count = len(_own_exceptions(project, modules))
            if not answered and (count < _SEVERAL or any(map(_makes_pages, modules))):
                continue
            for module in modules:
                for line in sorted(
                    {each.line for each in module.constructs if each.name in _APPLICATIONS}
                ):
                    place = file_place(module.path, line, "application")
                    yield self.complies(place) if answered else self.violates(place, count=count)


def _own_exceptions(project: Project, modules: Sequence[ModuleFacts]) -> set[str]:
    """The project's own exceptions that are raised and that no framework makes an answer of."""
    raised = {project.linker.definition(name) for module in modules for name in module.raised}
    return {
        name
        for name in raised & set(project.classes)
        if project.hierarchy.is_a(name, ClassKind.EXCEPTION)
        and project.hierarchy.derives(name, HTTP_EXCEPTIONS) is False
    }


def _makes_pages(module: ModuleFacts) -> bool:
    return any(each.name in _PAGES or each.module == "jinja2" for each in module.imports)
