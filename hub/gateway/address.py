"""Under which address phones reach this hub: what a printed or drawn QR code has to say."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Protocol

ANY_HOSTS = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound # nosec B104


class PublicAddress(Protocol):
    """Filled in by the composition root."""

    def base(self) -> str:
        """Scheme and host without a slash at the end: `http://192.168.1.20:8000`."""
        ...


class HubAddress:
    """The address that the house has set, else this machine's own in its network."""

    def __init__(self, public_url: str, host: str, port: int, *, secure: bool) -> None:
        self._set = public_url.rstrip("/")
        self._host = host
        self._port = port
        self._secure = secure

    def base(self) -> str:
        return self._set or f"{'https' if self._secure else 'http'}://{self._reached()}:{self._port}"

    def _reached(self) -> str:
        if self._host not in ANY_HOSTS:
            return f"[{self._host}]" if ":" in self._host else self._host
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # a documentation address: a datagram socket only looks up its route
            return str(probe.getsockname()[0])
        return "127.0.0.1"
