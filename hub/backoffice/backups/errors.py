"""Refusals around backups."""

from __future__ import annotations

from hub.kernel.errors import declare

NO_BACKUP_KEYS = declare("no_backup_keys", 409)
BACKUP_UNDER_WAY = declare("backup_under_way", 409)
