"""The command line: one command a module. Nothing else prints, reads the environment or exits."""
