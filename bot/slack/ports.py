"""What the Slack side asks of the counter's one service."""

from __future__ import annotations

from typing import Protocol

from domain.appointments import Terms
from domain.messages import Receipt, StaffMessage
from domain.request_view import RequestView


class RequestDesk(Protocol):
    """The desk, as far as staff use it. Each step is one transaction."""

    async def claim(self, request_id: str, staff_id: str) -> RequestView: ...

    async def finish(self, request_id: str, staff_id: str) -> RequestView: ...

    async def reassign(
        self, request_id: str, staff_id: str, to_staff_id: str, note: str
    ) -> RequestView: ...

    async def set_appointment(
        self, request_id: str, staff_id: str, terms: Terms, note: str
    ) -> RequestView: ...

    async def call_off(self, request_id: str, staff_id: str) -> RequestView: ...

    async def join(self, conversation_id: str, into: str, staff_id: str) -> bool: ...

    async def staff_says(self, message: StaffMessage) -> Receipt: ...
