"""What a check found: one line for a person, one object for a machine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it stands. Only FAILED makes `doctor` end with exit code 1."""

    WELL = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was seen, and what to do about it (empty where nothing is)."""

    check: str
    state: State
    detail: str
    advice: str = ""


def well(check: str, detail: str) -> Finding:
    """Nothing is to be done."""
    return Finding(check, State.WELL, detail)


def unused(check: str, detail: str, advice: str = "") -> Finding:
    """Not set up; `advice` says how it would be."""
    return Finding(check, State.UNUSED, detail, advice)


def warning(check: str, detail: str, advice: str) -> Finding:
    """It works, but something is to be done before long."""
    return Finding(check, State.WARNING, detail, advice)


def failed(check: str, detail: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(check, State.FAILED, detail, advice)


def in_one_line(error: BaseException) -> str:
    """What an error says, without line ends; its kind where it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__
