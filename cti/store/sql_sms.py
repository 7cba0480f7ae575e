"""The outbox of text messages in SQL, and what the network and its people answer."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cti.core import work_events
from cti.core.ids import CallId
from cti.core.work import WorkKind
from cti.services.sms_ports import InboundSms, NewSms, OptOut, OutgoingSms, Receipt, SmsState
from cti.services.work_ports import NewWork
from cti.store.sql_facts import add_facts
from cti.store.sql_link import plain_text, transaction
from cti.store.sql_work import open_item, upsert
from cti.store.tables_work import sms_inbound, sms_message, sms_opt_out, sms_part

_SMS = sms_message.c
_PART = sms_part.c
_OVER = (SmsState.DELIVERED.value, SmsState.FAILED.value, SmsState.EXPIRED.value)
_OUT = ("sms_id", "template", "number", "text", "attempts", "expires_at", "call_id")


def _outgoing(row: Any) -> OutgoingSms:
    return OutgoingSms(
        sms_id=row.sms_id,
        template=row.template,
        number=row.number,
        text=row.text,
        attempt=row.attempts,
        expires_at=row.expires_at,
        call_id=CallId(row.call_id) if row.call_id else None,
    )


def _about(sms: OutgoingSms) -> dict[str, Any]:
    return {"sms_id": sms.sms_id, "template": sms.template, "call_id": sms.call_id}


class SqlSms:
    """``SmsBook``. ``poke`` is called when there is a new fact."""

    def __init__(self, engine: AsyncEngine, poke: Callable[[], None]) -> None:
        self._engine, self._poke = engine, poke

    async def add(self, new: NewSms) -> int:
        row = {name: getattr(new, name) for name in NewSms.__dataclass_fields__}
        row |= {"sms_class": new.sms_class.value, "state": SmsState.QUEUED.value, "attempts": 0}
        row["text"] = plain_text(new.text)
        async with transaction(self._engine) as connection:
            statement = upsert(connection)(sms_message).values(row).returning(_SMS.sms_id)
            sms_id = int((await connection.execute(statement)).scalar_one())
            fact = work_events.SmsQueued(
                at=new.queued_at,
                sms_id=sms_id,
                template=new.template,
                call_id=new.call_id,
                parts=new.parts,
                not_before=new.next_at,
            )
            await add_facts(connection, fact)
        self._poke()
        return sms_id

    async def claim(self, now: datetime, limit: int) -> Sequence[OutgoingSms]:
        due = select(_SMS.sms_id).where(_SMS.state == SmsState.QUEUED.value, _SMS.next_at <= now)
        due = due.order_by(_SMS.next_at, _SMS.sms_id).limit(limit)
        if self._engine.dialect.name == "postgresql":
            due = due.with_for_update(skip_locked=True)
        changed = (
            update(sms_message)
            .where(_SMS.sms_id.in_(due), _SMS.state == SmsState.QUEUED.value)
            .values(state=SmsState.SENDING.value, attempts=_SMS.attempts + 1, next_at=now)
            .returning(*(_SMS[name] for name in _OUT))
        )
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(changed)).all()
        return sorted((_outgoing(row) for row in rows), key=lambda sms: sms.sms_id)

    async def sent(self, sms: OutgoingSms, gateway_ids: Sequence[str], at: datetime) -> None:
        async with transaction(self._engine) as connection:
            changed = (
                update(sms_message)
                .where(_SMS.sms_id == sms.sms_id, _SMS.state == SmsState.SENDING.value)
                .values(state=SmsState.SENT.value, sent_at=at)
            )
            if not (await connection.execute(changed)).rowcount:
                return
            await add_facts(
                connection, work_events.SmsSent(at=at, attempt=sms.attempt, **_about(sms))
            )
            for gateway_id in gateway_ids:
                await _put_part(connection, gateway_id, at, sms_id=sms.sms_id)
            await _settle(connection, sms.sms_id, at)
        self._poke()

    async def again(self, sms: OutgoingSms, next_at: datetime) -> None:
        changed = update(sms_message).where(
            _SMS.sms_id == sms.sms_id, _SMS.state == SmsState.SENDING.value
        )
        async with transaction(self._engine) as connection:
            await connection.execute(changed.values(state=SmsState.QUEUED.value, next_at=next_at))

    async def failed(self, sms: OutgoingSms, state: SmsState, reason: str, at: datetime) -> None:
        async with transaction(self._engine) as connection:
            await _end(connection, sms, state, reason, at)
        self._poke()

    async def unanswered(self, before: datetime) -> Sequence[OutgoingSms]:
        wanted = select(*(_SMS[name] for name in _OUT)).where(
            _SMS.state == SmsState.SENDING.value, _SMS.next_at < before
        )
        async with transaction(self._engine) as connection:
            return [_outgoing(row) for row in await connection.execute(wanted)]

    async def receive(self, receipt: Receipt, at: datetime) -> None:
        async with transaction(self._engine) as connection:
            values = {"state": receipt.state.value, "reason": receipt.reason[:64]}
            sms_id = await _put_part(connection, receipt.gateway_id, at, **values)
            if sms_id is not None:
                await _settle(connection, sms_id, at)
        self._poke()

    async def hear(self, inbound: InboundSms, at: datetime) -> bool:
        row = {
            "gateway_id": inbound.gateway_id[:80],
            "number": inbound.number[:20],
            "text": plain_text(inbound.text),
            "at": at,
        }
        async with transaction(self._engine) as connection:
            statement = upsert(connection)(sms_inbound).values(row).on_conflict_do_nothing()
            return bool((await connection.execute(statement)).rowcount)

    async def opt_out(self, number: str, how: str, at: datetime) -> None:
        row = {"number": number, "how": how, "at": at}
        async with transaction(self._engine) as connection:
            await connection.execute(
                upsert(connection)(sms_opt_out).values(row).on_conflict_do_nothing()
            )

    async def opt_in(self, number: str) -> bool:
        gone = delete(sms_opt_out).where(sms_opt_out.c.number == number)
        async with transaction(self._engine) as connection:
            return bool((await connection.execute(gone)).rowcount)

    async def opted_out(self, number: str) -> bool:
        wanted = select(func.count()).where(sms_opt_out.c.number == number)
        async with transaction(self._engine) as connection:
            return bool(await connection.scalar(wanted))

    async def opt_outs(self) -> Sequence[OptOut]:
        wanted = select(sms_opt_out).order_by(sms_opt_out.c.at.desc(), sms_opt_out.c.number)
        async with transaction(self._engine) as connection:
            return [OptOut(**row._mapping) for row in await connection.execute(wanted)]

    async def next_due(self) -> datetime | None:
        wanted = select(_SMS.next_at).where(_SMS.state == SmsState.QUEUED.value)
        async with transaction(self._engine) as connection:
            found: datetime | None = await connection.scalar(wanted.order_by(_SMS.next_at).limit(1))
        return found


async def _put_part(
    connection: AsyncConnection, gateway_id: str, at: datetime, **values: Any
) -> int | None:
    """Note what is known of a part, whichever comes first, answer or receipt; its message's id."""
    row = {"state": SmsState.SENT.value, "reason": "", "at": at, **values}
    statement = (
        upsert(connection)(sms_part)
        .values(gateway_id=gateway_id[:80], **row)
        .on_conflict_do_update(index_elements=["gateway_id"], set_=values)
        .returning(_PART.sms_id)
    )
    found: int | None = (await connection.execute(statement)).scalar()
    return found


