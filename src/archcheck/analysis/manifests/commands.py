"""Does a command run tests? And which scripts of the repository does it call?"""

from __future__ import annotations

import re

_RUNNERS = re.compile(
    r"(?:^|[\s;&|(\"'/])(?:"
    r"(?:py\.?test|unittest|trial|green|ward|nose2?|nosetests|stestr|zope-testrunner|behave|mamba|avocado)(?=$|[\s;&|)\"'])"
    r"|(?:python[\w.]*\s+-m\s+)?(?:pytest|unittest|tox|nox|nose2|green|xdist)(?=$|[\s;&|)\"'])"
    r"|manage\.py\s+test|runtests(?:\.py|\.sh)?(?=$|\s)|run_tests?(?:\.py|\.sh)?(?=$|\s)"
    r"|django-admin\s+test|setup\.py\s+test|coverage\s+run|detox(?=$|\s)"
    r"|hatch\s+(?:run\s+(?:[\w.\-+=]*:)?\S*(?:test|cov)\S*|test)"
    r"|(?:make|gmake|just|task|invoke|inv|poe|pdm(?:\s+run)?|uv\s+run|poetry\s+run|pipenv\s+run|rye\s+run|rye"
    r"|npx?\s+run|yarn|doit|earthly|dagger|bazel|pants|nx|tusk)\s+(?:[\w\-./=+:]+\s+)*?\+?[\w\-./:]*(?:test|check-all|ci-tests?)[\w\-./:]*"
    r"|docker[\s-]compose\s[^;&|]*\brun\b[^;&|]*\btests?\b"
    r"|docker\s+run\s[^;&|]*\b(?:pytest|tests?)\b"
    r"|cibuildwheel"
    r")"
)
_ONLY_INSTALLS = re.compile(
    r"\b(?:pip|uv pip|poetry|pdm|conda|apt-get|brew)\s+(?:install|add|sync)\b"
)
_MAKE = re.compile(r"(?:^|[\s;&|])(?:g?make|just|task)((?:\s+[\w\-./=]+)+)")
_SCRIPT = re.compile(
    r"(?:^|[\s;&|])(?:(?:ba|z)?sh\s+|\.\s+|source\s+)?\.?/?((?:[\w\-.]+/)*[\w\-.]+\.(?:sh|bash))\b"
)
_PLAIN_SCRIPT = re.compile(r"(?:^|[\s;&|])\.?/?((?:scripts?|bin|ci|tools|\.ci|\.github)/[\w\-./]+)")
_RUNNER_SCRIPT = re.compile(
    r"(?:hatch|pdm|poe|poetry|uv|task|invoke|inv|npm|yarn|rye)\s+(?:run\s+)?([\w\-:.]+)"
)
_MAX_LENGTH = 4000


def runs_tests(text: str) -> bool:
    """Whether a shell text runs a test command; installing a runner is not running it.

    >>> runs_tests("pip install pytest"), runs_tests("uv run pytest -q")
    (False, True)
    """
    for line in text[:_MAX_LENGTH].splitlines():
        for part in re.split(r"&&|\|\||;", line):
            part = part.strip()
            if not part or part.startswith("#") or _ONLY_INSTALLS.search(part):
                continue
            if _RUNNERS.search(part):
                return True
    return False


def make_targets(text: str) -> list[str]:
    """Targets that a shell text asks make, just or task for; ``""`` for the default target."""
    found: list[str] = []
    for line in text[:_MAX_LENGTH].splitlines():
        for match in _MAKE.finditer(line):
            words = match.group(1).split()
            targets = [word for word in words if not word.startswith("-") and "=" not in word]
            found.extend(targets or [""])
        if re.search(r"(?:^|[\s;&|])g?make\s*$", line):
            found.append("")
    return found


def scripts(text: str) -> list[str]:
    """Paths of scripts that a shell text calls."""
    text = text[:_MAX_LENGTH]
    found = [match.group(1) for match in _SCRIPT.finditer(text)]
    return list(
        dict.fromkeys([*found, *(match.group(1) for match in _PLAIN_SCRIPT.finditer(text))])
    )


def task_names(text: str) -> list[str]:
    """Names of tasks that a shell text asks a task runner for."""
    return [match.group(1) for match in _RUNNER_SCRIPT.finditer(text[:_MAX_LENGTH])]
