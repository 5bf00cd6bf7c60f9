"""Stand-ins for other people's programs, and ours against them, on real sockets (docs/interop.md)."""
