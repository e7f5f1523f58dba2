"""Nobody has taken a request: after a while of working time it goes to the deputy, or all hear."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import func, select
from sqlmodel import Session, col

from bot.effects import Effects
from bot.notify import Notify
from bot.settings import Settings
from domain.people import Role, Staff
from domain.routing import Route, Rule, default_staff, deputy_of
from domain.working_time import add_working_time
from storage.access_log import record
from storage.people import team
from storage.request_views import load_request_view
from storage.requests import reassign_request
from storage.store import Store
from storage.tables import SalesRequestRow

log = logging.getLogger(__name__)

#: Seconds between two looks.
LOOK_SECONDS = 20.0


@dataclass(slots=True)
class Escalation:
    """Looks for requests that wait too long, in every process; the version decides who acts."""

    store: Store
    settings: Settings
    notify: Notify
    effects: Effects
    clock: Callable[[], datetime]

    async def run(self) -> None:
        """Look from time to time. Runs until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.warning("escalation.failed", exc_info=True)
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> int:
        """Escalate what is overdue; return how many requests that were."""
        now = self.clock()
        waiting = await self.store.read(lambda session: self._waiting(session, now))
        for request_id in waiting:
            await self.store.write(partial(self._escalate, request_id=request_id, now=now))
        return len(waiting)

    def _waiting(self, session: Session, now: datetime) -> list[str]:
        # Who was given it by a colleague has the whole time again.
        since = func.coalesce(col(SalesRequestRow.assigned_at), col(SalesRequestRow.created_at))
        rows = session.execute(
            select(col(SalesRequestRow.id), since.label("since"))
            .where(col(SalesRequestRow.status) == "open")
            .where(col(SalesRequestRow.consent).is_(True))
            .where(col(SalesRequestRow.escalated_at).is_(None))
            .where(since <= now - timedelta(minutes=self.settings.escalate_minutes))
        )
        return [row.id for row in rows if self._due(row.since) <= now]

    def _due(self, opened: datetime) -> datetime:
        return add_working_time(
            opened,
            timedelta(minutes=self.settings.escalate_minutes),
            self.settings.hours,
            self.settings.zone,
            self._is_holiday,
        )

    def _is_holiday(self, day: date) -> bool:
        import holidays  # its calendars are only loaded where something waits

        try:
            return day in holidays.country_holidays(self.settings.phone_region, years=day.year)
        except NotImplementedError:  # a country whose calendar is not known
            return False

    def _escalate(self, session: Session, *, request_id: str, now: datetime) -> None:
        row = session.get(SalesRequestRow, request_id, with_for_update=True)
        if row is None or row.status != "open" or row.escalated_at is not None:
            return
        row.escalated_at = now
        session.add(row)
        session.flush()
        members = {member.staff_id: member for member in team(session)}
        successor = _successor(members, row.staff_id, now)
        if successor is not None:
            route = Route(successor, Rule.ESCALATED)
            reassign_request(
                session,
                request_id,
                successor.staff_id,
                rule=route.rule.value,
                route=route.facts(),
                reason=self.effects.reason(route),
                now=now,
            )
        record(
            session,
            "request.escalated",
            now=now,
            actor_kind="system",
            object_kind="request",
            object_id=request_id,
            customer_id=row.customer_id,
        )
        view = load_request_view(session, request_id)
        if successor is not None:
            self.notify.request_changed(session, view, now)
        else:
            default = default_staff([*members.values()], self.settings.default_staff_id, now)
            self.notify.nobody_takes(session, view, default, now)


def _successor(members: dict[str, Staff], staff_id: str | None, now: datetime) -> Staff | None:
    """The deputy of who has it, else a manager who is there; None where it is the same person."""
    holder = members.get(staff_id or "")
    deputy = deputy_of(holder, members, now) if holder else None
    if deputy is not None:
        return deputy
    managers = [
        m
        for m in members.values()
        if m.role is Role.MANAGER and not m.is_away(now) and m.staff_id != staff_id
    ]
    return min(managers, key=lambda m: m.staff_id) if managers else None
