"""Good practice that a project shows: evidence for each principle beside the violations that rules look for.

Practices are told, never scored: an absent one may be right for a project, and a present one may be used badly.
"""
