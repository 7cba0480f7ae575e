"""What is done at a terminal is in the audit like what is done on a page."""

import getpass
import logging
from datetime import UTC, datetime

from cti.config_models import Configuration
from cti.services.ports import HistoryDown
from cti.store.sql_audit import SqlAudit
from cti.store.sql_link import migrate, open_engine

log = logging.getLogger(__name__)


def operator() -> str:
    """Who sits at this terminal, for the audit."""
    return f"cli:{getpass.getuser()}"


async def note_act(configuration: Configuration, action: str, subject: str, reason: str) -> None:
    """One line. Raises HistoryDown: then what was to be done is better not done."""
    await migrate(configuration.settings.sql_url)
    engine = open_engine(configuration.settings.sql_url)
    try:
        audit = SqlAudit(engine)
        await audit.note(operator(), action, subject, reason=reason, at=datetime.now(UTC))
    finally:
        await engine.dispose()


async def note_done(configuration: Configuration, action: str, subject: str, reason: str) -> None:
    """One line about what is done already: a database that is away does not undo it."""
    try:
        await note_act(configuration, action, subject, reason)
    except HistoryDown:
        log.error("audit line lost", extra={"fact": "audit_lost", "action": action})
