"""The mail about a change of somebody's ways in, in the store's language."""

from __future__ import annotations

from hub.backoffice.security.ports import worded
from hub.kernel.commands import Ports, StoreFacts
from hub.kernel.mail import Message
from hub.kernel.text import language_of


def notice(ports: Ports, store: StoreFacts, address: str, what: str) -> Message:
    """`what` ends the id of the sentence `notice-…`. Raises InvalidMessageError."""
    language = language_of(store.language)
    said = {
        "store": store.name_en if language == "en" else store.name_zh,
        "what": worded(ports, store.id, language, f"notice-{what}"),
    }
    subject = worded(ports, store.id, language, "notice-message-subject", said)
    return Message(address, subject, worded(ports, store.id, language, "notice-message", said))
