"""What a program tells the outside of itself."""
