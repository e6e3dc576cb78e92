"""Principle 7, observable behaviour: logs, metrics and traces."""
