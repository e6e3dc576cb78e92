"""Principle 5, standardized error handling: consistent, visible, handled on purpose."""
