"""What a program takes from its environment."""
