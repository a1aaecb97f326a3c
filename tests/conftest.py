"""What tests share."""

from __future__ import annotations

import pytest

from tests.district import District, InlineWorkers


@pytest.fixture
def district(tmp_path, monkeypatch) -> District:
    """A district of three units whose files are read in this process."""
    monkeypatch.setattr("consolidator.workflows.weekly.Workers", InlineWorkers)
    return District(tmp_path)
