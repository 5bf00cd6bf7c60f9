"""``python3 -m benchmarks [NAME ...] [--quick]``: prints one table."""

import argparse
from collections.abc import Iterator, Sequence

from . import client_text, core_alone, growth, scale, screen, startup, tracker
from .figures import QUICK, Benchmark, Effort, Figure, table_lines
from .processes import part_processors

BENCHMARKS: dict[str, Benchmark] = {
    "core": core_alone.run,
    "client": client_text.run,
    "startup": startup.run,
    "screen": screen.run,
    "tracker": tracker.run,
    "scale": scale.run,
    "growth": growth.run,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the command line names, or everything."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks", description="What Prosa costs.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(BENCHMARKS)}; without, all")
    parser.add_argument("--rounds", type=int, default=3, help="more are steadier (default: 3)")
    parser.add_argument("--seconds", type=float, default=1.0, help="of load in each (default: 1)")
    parser.add_argument("--quick", action="store_true", help="only show that all of it runs")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in BENCHMARKS:
            parser.error(f"there is no benchmark {name!r}, only {', '.join(BENCHMARKS)}")
    effort = QUICK if options.quick else Effort(max(1, options.rounds), options.seconds)
    part_processors()
    for line in table_lines(_figures(options.names or list(BENCHMARKS), effort)):
        print(line, flush=True)


def _figures(names: Sequence[str], effort: Effort) -> Iterator[Figure]:
    for name in names:
        yield from BENCHMARKS[name](effort)


if __name__ == "__main__":
    main()
