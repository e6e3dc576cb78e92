"""Principle 6, hierarchical configuration: one source of truth with explicit precedence."""
