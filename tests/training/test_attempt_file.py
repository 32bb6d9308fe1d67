"""Attempts: one append-only file each, safe against two writers and a crash, and proved by replay."""

import json
import os
import threading

import pytest
from little import ask_first, build

from arkit.errors import ArkitError
from arkit.training import attempts, read_attempt
from arkit.training.attempt_file import AttemptFile, unfinished
from arkit.training.engine import replay
from arkit.training.money import result

AT = "2026-11-25T10:00:{:02d}.000Z"
SCENARIO = build(ask_first())


def begun(folder, participant="lan", at="2026-11-25T10:00:00Z", **more):
    given = {"participant": participant, "scenario": "little", "version": 1, "seed": 7, "at": at}
    return AttemptFile.create(folder, **{**given, **more})


def finished(folder, *choices, **more):
    file = begun(folder, **more)
    for second, choice in enumerate(choices, 1):
        file.choose(choice, AT.format(second))
    file.end(str(result(replay(SCENARIO, 7, choices)).total), AT.format(30))
    return file


def test_what_is_written_is_read_back(tmp_path):
    file = begun(tmp_path)
    file.choose("ask", AT.format(1))
    file.choose("bend", AT.format(2))
    file.take_back(1, AT.format(3))
    file.choose("press", AT.format(4))
    attempt = read_attempt(file.path)
    assert (attempt.choices, attempt.taken_back, attempt.outcome) == (("ask", "press"), 1, None)
    assert (attempt.times[-1] - attempt.times[0]).total_seconds() == 4


def test_a_file_only_grows(tmp_path):
    file = begun(tmp_path)
    before = file.path.read_bytes()
    file.choose("ask", AT.format(1))
    file.take_back(1, AT.format(2))
    assert file.path.read_bytes().startswith(before)


def test_attempts_never_share_a_file(tmp_path):
    assert len({begun(tmp_path).path for _ in range(20)}) == 20


def test_a_retry_takes_over_the_first_choices(tmp_path):
    file = begun(tmp_path, retry_of="earlier", kept=("ask",))
    file.choose("press", AT.format(1))
    assert read_attempt(file.path).choices == ("ask", "press")


@pytest.mark.parametrize("cut", [1, 20, 40])
def test_a_line_that_a_crash_cut_off_is_skipped_and_written_past(tmp_path, cut):
    file = begun(tmp_path)
    file.choose("ask", AT.format(1))
    file.choose("bend", AT.format(2))
    file.path.write_bytes(file.path.read_bytes()[:-cut])
    left = read_attempt(file.path)
    assert left.choices == (("ask", "bend") if cut == 1 else ("ask",))
    again = AttemptFile.resume(left)
    again.choose("press", AT.format(3))
    again.take_back(1, AT.format(4))
    assert read_attempt(file.path).choices == left.choices


def test_a_second_window_is_told_and_nothing_of_the_first_is_lost(tmp_path):
    first = begun(tmp_path)
    second = AttemptFile.resume(read_attempt(first.path))
    first.choose("ask", AT.format(1))
    with pytest.raises(ArkitError, match="has gone on in another window"):
        second.choose("bend", AT.format(2))
    assert read_attempt(first.path).choices == ("ask",)


def test_of_two_writers_at_once_one_wins_and_the_other_is_told(tmp_path):
    for _ in range(20):
        path = begun(tmp_path).path
        together, told = threading.Barrier(2), []

        def write(choice, path=path, together=together, told=told):
            file = AttemptFile.resume(read_attempt(path))
            together.wait()
            try:
                file.choose(choice, AT.format(1))
            except ArkitError:
                told.append(choice)

        threads = [threading.Thread(target=write, args=(choice,)) for choice in ("ask", "bend")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (kept,) = read_attempt(path).choices
        assert told == [choice for choice in ("ask", "bend") if choice != kept]


@pytest.mark.parametrize("alias", ["", "   ", "x" * 41, "a\nb"])
def test_an_alias_that_is_none_is_refused(tmp_path, alias):
    with pytest.raises(ArkitError, match="alias of 1 to 40 characters"):
        begun(tmp_path, alias)
    assert list(tmp_path.iterdir()) == []


def test_a_time_that_is_none_is_refused(tmp_path):
    with pytest.raises(ArkitError, match="a time"):
        begun(tmp_path, at="2026-13-99T10:00:00")


def test_an_alias_can_not_leave_the_folder(tmp_path):
    file = begun(tmp_path / "here", "../../王 小明")
    assert file.path.parent == tmp_path / "here"
    assert read_attempt(file.path).head.participant == "../../王 小明"


def test_unfinished_attempts_of_one_participant_are_found_the_latest_first(tmp_path):
    old, new = begun(tmp_path), begun(tmp_path, at="2026-11-25T11:00:00Z")
    begun(tmp_path, "wei")
    finished(tmp_path, "ask", "press")
    assert [each.path for each in unfinished(tmp_path, "little", "lan")] == [new.path, old.path]
    assert unfinished(tmp_path, "other", "lan") == []


def test_attempts_are_proved_by_replay(tmp_path):
    finished(tmp_path, "ask", "press")
    begun(tmp_path, "wei", AT.format(40)).choose("ask", AT.format(45))
    table = attempts(tmp_path, scenarios=[SCENARIO])
    assert table["proved"].tolist() == [True, True]
    assert table["finished"].tolist() == [True, False]
    first = table.iloc[0]
    assert first["outcome"] == pytest.approx(float(result(replay(SCENARIO, 7, ["ask", "press"])).total))
    assert first["lost_share"] == pytest.approx(first["lost"] / 100_000)
    assert (first["choices"], first["decisions"], first["minutes"]) == ("ask press", 2, 0.5)
    assert table.iloc[1][["outcome", "lost"]].isna().all()


def altered(file, change):
    lines = [json.loads(line) for line in file.path.read_text(encoding="utf-8").splitlines()]
    change(lines)
    file.path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: lines[-1].update(outcome="999999.99"), "the outcome on file is not that of the choices"),
        (lambda lines: lines[1].update(choice="ignore"), "ignore can not be chosen now"),
        (lambda lines: lines[0].update(seed=8, version=2), "played in version 2, the scenario is now version 1"),
        (lambda lines: lines[0].update(scenario="gone"), "the scenario gone is not known here"),
        (lambda lines: lines[0].update(n=3), "holds no attempt"),
    ],
)
def test_what_does_not_replay_is_told(tmp_path, change, told):
    altered(finished(tmp_path, "ask", "press"), change)
    row = attempts(tmp_path, scenarios=[SCENARIO]).iloc[0]
    assert not row["proved"]
    assert told in row["note"]


def test_no_attempts_are_a_table_without_rows(tmp_path):
    assert attempts(tmp_path).empty


def test_a_decision_that_did_not_reach_the_disk_whole_is_told_and_skipped(tmp_path, monkeypatch):
    file = begun(tmp_path)
    whole = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda handle, data: whole(handle, data[:20]))
        with pytest.raises(ArkitError, match="could not be saved"):
            file.choose("ask", AT.format(1))
    assert read_attempt(file.path).choices == ()
    AttemptFile.resume(read_attempt(file.path)).choose("bend", AT.format(2))
    assert read_attempt(file.path).choices == ("bend",)
