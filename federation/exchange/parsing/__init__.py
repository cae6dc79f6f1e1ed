"""What runs in the limited child process: parsers of files that nobody has looked at yet.

Modules here import neither Django nor the rest of the platform: the child starts in milliseconds.
"""
