"""Text messages into a file, one JSON line each: for a hotline without a gateway, and for tests."""

import asyncio
import json
import os
from collections.abc import Sequence
from pathlib import Path

from cti.core.sms import parts
from cti.services.sms_ports import GatewayBusy, OutgoingSms, Receipt, SmsNews, SmsState


class FileGateway:
    """A line stands for a delivered message. A repeat has the same ``id``: readers know it by that."""

    repeat_is_safe = True

    def __init__(self, path: Path) -> None:
        self._path = path
        self._delivered: asyncio.Queue[str] = asyncio.Queue()

    async def send(self, sms: OutgoingSms) -> Sequence[str]:
        """Safe on disk when it returns. Raises GatewayBusy where the disk does not take it."""
        line = {"id": sms.sms_id, "template": sms.template, "to": sms.number, "text": sms.text}
        line["parts"] = len(parts(sms.text))
        try:
            await asyncio.to_thread(self._append, json.dumps(line, ensure_ascii=False))
        except OSError as wrong:
            raise GatewayBusy(f"cannot write: {wrong.strerror}") from wrong
        gateway_id = f"file-{sms.sms_id}"
        self._delivered.put_nowait(gateway_id)
        return [gateway_id]

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, f"{line}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    async def run(self, news: SmsNews) -> None:
        """What is in the file has arrived."""
        while True:
            gateway_id = await self._delivered.get()
            await news.receive(Receipt(gateway_id=gateway_id, state=SmsState.DELIVERED))
