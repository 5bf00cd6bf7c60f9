"""The line that is being typed, and what a line means as a command.

May import ``text``, ``terminal`` and the modules at the root.
"""
