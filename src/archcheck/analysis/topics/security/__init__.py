"""Secrets, and what an attacker could make of the code."""
