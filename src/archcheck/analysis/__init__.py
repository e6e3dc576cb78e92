"""What is known about the target: syntax -> symbols -> facts -> project. Nothing here judges."""
