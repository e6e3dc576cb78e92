"""Exit codes: 0 the gate passed; 1 it failed; 2 it could not be judged; 130 interrupted."""

from __future__ import annotations

FAILED, NOT_JUDGED, INTERRUPTED = 1, 2, 130