async def _settle(connection: AsyncConnection, sms_id: int, at: datetime) -> None:
    """A message is delivered when all its parts are, and has failed when one of them did."""
    wanted = select(*(_SMS[name] for name in (*_OUT, "parts", "state"))).where(
        _SMS.sms_id == sms_id
    )
    row = (await connection.execute(wanted)).one()
    if row.state in _OVER:
        return
    known = (
        await connection.execute(select(_PART.state, _PART.reason).where(_PART.sms_id == sms_id))
    ).all()
    for lost in (SmsState.FAILED, SmsState.EXPIRED):
        if reasons := [part.reason for part in known if part.state == lost.value]:
            await _end(connection, _outgoing(row), lost, reasons[0] or lost.value, at)
            return
    if known and all(part.state == SmsState.DELIVERED.value for part in known):
        changed = update(sms_message).where(_SMS.sms_id == sms_id)
        await connection.execute(changed.values(state=SmsState.DELIVERED.value, done_at=at))
        fact = work_events.SmsDelivered(at=at, **_about(_outgoing(row)))
        await add_facts(connection, fact)


async def _end(
    connection: AsyncConnection, sms: OutgoingSms, state: SmsState, reason: str, at: datetime
) -> None:
    changed = (
        update(sms_message)
        .where(_SMS.sms_id == sms.sms_id, _SMS.state.not_in(_OVER))
        .values(state=state.value, reason=reason[:64], done_at=at)
        .returning(_SMS.sms_class)
    )
    sms_class = (await connection.execute(changed)).scalar()
    if sms_class is None:
        return
    await add_facts(connection, work_events.SmsFailed(at=at, reason=reason[:64], **_about(sms)))
    if sms_class == "service":
        work = NewWork(
            kind=WorkKind.SMS_FAILED,
            key=str(sms.sms_id),
            due_at=at,
            call_id=sms.call_id,
            number=sms.number,
            details={"template": sms.template, "reason": reason[:64]},
        )
        await open_item(connection, work, at)
