"""``python -m archcheck``."""

from __future__ import annotations

from archcheck.cli.main import main

if __name__ == "__main__":
    main()
