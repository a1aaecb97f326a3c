"""The content security policy of our pages: their own style and script, by hash, and nothing from anywhere else."""

from __future__ import annotations

import base64
import hashlib
import re

PLACE = "__POLICY__"  # what a template is given for the policy, which needs the finished page
_INLINE = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)


def with_policy(html: str) -> str:
    """The page with a policy that lets in its own style and script, by their hashes, alone."""
    allowed: dict[str, list[str]] = {"style": [], "script": []}
    for kind, content in _INLINE.findall(html):
        digest = base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode()
        allowed[kind].append(f"'sha256-{digest}'")
    rules = ["default-src 'none'", *(f"{kind}-src {' '.join(hashes)}" for kind, hashes in allowed.items() if hashes),
             "base-uri 'none'", "form-action 'none'"]
    return html.replace(PLACE, "; ".join(rules), 1)
