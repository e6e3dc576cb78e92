"""What every test shares: nothing of the user's own state or settings is read or written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples each time, and no verdict by the clock: machines that run the tests differ and are shared.
settings.register_profile(
    "reproducible",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("reproducible")


_VARIABLES = frozenset({"CI", "COLUMNS", "FORCE_COLOR", "NO_COLOR"})


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder that belongs to the test, where the secret of the cache is kept, and no setting in a variable."""
    for name in tuple(os.environ):
        if name.startswith("ARCHCHECK_") or name in _VARIABLES:
            monkeypatch.delenv(name)
    folder = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    monkeypatch.setenv("LOCALAPPDATA", str(folder))
    return folder
