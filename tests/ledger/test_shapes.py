"""Any ledger in any usual shape is read row for row; the order of files does not matter; every row is accounted for."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.factory import W1, Story, errors
from tests.ledger.shapes import make_hazards, make_ledger

SEEDS = st.integers(0, 10 ** 9)


def read_keys(taken):
    return sorted((one.firm, one.description, one.place, one.found, one.state) for one in taken.result.hazards)


@given(SEEDS, st.integers(1, 25), st.integers(1, 3))
@settings(deadline=None)
def test_what_is_written_is_what_is_read(seed, count, sheets):
    chance = random.Random(seed)
    shape = make_ledger(chance, make_hazards(chance, count, W1), "月牙河街道", W1, sheets)
    story = Story()
    story.send(shape.data)
    taken = story.run(W1)
    assert errors(taken) == []
    assert read_keys(taken) == sorted(one.key for one in shape.meant)
    for file in taken.result.files:
        assert file.rows == file.merged + file.held + file.passed
    assert sum(file.merged for file in taken.result.files) == count


@given(SEEDS)
@settings(deadline=None)
def test_every_row_is_merged_held_or_passed_over_whatever_is_in_it(seed):
    import io

    import openpyxl

    chance = random.Random(seed)
    shape = make_ledger(chance, make_hazards(chance, 8, W1), "月牙河街道", W1)
    book = openpyxl.load_workbook(io.BytesIO(shape.data))
    sheet = book.worksheets[0]
    for _ in range(12):  # somebody types anything anywhere below the headings
        cell = sheet.cell(chance.randint(6, sheet.max_row + 2), chance.randint(1, sheet.max_column))
        if type(cell).__name__ != "MergedCell":
            cell.value = chance.choice([None, "", "约三处", "=1/0", "2023-02-30", -5, "合计", "无", "？", "已整改未销号", "长" * 300,
                                        True, "1. 甲2. 乙"])
    out = io.BytesIO()
    book.save(out)
    story = Story()
    story.send(out.getvalue())
    taken = story.run(W1)
    for file in taken.result.files:
        assert file.rows == file.merged + file.held + file.passed
        assert file.held == len({one.row for one in taken.result.held if one.severity == "error"})
    assert all(one.message and (one.cell or one.row) for one in taken.result.held)


@given(SEEDS)
@settings(deadline=None, max_examples=30)
def test_the_order_and_the_names_of_files_do_not_matter(seed):
    chance = random.Random(seed)
    hazards = make_hazards(chance, 12, W1)
    import datetime as dt

    files = []
    for n, unit in enumerate(("月牙河街道", "区商务局", "月牙河街道")):
        own = hazards[n * 4:n * 4 + 4] if n < 2 else make_hazards(chance, 3, W1)
        day = W1 - dt.timedelta(days=1 if n == 2 else 0)
        for one in own:
            one.found = min(one.found, day - dt.timedelta(days=3))
            one.completed = one.reviewed = None
            one.state = "open"
        files.append(make_ledger(chance, own, unit, day).data)

    def outcome(order):
        story = Story()
        for number in order:
            story.send(files[number], f"{chance.randint(0, 99)}文件.xlsx")
        taken = story.run(W1)
        return [(one.id, one.units, one.firm, one.description, one.found, one.state) for one in taken.result.hazards], sorted(
            (one.id, one.other) for one in taken.result.doubts)

    assert outcome([0, 1, 2]) == outcome([2, 1, 0]) == outcome([1, 2, 0])


@given(SEEDS)
@settings(deadline=None, max_examples=40)
def test_a_second_week_of_the_same_hazards_mints_none(seed):
    import datetime as dt

    chance = random.Random(seed)
    hazards = make_hazards(chance, 15, W1)
    story = Story()
    story.send(make_ledger(chance, hazards, "月牙河街道", W1, 2).data, "一.xlsx")
    first = {one.id: (one.firm, one.description, one.found) for one in story.run(W1).result.hazards}
    week = W1 + dt.timedelta(days=7)
    again = list(hazards)
    chance.shuffle(again)
    story.send(make_ledger(chance, again, "月牙河街道", week).data, "二.xlsx")
    taken = story.run(week)
    assert {one.id: (one.firm, one.description, one.found) for one in taken.result.hazards} == first
    assert not taken.result.doubts or all(one.code != "row-gone" for one in taken.result.doubts)
