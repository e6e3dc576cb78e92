"""Set up a virtual environment and run every check of this repository, the tests last.

    python3 tools/check.py              everything, in .venv
    python3 tools/check.py --fast       the tests alone

Needs Python 3.10 or later with pip and nothing else. The exit status is 0 only if every step passed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports", "--no-cache"),
    ("archcheck", "check", ".", "--fail-under", "95", "--top", "5"),
)
TESTS = ("pytest",)


def main(arguments: list[str]) -> int:
    """Run the checks and return the exit status."""
    set_up()
    steps = (TESTS,) if "--fast" in arguments else (*CHECKS, TESTS)
    failed = [" ".join(step) for step in steps if not passes(step)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def set_up() -> None:
    """Create the environment and install the package with its development tools, once per manifest."""
    stamp = ENVIRONMENT / "installed"
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    venv.create(ENVIRONMENT, with_pip=True, clear=ENVIRONMENT.exists())
    pip = (str(BIN / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "install")
    # Dependency groups (PEP 735) need pip 25.1.
    subprocess.run([*pip, "--upgrade", "pip>=25.1"], check=True)
    subprocess.run([*pip, "--editable", str(ROOT), "--group", "dev"], check=True, cwd=ROOT)
    stamp.write_text(wanted)


def passes(step: tuple[str, ...]) -> bool:
    """Run one step in the environment and tell whether it passed."""
    print(f"\n$ {' '.join(step)}", flush=True)
    command = [str(BIN / step[0]), *step[1:]]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
