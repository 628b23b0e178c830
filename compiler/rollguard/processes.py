"""Spread work that knows nothing of its neighbours over the machine's cores."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from rollguard.failure import Failure

T = TypeVar("T")
R = TypeVar("R")

#: What a forked process inherits: the work, and what it is to be done on.
_inherited: tuple[Callable[[Any], Any], Sequence[Any]] | None = None


def spread(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """`[work(item) for item in items]`, each item in a forked process where the machine has several cores.

    Only for a process without threads: a fork copies one thread and the locks of all. `work`, the items and what they reach are
    inherited, not sent; only results are pickled. Exceptions of `work` are raised here; Failure where a process was killed.
    """
    cores = min(len(items), os.cpu_count() or 1)
    if cores < 2 or not hasattr(os, "fork"):
        return [work(item) for item in items]
    # Costs 30 ms, which a run over a few files would notice.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    global _inherited
    _inherited = work, items
    try:
        with ProcessPoolExecutor(cores, mp_context=get_context("fork"), initializer=_ignore_interrupts) as executor:
            return list(executor.map(_call, range(len(items))))
    except BrokenProcessPool:
        raise Failure(
            "a process at work was killed, most likely for want of memory",
            help="name files or folders to do less at once",
        ) from None
    finally:
        _inherited = None


def _ignore_interrupts() -> None:
    """^C reaches the whole group; the parent answers it, and the children end with the parent's pool."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _call(index: int) -> Any:
    assert _inherited is not None
    work, items = _inherited
    return work(items[index])
