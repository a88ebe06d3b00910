"""Tests that small talk gets a short reply, and that the next follow-up ignores it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.language.english import ENGLISH
from rag.language.invented import INVENTED
from rag.language.small_talk import question_in, small_talk_reply
from rag.retrieve import standalone

TALK = """
Thanks!|Thank you very much|thanks a lot|Thx|ty|Many thanks|Much appreciated|Thanks for your help!
thank u|Thank you so much for the quick answer|Great, thanks.|Thanks, that helps|No, thank you.
no thanks|cheers mate|thaaanks|Thanks again|Thank you, Byline!|That was very helpful, thank you
Thanks :)|Yes please|ok great|OK|okay then|k|ok, got it|Oh ok|I see.|Ah, I see, thanks!|Alright|Sure
Right.|Understood|Makes sense|cool|ok cool|Perfect!|Wow!|Interesting.|That’s interesting
That's great news!|nice one|Well done!|good job|You're great|lol|haha|hmm|oops|really?|yes|No.
Never mind|I’m sorry|no problem|please|Good to know|hello|Hello!!|hi there|hiii|Hey Byline|Hi all
good morning|Good evening everyone|Morning!|hello hello|Good day|How are you?
hi, how are you doing today?|What's up?|Nice to meet you|I have a question|Can I ask you something?
bye|Goodbye|bye bye|See you later!|Have a nice day!|That's all for now|OK thanks bye|Thanks — bye!
take care|who are you?|Hello. Who are you?|What is your name?|what can you do?|What else can you do?
Are you a bot?|Are you human?|are you there?|Who made you?|How do you work?|Tell me about yourself
What can I ask you?|help|Help!|help me|Can you help me?|I need help
What kind of questions can I ask?|/help|Is anyone there?|test|testing|test test|test 1 2 3
this is a test|Merci !|Merci beaucoup|Vielen Dank!|Not what I meant.|That's not right
That was quick!|I didn't know that.|Danke|?|?!|…|👍|🙂🙂
"""
AROUND = {
    "Thanks, and when was it?": "And when was it?",
    "OK. How many were hurt?": "How many were hurt?",
    "Hello, who leads the bank?": "Who leads the bank?",
    "Hi there! When did the pier open?": "When did the pier open?",
    "ok and when?": "And when?",
    "ok so who was the captain?": "So who was the captain?",
    "Thank you how many were there?": "How many were there?",
    "ok is the bridge open": "Is the bridge open",
    "Great, thanks. What about Norway?": "What about Norway?",
    "Cool. Tehran?": "Tehran?",
    "I see. And the mayor?": "And the mayor?",
    "hey, tell me about the ferry": "Tell me about the ferry",
    "Thanks - where is it?": "Where is it?",
    "Yes, but who paid?": "But who paid?",
    "Hmm, why?": "Why?",
    "Hi! I have a question. When was the road closed?": "When was the road closed?",
    "Thank you. One more question: who won?": "Who won?",
    "And when? Thanks": "And when?",
    "When was it closed? Thank you!": "When was it closed?",
    "Tell me about the ferry. Thanks": "Tell me about the ferry.",
}
QUESTIONS = """
Who is Hi Fi?|Hi Fi|Hi-Fi sales|What is Thanksgiving?|Thanksgiving|The Hello Bank|Hello Bank?
Bye-laws|Who owns Hello! magazine?|Good Morning Britain|Good Morning, Vietnam|Hello, Dolly!
Goodbye Lenin|Hey Jude|Thanks to whom was the bridge built?|Thank-you note|Help for farmers
What help did farmers get?|Test results|Who tested positive?|Cool Britannia|Great Britain
No one was hurt?|No 10 Downing Street|Fine of 2 million|How good is the ferry?
How sad was the mayor?|And Nice?|What about Nice?|Well water|Welcome to Vessby|Who said "Thank you"?
Who wrote "Hello. Goodbye"?|Who played Dr. No?|Why?|And why?|And?|Tell me more|More
What can you tell me about the ferry?|Are you sure the ferry was cancelled?|How is life in Vessby?
What can they do?|Who are they?|How old is she?|Is that true?|Any others?|Sorry state of the roads
"""
WHY = "Why was the ferry to Lunda cancelled?"


def listed(forms: str) -> list[str]:
    return [form for line in forms.strip().splitlines() for form in line.split("|")]


@pytest.mark.parametrize("text", listed(TALK))
def test_small_talk_gets_a_friendly_line(text: str) -> None:
    reply = small_talk_reply(text, ENGLISH)
    assert reply
    assert len(reply) < 120
    assert question_in(text, ENGLISH) == ""


@pytest.mark.parametrize(("text", "question"), AROUND.items())
def test_a_question_with_small_talk_around_it_is_a_question(text: str, question: str) -> None:
    assert question_in(text, ENGLISH) == question
    assert small_talk_reply(text, ENGLISH) is None
    assert standalone(text, []) == question


@pytest.mark.parametrize("text", listed(QUESTIONS))
def test_a_question_that_looks_like_small_talk_stays(text: str) -> None:
    assert question_in(text, ENGLISH) == text
    assert small_talk_reply(text, ENGLISH) is None


def test_the_reply_fits_what_was_said() -> None:
    fits = {
        "Hi, thanks": "welcome",
        "Ok bye": "Goodbye",
        "Hi!": "Hello",
        "Hi, who are you?": "Byline",
    }
    for text, words in fits.items():
        assert words in str(small_talk_reply(text, ENGLISH))


def test_a_language_without_small_talk_knows_none() -> None:
    assert small_talk_reply("Thanks!", INVENTED) is None
    assert question_in("Thanks, and when?", INVENTED) == "Thanks, and when?"


@pytest.mark.parametrize("text", ["thanks " * 5000, "ok, " * 5000, "?! " * 5000, "? " * 9000 + "x"])
def test_a_long_turn_takes_no_time(text: str) -> None:
    assert small_talk_reply(text, ENGLISH) is None


@pytest.mark.parametrize("text", listed(TALK))
def test_a_follow_up_leans_on_the_last_question(text: str) -> None:
    said = [
        WHY,
        "The ferry to Lunda was cancelled because of fog.",
        text,
        "You are welcome, Ann Lee.",
    ]
    turns = [
        rag.Turn(role="agent" if place % 2 else "user", text=each)
        for place, each in enumerate(said)
    ]
    understood = "Why was the ferry to Lunda cancelled, and when?"
    assert standalone("And when?", turns) == understood
    assert standalone("Thanks, and when?", turns) == understood
    assert "Ann Lee" not in standalone("What did she say?", turns)
    assert standalone("And when?", turns[2:]) == "And when?"


def test_small_talk_is_answered_without_a_search(tmp_path: Path) -> None:
    with rag.Byline(tmp_path / "empty", embedder=rag.HashEmbedder(dims=64)) as news:
        answer = news.ask("  Thank   you! ")
        assert news.ask("?").notice
        with pytest.raises(rag.NotIndexedError):
            news.ask("Thanks. Who won?")
        with pytest.raises(rag.UsageError, match="contains no words"):
            news.search("?")
    assert answer == rag.Answer(
        question="Thank you!", standalone_question="Thank you!", notice=answer.notice
    )
    assert answer.abstained
    assert answer.text == ""


def test_an_answer_keeps_the_question_as_asked(hashed: rag.Byline) -> None:
    asked, plain = "Thanks. How many diplomats were expelled?", "How many diplomats were expelled?"
    answer, expected = hashed.ask(asked), hashed.ask(plain)
    assert answer.question == asked
    assert answer.standalone_question == plain
    assert (answer.statements, answer.hits) == (expected.statements, expected.hits)
    assert hashed.search(asked) == hashed.search(plain)


def test_the_command_line_replies_in_one_line(run: Callable[..., Any], real_index: Path) -> None:
    told = run("ask", "Thanks!", "--index", real_index)
    assert (told.code, told.out, told.err) == (
        0,
        "You're welcome! Ask again whenever you like.\n",
        "",
    )
    whole = json.loads(run("ask", "Thanks!", "--index", real_index, "--json").out)
    assert whole["notice"] == told.out.strip()
    assert whole["abstained"]
    assert (whole["statements"], whole["hits"], whole["sources"]) == ([], [], {})
