"""What rules ask about: one topic a file, shared by rules and by none of them owned."""
