import numpy as np
import pytest

from arkit.simulation.calendar import NEVER, TWICE, WEEKLY, Calendar, as_date


def day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(np.int64))


def days(*texts: str) -> np.ndarray:
    return np.array([day(text) for text in texts])


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return Calendar(np.datetime64("2023-01-15"), 36)


def test_starts_with_the_month_and_ends_with_the_last_month(calendar):
    assert calendar.first == day("2023-01-01")
    assert calendar.last == day("2025-12-31")


def test_months_are_counted_from_the_first(calendar):
    found = calendar.month(days("2022-12-31", "2023-01-01", "2024-02-29", "2025-12-31"))
    assert found.tolist() == [-1, 0, 13, 35]
    assert calendar.month_of_year(np.array([-1, 0, 13])).tolist() == [12, 1, 2]
    assert calendar.month_end(days("2024-02-10"))[0] == day("2024-02-29")


def test_spring_festival_and_weekends_are_no_working_days(calendar):
    eve = days("2024-02-10")  # Saturday, first day of the Spring Festival of 2024
    assert as_date(calendar.on_or_before(eve))[0] == np.datetime64("2024-02-09")
    assert as_date(calendar.on_or_after(eve))[0] == np.datetime64("2024-02-19")  # the 18th is a Sunday


@pytest.mark.parametrize(
    ("run", "before", "after"),
    [
        (20, "2024-04-19", "2024-05-20"),  # 20 April 2024 is a Saturday: paid on the Friday before
        (31, "2024-03-29", "2024-04-30"),
        (TWICE + 10, "2024-04-25", "2024-05-10"),
        (WEEKLY + 1, "2024-04-23", "2024-04-30"),
    ],
)
def test_pay_days_before_and_after(calendar, run, before, after):
    at = days("2024-04-26")
    assert as_date(calendar.run_before(at, np.array([run])))[0] == np.datetime64(before)
    assert as_date(calendar.run_after(at, np.array([run])))[0] == np.datetime64(after)


def test_pay_days_never_cross_the_day_asked_for(calendar):
    at = np.repeat(np.arange(calendar.first, calendar.last), 5)
    run = np.tile([7, 28, TWICE + 3, TWICE + 12, WEEKLY + 4], len(at) // 5)
    assert (calendar.run_before(at, run) <= at).all()
    assert (calendar.run_after(at, run) >= at).all()
    assert (at - calendar.run_before(at, run)).max() <= 45


def test_never_is_no_date():
    assert np.isnat(as_date(np.array([NEVER]))[0])
