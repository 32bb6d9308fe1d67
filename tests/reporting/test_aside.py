"""The second process: the same results as without it, errors told, nothing left behind."""

import os
import time

import pytest

from arkit.reporting import aside

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


class Sum:
    """Adds to a file, so that another process can see what it did."""

    def __init__(self, path):
        self.path, self.total = path, 0

    def add(self, number):
        self.total += number

    def close(self):
        self.path.write_text(f"{self.total} {os.getpid()}", encoding="utf-8")


def fail():
    msg = "no"
    raise ValueError(msg)


def nap(path):
    path.write_text("begun", encoding="utf-8")
    time.sleep(0.3)
    return os.getpid()


@pytest.fixture(params=["aside", "here"])
def second(request):
    if request.param == "aside":
        aside.start()
        if aside._pool is None:
            pytest.skip("this machine can not fork, or has one core")
    yield request.param == "aside"
    aside.stop()


def test_results_are_the_same_with_and_without_a_second_process(second):
    assert aside.later(sum, [1, 2])() == 3


def test_what_is_begun_is_done_there(second, tmp_path):
    done = aside.later(nap, tmp_path / "began")
    while second and not (tmp_path / "began").exists():
        time.sleep(0.01)
    assert (done() != os.getpid()) is second


def test_what_waits_in_the_queue_is_done_here(second, tmp_path):
    waiting = [aside.later(nap, tmp_path / str(number)) for number in range(4)]
    assert waiting[-1]() == os.getpid()


def test_an_error_is_raised_where_the_result_is_asked_for(second):
    with pytest.raises(ValueError, match="no"):
        aside.later(fail)()


def test_methods_are_called_in_order_on_an_object_that_lives_there(second, tmp_path):
    kept = aside.Kept(Sum, tmp_path / "sum")
    for number in (1, 2, 3):
        kept.call("add", number)
    kept.call("close")
    kept.wait()
    total, process = (tmp_path / "sum").read_text(encoding="utf-8").split()
    assert (total, int(process) != os.getpid()) == ("6", second)


def test_work_is_done_here_when_the_second_process_dies(tmp_path):
    aside.start()
    if aside._pool is None:
        pytest.skip("this machine can not fork, or has one core")
    done = aside.later(nap, tmp_path / "began")
    while not (tmp_path / "began").exists():
        time.sleep(0.01)
    for child in list(aside._pool._processes):
        os.kill(child, 9)
    assert done() == os.getpid()
    aside.stop()
