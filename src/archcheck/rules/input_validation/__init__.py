"""Principle 4, comprehensive input validation: checked at the boundary."""
