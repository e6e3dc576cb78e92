"""What tests are, what they assert and what they reach."""
