"""Loops without layers, limits or checks: what the same work costs at least. Bounds, not designs."""
