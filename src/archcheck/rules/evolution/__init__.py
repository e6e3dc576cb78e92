"""Principle 12, evolutionary design: change without surprise."""
