"""A second opinion on the client: what it keeps, shows and writes, compared with what went in."""

from .audit import ClientAudit
from .fault import AuditFault

__all__ = ["AuditFault", "ClientAudit"]
