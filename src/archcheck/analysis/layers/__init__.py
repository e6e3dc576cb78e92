"""Which layers there are, what is in them, and what they may import."""
