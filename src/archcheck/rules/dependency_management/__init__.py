"""Principle 2, explicit dependency management: everything needed is declared and pinned."""
