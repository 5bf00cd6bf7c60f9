"""The core under other I/O than this project's own; each program shows one way, and is whole."""
