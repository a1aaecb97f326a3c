"""The office as the roster's heading names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.form_loading import load_form
from schemas.loading.csv_table import headings_of
from schemas.roster import load_roster
from schemas.settings import HOME, Office, Paths, Settings, of_roster

FORM = load_form(HOME / "schemas" / "major_hazards_2023.yaml")
HEAD = "单位名称,类别,别名,邮箱\r\n甲局,街道,,\r\n"


def _settings(path: Path) -> Settings:
    return Settings(office=Office(name="河北区安委会办公室", operator="王敏"), paths=Paths(roster=path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("heading", ["# 本级单位：区商务局\r\n", "#本级单位: 区商务局,,,\r\n", '"＃ 本级单位：区商务局",,,\r\n\r\n'])
def test_the_roster_names_its_office(tmp_path, encoding, heading):
    path = tmp_path / "名册.csv"
    path.write_bytes((heading + "# 类别：行业主管部门；执法部门\r\n# 上级单位：区安委会办公室\r\n" + HEAD).encode(encoding))
    office = of_roster(_settings(path)).office
    assert (office.name, office.kind, office.report_to, office.operator) == (
        "区商务局", ("行业主管部门", "执法部门"), "区安委会办公室", "王敏")
    assert [unit.name for unit in load_roster(path, FORM).units] == ["甲局"] and load_roster(path, FORM).units[0].line >= 5


def test_a_roster_without_heading_changes_nothing(tmp_path):
    path = tmp_path / "名册.csv"
    path.write_text(HEAD, encoding="utf-8")
    assert of_roster(_settings(path)) == _settings(path)
    assert of_roster(_settings(tmp_path / "没有.csv")).office.name == "河北区安委会办公室"


def test_a_line_below_the_header_is_no_heading(tmp_path):
    path = tmp_path / "名册.csv"
    path.write_text(HEAD + "# 本级单位：外区,街道,,\r\n", encoding="utf-8")
    assert headings_of(path) == {}


def test_the_shipped_bureau_names_itself():
    office = of_roster(Settings(paths=Paths(roster=HOME / "schemas" / "roster_commerce_bureau.csv"))).office
    assert (office.name, office.report_to) == ("区商务局", "区安委会办公室") and office.kind
