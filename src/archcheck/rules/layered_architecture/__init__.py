"""Principle 1, layered architecture: unidirectional dependencies make systems testable and replaceable."""
