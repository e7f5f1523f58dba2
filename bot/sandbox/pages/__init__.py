"""The demo's one page: shop, mailboxes and Slack side by side, live."""

from bot.sandbox.pages.app import create_demo_pages
from bot.sandbox.pages.persona import Persona

__all__ = ["Persona", "create_demo_pages"]
