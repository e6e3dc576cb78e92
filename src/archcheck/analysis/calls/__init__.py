"""One call as plain data, and which function calls which."""
