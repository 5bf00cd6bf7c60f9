"""How many descriptors, and so how many clients, one process may have."""

import sys

if sys.platform != "win32":
    import resource


def raise_descriptor_limit() -> int | None:
    """Ask for as many descriptors as the system allows; returns how many, None for no limit."""
    if sys.platform == "win32":
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (OSError, ValueError):
            pass  # the kernel has a limit of its own below an unlimited one
    return None if soft == resource.RLIM_INFINITY else soft
