"""The answer to a call that failed."""

from __future__ import annotations

from bot.playground.model import Json


class ApiError(Exception):
    """A call is refused: what Telegram would answer.

    `violation` marks a call outside the Bot API's description (an unknown parameter, a text too
    long), in contrast to a state of the world that a correct bot can meet (a person blocked it).
    """

    def __init__(
        self,
        description: str,
        *,
        code: int = 400,
        parameters: Json | None = None,
        violation: bool = False,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters
        self.violation = violation


def broken(description: str) -> ApiError:
    """A refused call that breaks the Bot API's description."""
    return ApiError(f"Bad Request: {description}", violation=True)


def refused(description: str) -> ApiError:
    """A correct call that the world's present state does not allow."""
    return ApiError(f"Bad Request: {description}")


def forbidden(description: str) -> ApiError:
    """The bot may not write there."""
    return ApiError(f"Forbidden: {description}", code=403)
