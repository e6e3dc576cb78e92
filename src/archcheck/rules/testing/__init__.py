"""Principle 8, automated testing: every layer independently testable, and tested."""
