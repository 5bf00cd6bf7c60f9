"""What Prosa costs, measured against bare loops in the same run; see docs/performance.md.

Nothing here is needed to run or to test the programs. ``python3 -m benchmarks``
prints one table. Linux only: costs are read from ``/proc``, and the loops use epoll.
"""
