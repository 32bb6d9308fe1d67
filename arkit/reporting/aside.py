"""A second process beside a report's kernel, for work of which only the result is wanted.

``arkit report`` has it on two cores: :mod:`arkit.reporting.preload` forks it when everything is imported and nothing
runs yet. Elsewhere (a notebook opened by hand, plain papermill, another system) there is none, and the same work is
done in this process when its result is asked for; so it is when the second process has not come to it by then.
"""

from __future__ import annotations

import os
import platform
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import count
from multiprocessing import get_context, parent_process
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")

_pool: ProcessPoolExecutor | None = None


def start() -> None:
    """Start the second process on Linux with a second core (macOS forks unsafely); to be called before any thread."""
    global _pool
    if platform.system() != "Linux" or (os.cpu_count() or 1) < 2:
        return
    pool = ProcessPoolExecutor(1, mp_context=get_context("fork"), initializer=_leave_with_parent)
    with warnings.catch_warnings():
        # Python 3.12 warns of any thread when it forks, also of the sleeping ones of numpy's and Arrow's pools
        warnings.simplefilter("ignore", DeprecationWarning)
        pool.submit(int).result()
    _pool = pool


def there() -> bool:
    """Tell whether there is a second process."""
    return _pool is not None


def stop() -> None:
    """End the second process; what is still to be done is done here."""
    global _pool
    pool, _pool = _pool, None
    if pool is not None:
        pool.shutdown()


def later(function: Callable[Given, Made], /, *args: Given.args, **options: Given.kwargs) -> Callable[[], Made]:
    """Have something done aside, and return what to call for its result.

    Parameters
    ----------
    function
        A function of a module that depends on its arguments alone; it is called once, here or there.
    *args, **options
        Its arguments; they and the result are pickled where there is a second process.

    Returns
    -------
    Callable
        Gives the result, or raises what the function raised. Should the second process die, the work is done here.

    Examples
    --------
    >>> later(sum, [1, 2])()
    3
    """
    here = partial(function, *args, **options)
    if _pool is None:
        return here
    future = _pool.submit(function, *args, **options)

    def result() -> Made:
        if future.cancel():  # not begun there yet: who needs it first does it
            return here()
        try:
            return future.result()
        except BrokenProcessPool:
            return here()

    return result


class Kept:
    """An object that lives in the second process, where there is one, and whose methods are called there in order.

    Parameters
    ----------
    make
        What makes it, of a module.
    *args, **options
        Its arguments, pickled.
    """

    def __init__(self, make: Callable[..., Any], /, *args: Any, **options: Any) -> None:  # noqa: ANN401
        self._pool, self._name = _pool, next(_names)
        self._calls: list[Future[None]] = []
        self._do(_make, make, args, options)

    def call(self, method: str, *args: Any) -> None:  # noqa: ANN401
        """Call a method; what it raises is raised by :meth:`wait`, or at once where there is no second process."""
        self._do(_call, method, args)

    def wait(self) -> None:
        """Wait until all is done."""
        for call in self._calls:
            call.result()
        self._calls.clear()

    def _do(self, function: Callable[..., None], *args: Any) -> None:  # noqa: ANN401
        if self._pool is None:
            function(self._name, *args)
        else:
            self._calls.append(self._pool.submit(function, self._name, *args))


_names = count()
_kept: dict[int, Any] = {}


def _make(name: int, make: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> None:
    _kept[name] = make(*args, **options)


def _call(name: int, method: str, args: tuple[Any, ...]) -> None:
    getattr(_kept[name], method)(*args)


def _leave_with_parent() -> None:
    """End this process with the kernel, however that ends: a kernel that is killed tells nobody."""

    def watch() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
