"""One file → its Submission: the form that it holds, the ledgers, or both. Runs in a worker."""

from __future__ import annotations

from consolidator.model.submission import Submission
from consolidator.reading.ledgers.sheets import read_ledgers
from consolidator.reading.read_file import read_submission
from schemas.form import Form


def read_with_ledgers(data: bytes, name: str, form: Form) -> Submission:
    """What the file says as a filled form, and the ledgers beside it; a file of ledgers alone is of kind ``ledger``."""
    return read_submission(data, name, form, set_apart=read_ledgers if form.ledger_definitions else None)
