"""What a customer's message means: intents, entities, references, confidence."""

from domain.understanding.context import Context
from domain.understanding.engine import Engine, load_engine
from domain.understanding.result import Band, Understanding

__all__ = ["Band", "Context", "Engine", "Understanding", "load_engine"]
