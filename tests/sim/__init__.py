"""A network in a box: the real machines and their real adapters under a simulated clock and TCP."""
