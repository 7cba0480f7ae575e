"""What is known of a caller when he arrives: his classes, for conditions."""

import asyncio
import logging
from collections.abc import Mapping

from cti.core.ivr.conditions import Value
from cti.services.ports import Customers

log = logging.getLogger(__name__)

CLASS_LIMIT_S = 0.5
CLASSES = ("anonymous", "known", "vip")


async def caller_classes(customers: Customers, number: str) -> Mapping[str, Value]:
    """``known``, ``vip`` for conditions; nothing where the table does not answer in time."""
    if not number:
        return {"anonymous": True}
    try:
        async with asyncio.timeout(CLASS_LIMIT_S):
            found = await customers.by_number(number)
    except Exception as wrong:
        log.warning("caller classes unknown: %s", type(wrong).__name__)
        return {}
    segments = {customer.segment for customer in found}
    return {"known": bool(found), "vip": "vip" in segments}
