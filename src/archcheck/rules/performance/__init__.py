"""Principle 11, performance patterns: nothing blocks, connections are shared."""
