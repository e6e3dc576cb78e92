"""What becomes of exceptions: who catches them, what is undone, what the client is told."""
