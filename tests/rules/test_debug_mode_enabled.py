from __future__ import annotations

from textwrap import dedent

import pytest

from archcheck.rule import Example
from archcheck.rules.security.debug_mode_enabled import DebugModeEnabled
from archcheck.testing import outcomes

FLASK = 'import flask\napp = flask.Flask("x")\n'
DJANGO = "INSTALLED_APPS = []\n"


def verdicts(source: str, path: str = "src/app/web.py") -> list[str]:
    example = Example("case", dedent(source), path=path)
    return [
        "advice" if outcome.advice else outcome.verdict.value
        for outcome in outcomes(DebugModeEnabled, example)
    ]


@pytest.mark.parametrize(
    "source",
    [
        f"{FLASK}app.run(debug=True)",
        f"{FLASK}app.debug = True",
        f'{FLASK}app.config["DEBUG"] = True',
        f"{FLASK}app.config.update(DEBUG=True)",
        f"{FLASK}class Config:\n    DEBUG = True",
        "from fastapi import FastAPI as F\nF(debug=True)",
        "from tornado.web import Application\nApplication([], debug=True)",
        f"{DJANGO}DEBUG = True",
        "from fastapi import FastAPI\ndef make(settings):\n    if settings.base_url:\n        return FastAPI(debug=True)",
    ],
)
def test_debug_mode_is_found(source: str) -> None:
    assert verdicts(source) == ["violates"]


@pytest.mark.parametrize(
    "source",
    [
        f'{FLASK}if __name__ == "__main__":\n    app.run(debug=True)',
        f'{FLASK}def main():\n    app.run(debug=True)\nif __name__ == "__main__":\n    main()',
        f"{FLASK}def run_dev():\n    app.run(debug=True)",
        'import uvicorn\nuvicorn.run("app:app", reload=True)',
    ],
)
def test_debug_mode_for_development_is_advice(source: str) -> None:
    assert verdicts(source) == ["advice"]


@pytest.mark.parametrize(
    "source",
    [
        f"{FLASK}app.run()",
        f"{FLASK}app.run(debug=False)",
        f"{FLASK}app.run(debug=args.debug)",
        f'{FLASK}import os\nif os.getenv("DEBUG"):\n    app.run(debug=True)',
        "from fastapi import FastAPI\nFastAPI()",
        f"{DJANGO}DEBUG = False",
        f'{DJANGO}import os\nDEBUG = bool(os.getenv("DEBUG"))',
    ],
)
def test_no_debug_mode_complies(source: str) -> None:
    assert set(verdicts(source)) == {"complies"}


@pytest.mark.parametrize(
    ("source", "path"),
    [
        (f"{DJANGO}DEBUG = True", "src/app/settings/local.py"),
        (f"{DJANGO}DEBUG = True", "src/app/settings/base.py"),
        (f"{DJANGO}DEBUG = True\nfrom app.local import *", "src/app/settings/__init__.py"),
        (f"{DJANGO}DEBUG = True\nexec(open(LOCAL_SETTINGS).read())", "src/app/settings.py"),
        (f"{DJANGO}DEBUG = True\nif production:\n    DEBUG = False", "src/app/settings.py"),
        ("DEBUG = True", "src/app/log.py"),
        (f"{FLASK}class DevelopmentConfig:\n    DEBUG = True", "src/app/web.py"),
        (f"{FLASK}app.run(**options)", "src/app/web.py"),
        ("class Flask: ...\nFlask().run(debug=True)", "src/app/web.py"),
    ],
)
def test_what_is_not_for_production_is_no_opportunity(source: str, path: str) -> None:
    assert verdicts(source, path) == []
