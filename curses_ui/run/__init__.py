"""The program: options, files, sockets, signals, and the two faces, with a screen and without.

May import everything else.
"""
