"""What happens to the slate."""

from __future__ import annotations

from hub.kernel.events import Event


class LineChalked(Event, name="slate.line_chalked"):
    line_id: str
