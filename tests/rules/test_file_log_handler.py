"""ARC0706: which handlers send the log of a service to a file."""

from __future__ import annotations

import pytest

from archcheck.rule import Example
from archcheck.rules.observability.file_log_handler import FileLogHandler
from archcheck.testing import outcomes

HEAD = "import logging\nimport logging.handlers\nfrom logging import FileHandler as ToFile\n\n"


def judged(code: str, *, path: str = "src/app/service.py", **files: str) -> list[str]:
    """What the rule says of each handler in ``code``, in order; ``files`` are further modules."""
    others = {f"src/app/{name}.py": text for name, text in files.items()}
    found = outcomes(FileLogHandler, Example("A case.", HEAD + code, path=path, files=others))
    return [outcome.verdict.value for outcome in found if outcome.place.location.path == path]


@pytest.mark.parametrize(
    "handler",
    [
        "logging.FileHandler('shop.log')",
        "ToFile('shop.log')",
        "logging.handlers.RotatingFileHandler(filename='shop.log')",
        "logging.handlers.TimedRotatingFileHandler(LOG_DIR / 'shop.log')",
        "logging.handlers.WatchedFileHandler('shop.log')",
        "logging.basicConfig(filename='shop.log')",
    ],
)
def test_the_only_handler_writes_to_a_file(handler: str) -> None:
    assert judged(f"handler = {handler}\n") == ["violates"]


@pytest.mark.parametrize(
    "handler",
    [
        "logging.StreamHandler()",
        "logging.FileHandler('/dev/stdout')",
        "logging.basicConfig(level='INFO')",
        "logging.basicConfig(filename=None)",
    ],
)
def test_a_handler_for_a_standard_stream_complies(handler: str) -> None:
    assert judged(f"handler = {handler}\n") == ["complies"]


def test_a_file_beside_a_stream_complies() -> None:
    code = "one = logging.FileHandler('shop.log')\ntwo = logging.StreamHandler()\n"
    assert judged(code) == ["complies", "complies"]


@pytest.mark.parametrize(
    "code",
    [
        "def set_up(path):\n    return logging.FileHandler(path)\n",
        "def set_up(path):\n    name = path if path else None\n    return logging.FileHandler(f'{path}.log')\n",
        "def set_up(settings):\n    if settings.log_file:\n        return logging.FileHandler('shop.log')\n",
        "def set_up(to_file):\n    name = None\n    if to_file:\n        name = 'shop.log'\n"
        "    logging.basicConfig(filename=name)\n",
        "logging.basicConfig(**OPTIONS)\n",
        "logging.basicConfig(handlers=HANDLERS)\n",
        "handler = logging.FileHandler('audit.log')\n",
        "def audit_log():\n    return logging.FileHandler('changes.log')\n",
        "if __name__ == '__main__':\n    logging.basicConfig(filename='shop.log')\n",
        "class FileHandler: ...\n\n\nhandler = FileHandler('shop.log')\n",
    ],
)
def test_nothing_is_said(code: str) -> None:
    assert judged(code) == []


def test_a_stream_handler_in_another_module_may_stand_beside_it() -> None:
    code = "handler = logging.FileHandler('shop.log')\n"
    assert judged(code, streams="import logging\n\nhandler = logging.StreamHandler()\n") == []


@pytest.mark.parametrize(
    ("handlers", "verdicts"),
    [
        ("'a': {'class': 'logging.FileHandler', 'filename': 'shop.log'}", ["violates"]),
        ("'a': {'class': 'logging.FileHandler', 'filename': '/dev/stdout'}", ["complies"]),
        ("'a': {'class': 'logging.StreamHandler'}", ["complies"]),
        ("'a': {'class': 'logging.NullHandler'}", []),
        ("'a': {'filename': 'logging.FileHandler'}", []),
    ],
)
def test_handlers_of_a_dictionary(handlers: str, verdicts: list[str]) -> None:
    assert (
        judged(f"LOGGING = {{'handlers': {{{handlers}}}}}\n", path="src/app/settings.py")
        == verdicts
    )


def test_commands_are_left_alone() -> None:
    code = "import click\n\nhandler = logging.FileHandler('shop.log')\n"
    assert judged(code, path="src/app/cli.py") == []
