"""What the assignment says, for the window of the wire. Loaded when somebody asks."""

from io_adapters import Topic, sentence

__all__ = ["Topic", "sentence"]
