"""Tests the work queue: few tasks at once, some waiting, and unwanted tasks dropped."""

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable

import pytest
from anyio.from_thread import start_blocking_portal

import rag
from rag.web.work_queue import EARLY, Stopped, WorkQueue


class Work:
    """Work that ends once it is released."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.let_go = threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        assert self.let_go.wait(30)
        return "done"


def in_a_loop(visit: Callable[[], Awaitable[None]]) -> None:
    with start_blocking_portal() as portal:
        portal.call(visit)


async def begun(work: Work) -> None:
    assert await asyncio.to_thread(work.begun.wait, 30)


async def a_moment() -> None:
    """Waits long enough for work that can start to start."""
    for _ in range(20):
        await asyncio.sleep(0.01)


def test_no_more_than_its_number_run_at_a_time() -> None:
    async def visit() -> None:
        queue = WorkQueue(at_once=1)
        first, second = Work(), Work()
        one = asyncio.create_task(queue.run(first))
        await begun(first)
        two = asyncio.create_task(queue.run(second))
        await a_moment()
        assert not second.begun.is_set()
        first.let_go.set()
        second.let_go.set()
        assert (await one, await two) == ("done", "done")

    in_a_loop(visit)


def test_who_gives_up_is_let_go_at_once_and_keeps_the_place_until_the_work_is_done() -> None:
    async def visit() -> None:
        queue = WorkQueue(at_once=1)
        first, dropped, third = Work(), Work(), Work()
        one = asyncio.create_task(queue.run(first))
        await begun(first)
        two = asyncio.create_task(queue.run(dropped))
        three = asyncio.create_task(queue.run(third))
        await a_moment()
        for task in (one, two):
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, 5)
        await a_moment()
        assert not third.begun.is_set()
        first.let_go.set()
        third.let_go.set()
        assert await three == "done"
        assert not dropped.begun.is_set()

    in_a_loop(visit)


def test_who_is_stopped_is_let_go_at_once_and_nobody_else() -> None:
    async def visit() -> None:
        queue = WorkQueue(at_once=1)
        works = [Work(), Work(), Work()]
        names = ("anna", "anna", "ben")
        runs = [
            asyncio.create_task(queue.run(work, who=who))
            for work, who in zip(works, names, strict=True)
        ]
        await begun(works[0])
        await a_moment()
        queue.stop("anna")
        queue.stop("carl")
        for run in runs[:2]:
            with pytest.raises(Stopped):
                await asyncio.wait_for(run, 5)
        for work in works:
            work.let_go.set()
        assert await runs[2] == "done"
        assert not works[1].begun.is_set()

    in_a_loop(visit)


def test_a_stop_may_overtake_its_question() -> None:
    async def visit() -> None:
        queue, work = WorkQueue(), Work()
        queue.stop("anna")
        with pytest.raises(Stopped):
            await queue.run(work, who="anna")
        assert not work.begun.is_set()
        work.let_go.set()
        assert await queue.run(work, who="anna") == "done"
        for late in range(EARLY + 1):
            queue.stop(f"late {late}")
        assert await queue.run(work, who="late 0") == "done"

    in_a_loop(visit)


def test_an_error_that_nobody_waits_for_any_more_is_not_told_of() -> None:
    told: list[object] = []

    async def visit() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, about: told.append(about))
        work = Work()

        def fails() -> None:
            work()
            raise rag.UsageError("too late")

        queue = WorkQueue()
        work.let_go.set()
        with pytest.raises(rag.UsageError, match="too late"):
            await queue.run(fails)
        work.begun.clear()
        work.let_go.clear()
        task = asyncio.create_task(queue.run(fails))
        await begun(work)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        work.let_go.set()
        await a_moment()
        gc.collect()
        await a_moment()

    in_a_loop(visit)
    assert told == []


def test_too_many_waiting_are_told_to_come_back() -> None:
    async def visit() -> None:
        queue = WorkQueue(at_once=1, waiting=1)
        works = [Work(), Work()]
        tasks = [asyncio.create_task(queue.run(work)) for work in works]
        await begun(works[0])
        await a_moment()
        with pytest.raises(rag.UsageError, match="ask again in a moment"):
            await queue.run(Work())
        for work in works:
            work.let_go.set()
        assert await asyncio.gather(*tasks) == ["done", "done"]

    in_a_loop(visit)
