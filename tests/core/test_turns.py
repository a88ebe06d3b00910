"""Tests that questions take precedence over documents, which do not wait forever."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from rag.embed.turns import Turns


def waiting(
    turn: Callable[[], AbstractContextManager[None]], name: str, order: list[str]
) -> threading.Thread:
    """A thread that takes a turn and records it."""

    def take() -> None:
        with turn():
            order.append(name)

    thread = threading.Thread(target=take)
    thread.start()
    return thread


def all_wait(turns: Turns, number: int) -> None:
    while len(turns._changed._waiters) < number:  # type: ignore[attr-defined]
        time.sleep(0.001)


def test_questions_go_before_documents() -> None:
    turns, order = Turns(patience=60), list[str]()
    with turns.documents():
        threads = [waiting(turns.documents, "document", order)]
        all_wait(turns, 1)
        threads += [waiting(turns.question, "question", order) for _ in range(3)]
        all_wait(turns, 4)
    for thread in threads:
        thread.join()
    assert order == ["question"] * 3 + ["document"]


def test_documents_that_waited_long_no_longer_give_way() -> None:
    now = [0.0]
    turns, order = Turns(patience=1, clock=lambda: now[0]), list[str]()
    with turns.documents():
        thread = waiting(turns.documents, "document", order)
        all_wait(turns, 1)
        now[0] = 2.0
        turns._questions = 1  # one waits forever
    thread.join(10)
    assert order == ["document"]


def test_an_error_frees_the_turn() -> None:
    turns = Turns()
    try:
        with turns.question():
            raise ValueError
    except ValueError:
        pass
    with turns.documents():
        pass
