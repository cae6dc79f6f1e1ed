"""Records that an import makes, written into the log as its writing does it."""

from uuid import UUID

from federation.audit.services import Actor, CreationLog, MadeRecords


def record_creates(made: MadeRecords, *, actor: Actor, batch: UUID | None = None) -> None:
    """Write that ``made`` stand now."""
    log = CreationLog(actor=actor, batch=batch)
    log.take(made)
    log.keep()
