"""`salon-hub serve --processes N`: several hub processes behind one address, on one PostgreSQL database.

The parent opens the listening socket, starts the others with it, and another for each that dies; it serves nobody itself.
Whichever is idle accepts the next connection, and connections wait while one is being replaced.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog

from hub.kernel.terminal_text import told

BACKLOG = 4096
AGAIN_SECONDS = 1.0
"""A process that dies at once is not started again more often than this."""

GOODBYE_SECONDS = 12.0
"""How long the processes may take to end politely; a little more than a server gives its own clients."""

WATCH_SECONDS = 1.0

log = structlog.get_logger(__name__)


class Family:
    """The parent of several servers."""

    def __init__(self, command: list[str], environment: Mapping[str, str], listening: socket.socket, size: int) -> None:
        """`command` serves on the socket whose number follows it."""
        self._command = [*command, str(listening.fileno())]
        self._environment = dict(environment)
        self._listening = listening
        self._children: list[tuple[subprocess.Popen[bytes], float]] = []
        self._size = size
        self._stopping = threading.Event()

    @property
    def pids(self) -> list[int]:
        return [child.pid for child, _ in self._children]

    def run(self) -> None:
        """Serve until told to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopping.set())
        self._children = [self._begin() for _ in range(self._size)]
        while not self._stopping.wait(0.2):
            self._children = [self._alive(*child) for child in self._children]
        self._end()

    def _begin(self) -> tuple[subprocess.Popen[bytes], float]:
        child = subprocess.Popen(self._command, env=self._environment, pass_fds=[self._listening.fileno()])  # noqa: S603 - ourselves
        return child, time.monotonic()

    def _alive(self, child: subprocess.Popen[bytes], since: float) -> tuple[subprocess.Popen[bytes], float]:
        if child.poll() is None or time.monotonic() - since < AGAIN_SECONDS:
            return child, since
        log.error("a process has died, another takes its place", pid=child.pid, code=child.returncode)
        return self._begin()

    def _end(self) -> None:
        for child, _ in self._children:
            child.send_signal(signal.SIGTERM)
        ends = time.monotonic() + GOODBYE_SECONDS
        for child, _ in self._children:
            try:
                child.wait(max(0.1, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._listening.close()


def listen(host: str, port: int) -> socket.socket:
    """The socket that all share.

    Raises:
        OSError: the address is taken, or is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with _told_of(host):
        made = socket.create_server((host, port), family=family, backlog=BACKLOG)
    made.set_inheritable(True)
    return made


def look_at_address(host: str, port: int) -> None:
    """Nothing has been made or started yet: what uvicorn finds out later it tells in a trace, or not at all.

    Raises:
        OSError: the address is taken, or is not this machine's.
    """
    with _told_of(host):
        places = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, place in places:
            socket.create_server(place[:2], family=family).close()


@contextmanager
def _told_of(host: str) -> Iterator[None]:
    """The system's own words say neither which host was meant nor where it was given."""
    try:
        yield
    except (socket.gaierror, UnicodeError) as error:
        raise OSError(told("address-unknown-host", host=repr(host)[1:-1])) from error
    except OSError as error:
        if error.errno != errno.EADDRNOTAVAIL:
            raise
        raise OSError(told("address-not-ours", host=repr(host)[1:-1])) from error


def serve_command(**options: Any) -> list[str]:
    """This program as a child that serves on an inherited socket; options that are None are left out."""
    given = [(f"--{name.replace('_', '-')}", str(value)) for name, value in options.items() if value is not None]
    return [sys.executable, "-m", "hub", "serve", *(word for pair in given for word in pair), "--listen-fd"]


def end_with_parent() -> None:
    """Stop politely when the parent has died; a child left alone would keep the address and serve on unwatched."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
