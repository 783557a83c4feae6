"""The errors of this package."""
from __future__ import annotations

from typing import Any, Mapping, Optional


class PlotdError(Exception):
    """A call failed. Branch on `code`, never on the message. docs/errors.md lists the codes."""

    def __init__(self, code: str, message: str, detail: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail: Mapping[str, Any] = detail or {}

    def __str__(self) -> str:
        remedy = self.detail.get("remedy")
        return f"{self.message}. {remedy}" if remedy else self.message

    @classmethod
    def of(cls, error: Mapping[str, Any]) -> "PlotdError":
        """The exception for the error object of an answer."""
        data = error.get("data") or {}
        message = str(error.get("message", ""))
        return cls(str(data.get("code", "ERR_PROTOCOL")), message, data.get("detail"))


class DaemonAway(PlotdError, ConnectionError):
    """No daemon answers. `hint` tells the user what to do."""

    def __init__(
        self, message: str, hint: str = "`plotd serve` starts the daemon; `plotd doctor` says what is wrong"
    ) -> None:
        super().__init__("ERR_DAEMON_AWAY", message)
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}. {self.hint}"


class StateUnsafe(PlotdError, PermissionError):
    """Other users can change the state folder, a folder above it, or a file in it. The client sends no token."""

    def __init__(self, message: str) -> None:
        super().__init__("ERR_STATE_UNSAFE", message)

    def __str__(self) -> str:
        return self.message
