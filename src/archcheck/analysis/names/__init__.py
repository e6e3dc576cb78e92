"""What does an expression name, and of which class is its value: in its file and through the whole program."""
