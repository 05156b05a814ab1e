"""What the house decides when it starts the hub: arguments first, then `SALON_HUB_*` variables, then these defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from hub.logs import LogFormat

PREFIX = "SALON_HUB_"

NOT_SETTINGS = frozenset({f"{PREFIX}SHARED", f"{PREFIX}SHOTS", f"{PREFIX}TEST_ENGINE", f"{PREFIX}URL"})
"""Variables of the project's own tools."""


class Settings(BaseModel):
    """Every field can be given as an environment variable, `SALON_HUB_PORT` for `port`; lists separated by commas."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(Path("var/store"), description="Directory of the database and the logs.")
    database_url: str = Field("", description="`postgresql://user:password@host/name`; empty: SQLite in the data directory.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    zone: str = Field("Asia/Shanghai", description="IANA zone of a store that is made new.")
    log_format: LogFormat = Field("text", description="Lines for people's eyes, or JSON for a collector.")
    language: Literal["zh", "en"] = Field("zh", description="Language of a reader who states none.")
    store: str = Field("", description="Id of the store that strangers see; empty: the first.")
    tls_cert: Path | None = Field(None, description="Certificate (PEM); none: no TLS.")
    tls_key: Path | None = Field(None, description="Its private key (PEM).")
    public_url: str = Field("", description="Address under which phones reach the hub; empty: this machine's in its network.")
    public_origins: tuple[str, ...] = Field((), description="Origins of pages behind a proxy that changes the Host.")
    trusted_proxies: tuple[str, ...] = Field(
        ("127.0.0.1", "::1"),
        description="Addresses or networks of proxies whose X-Forwarded-For and -Proto are believed; empty: nobody's.",
    )
    master_key: str = Field("", repr=False, description="Base64 of 32 bytes; empty: a file, made on first use.")
    rate_factor: float = Field(1.0, ge=0, description="Widens all rate limits alike; 0 lifts them.")
    solver_threads: int = Field(2, ge=0, le=64, description="Of the solver process; 0: the greedy plan alone, no process.")
    backups: Path | None = Field(None, description="Folder of backups; empty: beside the data directory.")
    backups_second: Path | None = Field(None, description="Folder for copies of backups on another disk; it must exist.")
    sockets_max: int = Field(20_000, ge=1, description="How many screens a process serves at once.")
    smtp_host: str = Field("", description="Mail server that takes the hub's mails; empty: no mail.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="`starttls`, `tls` (port 465), or `none`, which sends no password."
    )
    smtp_user: str = Field("", description="Who signs in there; empty: nobody does.")
    smtp_password: str = Field("", repr=False, description="Its password.")
    smtp_password_file: Path | None = Field(None, description="File that holds the password, instead of the variable.")
    mail_from: str = Field("", description="Sender of the hub's mails; empty: the user of the mail server.")
    sms_spool: Path | None = Field(None, description="Outgoing folder of SMS Server Tools 3; empty: no short messages.")
    mail_folder: Path | None = Field(None, description="Folder for what no other way out takes; for trying out.")
    anchors: Path | None = Field(None, description="Folder of the log's signed anchors; empty: beside the data directory.")
    anchor_minutes: int = Field(15, ge=0, le=1440, description="How often the log is anchored; 0: never.")
    front_end: Path | None = Field(None, description="Directory of the built pages; empty: the one that came along.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **arguments: Any) -> Settings:
        """Arguments that are None are left to the environment.

        Raises:
            pydantic.ValidationError: a value is not what its field wants.
        """
        variables = os.environ if environment is None else environment
        given: dict[str, Any] = {
            name: variables[PREFIX + name.upper()] for name in cls.model_fields if PREFIX + name.upper() in variables
        }
        return cls.model_validate(given | {name: value for name, value in arguments.items() if value is not None})

    @classmethod
    def unread_variables(cls, environment: Mapping[str, str] | None = None) -> list[str]:
        """Variables that look like a setting and are none: a slip of the pen leaves the default in force."""
        known = {PREFIX + name.upper() for name in cls.model_fields} | NOT_SETTINGS
        return sorted(name for name in (environment or os.environ) if name.startswith(PREFIX) and name not in known)

    @field_validator("public_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"no time zone is called {value!r}") from None

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not is_known_database(value):  # nor does this repeat it: it may hold a password
            raise ValueError("is no address of a database such as postgresql://user:password@host/name")
        return value

    @model_validator(mode="after")
    def _whole_tls(self) -> Settings:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("TLS needs both a certificate and its key")
        return self

    @model_validator(mode="after")
    def _whole_mail(self) -> Settings:
        if self.smtp_host and "@" not in (self.mail_from or self.smtp_user):
            raise ValueError("mail needs a sender: mail_from")
        if self.smtp_host and self.smtp_security == "none" and (self.smtp_password or self.smtp_password_file):
            raise ValueError("a mail password is not sent without TLS: smtp_security")
        return self

    @property
    def has_store_file(self) -> bool:
        """False where the store's file is missing; what lies on a server is not asked for."""
        return bool(self.database_url) or (self.data / "hub.sqlite3").exists()

    @property
    def url(self) -> str:
        return asynchronous(self.database_url) or f"sqlite+aiosqlite:///{self.data / 'hub.sqlite3'}"

    @property
    def backup_folder(self) -> Path:
        """Beside the data directory, so that removing that does not remove them."""
        return self.backups or self.data.parent / f"{self.data.name}.backups"

    @property
    def backup_key_file(self) -> Path:
        """Whom backups are sealed to, and the keys of their daily drill. Outside the database, and in no backup."""
        return self.data.parent / f"{self.data.name}.backup-key"

    @property
    def marker_file(self) -> Path:
        """Remembers that there was a store, so that an empty one is never put in its place."""
        return self.data.parent / f"{self.data.name}.store"

    @property
    def key_file(self) -> Path:
        """Outside the data directory, so that a copy of the data is worth nothing by itself."""
        return self.data.parent / f"{self.data.name}.key"

    @property
    def anchor_folder(self) -> Path:
        """Outside the database, whose log the anchors bear witness of."""
        return self.anchors or self.data.parent / f"{self.data.name}.anchors"

    @property
    def anchor_key_file(self) -> Path:
        """Signs the anchors (PEM). Neither in the database nor among the anchors."""
        return self.data.parent / f"{self.data.name}.anchor-key"

    @property
    def keyring_file(self) -> Path:
        """Beside the master key, under which it is sealed. In no backup: whom it has forgotten stays forgotten."""
        return self.data.parent / f"{self.data.name}.keyring"


def is_known_database(url: str) -> bool:
    """Whether it is empty, or the address of an engine that the hub works on."""
    try:
        return not url or make_url(asynchronous(url)).drivername in ("postgresql+asyncpg", "sqlite+aiosqlite")
    except (ArgumentError, ValueError):
        return False


def asynchronous(url: str) -> str:
    """PostgreSQL's address as people write it, with the driver that the hub needs."""
    for short in ("postgresql://", "postgres://"):
        if url.startswith(short):
            return f"postgresql+asyncpg://{url.removeprefix(short)}"
    return url
