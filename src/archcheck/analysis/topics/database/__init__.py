"""Statements, tables and who asks the database."""
