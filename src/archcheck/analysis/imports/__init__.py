"""What imports what, and what follows from it."""
