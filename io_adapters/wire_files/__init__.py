"""What goes over the wire, written into files that people, ``awk`` and the tools of this project read.

May import everything above: the other adapters do not load it before somebody wants such a file.
"""

from .file_format import FIELDS, HEADER, format_line, format_time, parse_line, parse_time, read_runs
from .wire_log import STANDARD_OUTPUT, WireLog, WireWatcher

__all__ = [
    "FIELDS",
    "HEADER",
    "STANDARD_OUTPUT",
    "WireLog",
    "WireWatcher",
    "format_line",
    "format_time",
    "parse_line",
    "parse_time",
    "read_runs",
]
