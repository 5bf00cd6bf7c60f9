"""The chat client: a pure machine from keys, bytes and time to frames, bytes and requests, and the program around it.

The rooms, in the order to read them. Each may import only those above it.

- ``text``: strings made harmless, compared, measured and cut in cells.
- ``terminal``: bytes to keys, frames to bytes; the only room with ``curses``.
- ``line``: the line that is being typed, and what it means as a command.
- ``state``: what the client knows. Only ``update`` changes it.
- ``view``: the state as a frame.
- ``update``: keys, lines, events and time change the state and ask for effects.
- ``client.py``: the client as a whole.
- ``recording``: a session written down, and shown again.
- ``run``: the program: options, files, sockets, signals, with a screen and without.

Beside them: ``settings``; ``i18n``, what the client knows of its languages; ``catalogue``, which reads ``locale``.
"""
