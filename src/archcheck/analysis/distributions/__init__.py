"""Distributions and the modules that they bring: known without installing anything."""
