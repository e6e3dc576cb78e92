"""Principle 9, security by design."""
