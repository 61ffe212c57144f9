"""The line between the program and the driver: documents come, events go, one JSON object a line."""

from __future__ import annotations

import json
import os
import queue
import socket
import threading
from typing import Any, Iterator

PROGRAM_GONE = 3  # exit status


class Channel:
    """Connects to the program's socket. `send` is thread-safe.

    The program going away ends the process at once, whatever it is doing: nobody would take the result.
    """

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(path)
        self._lock = threading.Lock()
        self._documents: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, name="documents", daemon=True).start()

    def documents(self) -> Iterator[str]:
        while True:
            yield self._documents.get()

    def send(self, event: str, **values: Any) -> None:
        line = json.dumps({"event": event, **values}) + "\n"
        try:
            with self._lock:
                self._socket.sendall(line.encode("utf-8"))
        except OSError:
            os._exit(PROGRAM_GONE)

    def _listen(self) -> None:
        try:
            with self._socket.makefile("r", encoding="utf-8") as lines:
                for line in lines:
                    self._documents.put(line)
        finally:
            os._exit(PROGRAM_GONE)
