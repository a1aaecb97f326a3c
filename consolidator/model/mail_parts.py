"""The parts of a mail as bytes."""

from __future__ import annotations

from email.message import Message


def content_of(part: Message) -> bytes:
    """The decoded content of a part; empty where it has none of its own (a part made of parts)."""
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def inner_message(part: Message) -> bytes:
    """The message that a forwarding part (``message/rfc822``) holds; empty where it holds none."""
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    return first.as_bytes() if isinstance(first, Message) else b""
