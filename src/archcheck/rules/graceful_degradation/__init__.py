"""Principle 3, graceful degradation: one failing component does not take the rest down."""
