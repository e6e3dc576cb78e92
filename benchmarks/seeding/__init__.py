"""Recall by seeding: violations planted in real code, and how many of them archcheck finds."""
