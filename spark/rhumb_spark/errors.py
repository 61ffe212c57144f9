"""What goes wrong, as the program reports it."""

from __future__ import annotations


class BuildError(Exception):
    """A failure that can be expected. `code` is one of the program's error codes; neither text holds a
    secret."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
