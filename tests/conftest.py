"""What tests share."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.district import District, InlineWorkers

# no test depends on how fast or how busy the machine is
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture
def district(tmp_path, monkeypatch) -> District:
    """A district of three units whose files are read in this process."""
    monkeypatch.setattr("consolidator.workflows.weekly.Workers", InlineWorkers)
    return District(tmp_path)
