"""What the assignment says of the protocol, in its own words; for programs that explain the wire or check others.

May import ``wire``. No machine needs it; it has a face of its own, and is loaded only where it is imported.
"""

from .sentences import Passage, Sentence, Topic, sentence

__all__ = ["Passage", "Sentence", "Topic", "sentence"]
