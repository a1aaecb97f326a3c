"""A decision is about what its page showed: between the look and the click another file may have come."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from consolidator.model.result import OTHER_WEEK, SubmissionResult
from consolidator.workflows.overview import Overview
from schemas.errors import UsageError


def files_of(submissions: Iterable[SubmissionResult]) -> dict[str, list[SubmissionResult]]:
    """Unit → its files of the week."""
    own: defaultdict[str, list[SubmissionResult]] = defaultdict(list)
    for one in submissions:
        if one.unit and one.status != OTHER_WEEK:
            own[one.unit].append(one)
    return own


def state_key(own: Iterable[SubmissionResult]) -> str:
    """A key of a unit's files of the week and what became of each; another one as soon as any of it is different."""
    return _short("\n".join(sorted(f"{one.sha256} {one.status}" for one in own)))


def file_key(file: str, sha256: str) -> str:
    """A key of a file of the inbox: its name and its content."""
    return _short(f"{file}\n{sha256}")


def check_unit(view: Overview, unit: str, shown: str) -> None:
    """
    Raises:
        UsageError: ``shown``, the key that the page had, is not the unit's key now. A page without a key ("") is not checked.
    """
    if shown and shown != state_key(files_of(view.result.submissions).get(unit, ())):
        raise UsageError(f"{unit}的报送在这一页打开以后有变化，刚才点的没有记下：请看过现在的数，再点一次")


def check_file(view: Overview, file: str, shown: str) -> None:
    """
    Raises:
        UsageError: the file is another than the one shown, or is gone. A page without a key ("") is not checked.
    """
    if shown and shown not in {file_key(one.file, one.sha256) for one in view.result.submissions if one.file == file}:
        raise UsageError(f"“{file}”在这一页打开以后换了内容，或已移走，刚才点的没有记下：请看过现在的文件，再点一次")


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
