"""Where values come from, how they are built and who holds them."""
