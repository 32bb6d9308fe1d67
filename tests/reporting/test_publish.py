"""A report's folder appears as a whole, or the one before it stays."""

import errno
import threading

import pytest

from arkit.errors import ParameterError
from arkit.reporting import publish, record


def fill(folder, text):
    (folder / "report.html").write_text(text)
    (folder / "report.xlsx").write_text(text)
    record.write(folder, {"status": "done"})


def make(target, text):
    with publish.workshop(target) as work:
        fill(work, text)
        publish.publish(work, target)


@pytest.fixture(params=["in one step", "in two"])
def target(request, tmp_path, monkeypatch):
    if request.param == "in two":  # what Windows and macOS get
        monkeypatch.setattr(publish.sys, "platform", "elsewhere")
    return publish.target(tmp_path / "deep" / "报告 {2026}")


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def test_a_second_report_takes_the_first_ones_place_and_leaves_nothing_else(target):
    make(target, "one")
    make(target, "two")
    assert (target / "report.html").read_text() == "two"
    assert names(target.parent) == [target.name]


def test_nothing_is_published_when_the_work_fails(target):
    def fail():
        with publish.workshop(target) as work:
            fill(work, "two")
            raise ZeroDivisionError

    make(target, "one")
    with pytest.raises(ZeroDivisionError):
        fail()
    assert (target / "report.html").read_text() == "one"
    assert names(target.parent) == [target.name]


def test_a_reader_never_misses_a_file_nor_mixes_two_reports(tmp_path):
    target = publish.target(tmp_path / "report")
    make(target, "0")
    seen, done = [], threading.Event()

    def read():
        while not done.is_set():
            seen.append((target / "report.html").read_text())

    reader = threading.Thread(target=read)
    reader.start()
    number = 0
    while reader.is_alive() and (number < 60 or len(seen) <= 60):  # a busy machine may give the reader few turns
        make(target, str(number := number + 1))
    done.set()
    reader.join()
    assert len(seen) > 60
    assert all(text.isdigit() for text in seen)


def test_runs_at_the_same_moment_leave_one_whole_report(target):
    start = threading.Barrier(4)
    failures = []

    def run(text):
        try:
            start.wait()
            for _ in range(15):
                make(target, text)
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert (target / "report.html").read_text() == (target / "report.xlsx").read_text()
    assert names(target.parent) == [target.name]


def test_a_failure_is_kept_beside_and_goes_with_the_next_good_run(target):
    make(target, "good")
    with publish.workshop(target) as work:
        fill(work, "half")
        kept = publish.keep_failure(work, target)
    assert kept == target.with_name(target.name + ".failed")
    assert names(kept) == ["run.json"]
    assert (target / "report.html").read_text() == "good"
    make(target, "better")
    assert not kept.exists()


def test_a_folder_with_somebodys_files_is_refused(tmp_path):
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(ParameterError, match=r"holds files that no report put there \(thesis.docx\)"):
        publish.target(tmp_path)


def test_a_note_laid_into_a_published_report_is_not_swept_away(target):
    make(target, "one")
    (target / "my notes.txt").write_text("mine")
    with pytest.raises(ParameterError, match=r"my notes.txt"):
        publish.target(target)


def test_what_jupyter_leaves_in_a_published_report_is_no_hindrance(target):
    make(target, "one")
    (target / ".ipynb_checkpoints").mkdir()
    make(publish.target(target), "two")
    assert names(target) == ["report.html", "report.xlsx", "run.json"]


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "x").write_text("")
    with pytest.raises(ParameterError, match="is a file"):
        publish.target(tmp_path / "x")


def test_a_place_that_can_not_be_written_to_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ParameterError, match="cannot write to"), publish.workshop(tmp_path / "file" / "report"):
        pass


def test_a_folder_that_keeps_changing_ends_in_an_error(target, monkeypatch):
    make(target, "one")

    def busy(*_):
        raise OSError(errno.ENOTEMPTY, "busy")

    monkeypatch.setattr(publish, "_exchange", busy)
    with pytest.raises(OSError, match="kept changing"):
        make(target, "two")
