"""Calls that leave the process: how they wait, fail and are tried again."""
