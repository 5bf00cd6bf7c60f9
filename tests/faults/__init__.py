"""Real faults on real programs and real sockets; nothing here is simulated."""
