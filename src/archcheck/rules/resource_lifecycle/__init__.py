"""Principle 10, resource lifecycle management: what is acquired is released."""
