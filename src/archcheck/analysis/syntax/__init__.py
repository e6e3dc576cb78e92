"""From bytes to a tree, its scopes and its comments."""
