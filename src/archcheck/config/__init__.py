"""The configuration: its model, where it is read from, and which rules it selects. Imports no rule."""
