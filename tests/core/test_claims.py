"""Tests which claims sources support, and which parts of a claim are unsupported."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import rag

SOURCE = (
    "The harbour of Vessby will close for repairs next week. The port authority said that the work"
    " on the northern pier will take eleven weeks and cost $3.5 million. Ferries will sail from"
    " Lunda until 4 July 2024, and 1,200 passengers a day are affected. The mayor, Ada Lind, did"
    " not sign the contract. “We are ready for the summer,” she said. Engineers may raise the crane"
    " on Friday. Denmark beat Norway in the final on Sunday."
)

TRUE = [
    "The harbour of Vessby will close for repairs.",
    "Work on the northern pier will take 11 weeks, the port authority said.",
    "According to the port authority, the work on the northern pier will cost 3,500,000 dollars.",
    "Ferries will sail from Lunda until July 4, 2024.",
    "Ferries will sail from Lunda until 4 July 2024, and 1200 passengers a day are affected.",
    "Ada Lind did not sign the contract.",
    "“We are ready for the summer,” the mayor said.",
    "Engineers may raise the crane on Friday.",
    "Denmark beat Norway in the final.",
]


@pytest.mark.parametrize("claim", TRUE)
def test_what_a_source_says_in_other_words_is_supported(claim: str) -> None:
    found = rag.check_claim(claim, [SOURCE])
    assert found.verdict == "supported", found.reasons
    assert found.supported
    assert found.reasons == ()
    assert found.span is not None
    assert SOURCE[slice(*found.span)].endswith((".", "”", "said."))


FALSE = [
    ("The work on the northern pier will take twelve weeks.", "number", "contradicted"),
    ("The work on the northern pier will cost €3.5 million.", "unit", "contradicted"),
    ("Ferries will sail from Lunda until 14 July 2024.", "date", "contradicted"),
    ("Ferries will sail from Lunda until 4 June 2024.", "date", "contradicted"),
    ("1,300 passengers a day are affected.", "number", "contradicted"),
    ("Ferries will sail from Halden until 4 July 2024.", "name", "partly"),
    ("The mayor, Ada Lind, signed the contract.", "negation", "partly"),
    ("The harbour of Vessby will not close for repairs.", "negation", "partly"),
    ("Engineers raise the crane on Friday.", "hedge", "partly"),
    ("“We are ready for the winter,” the mayor said.", "quotation", "partly"),
    ("Norway beat Denmark in the final on Sunday.", "name", "partly"),
]


@pytest.mark.parametrize(("claim", "kind", "verdict"), FALSE)
def test_a_changed_fact_is_named(claim: str, kind: str, verdict: str) -> None:
    found = rag.check_claim(claim, [SOURCE])
    assert not found.supported
    assert kind in {reason.kind for reason in found.reasons}
    assert found.verdict == verdict


def test_a_claim_of_something_else_is_not_found() -> None:
    found = rag.check_claim("The opera sells its tickets from Tuesday.", [SOURCE])
    assert found.verdict == "not found"
    assert rag.check_claim("The harbour will close.", []).verdict == "not found"


def test_heads_and_ends_of_two_sentences_do_not_make_a_third() -> None:
    fused = "The harbour of Vessby will close until the northern pier will take eleven weeks."
    assert not rag.check_claim(fused, [SOURCE]).supported


def test_a_supported_claim_scores_above_one_with_a_wrong_number() -> None:
    right = rag.check_claim(TRUE[1], [SOURCE])
    wrong = rag.check_claim(TRUE[1].replace("11", "12"), [SOURCE])
    assert 0 <= wrong.score < right.score <= 1


def test_draft_is_checked_sentence_by_sentence(tmp_path: Path) -> None:
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=16)) as news:
        news.add([rag.make_article(id="harbour", title="Harbour", text=SOURCE)])
        draft = f"{TRUE[0]} {FALSE[0][0]} “We are ready for the winter,” the mayor said."
        right, wrong, quoted = news.check(draft)
    assert draft[right.start : right.end] == right.text == TRUE[0]
    assert right.support.supported
    assert right.citation is not None
    assert right.citation.quote == SOURCE[: SOURCE.index(".") + 1]
    assert wrong.support.verdict == "contradicted"
    assert [found.verdict for found in quoted.quotations] == ["altered"]
    assert quoted.verdicts == ("partly", "altered")


SHIP = "The tug Linnea capsized off Halden late on Friday night with 31 sailors aboard in a storm."
PROFILE = "Per Dahl, 47, steered the tug Linnea when it capsized in the storm in May."


@pytest.mark.parametrize(
    ("claim", "source", "verdict"),
    [
        ("The tug Linnea capsized with 31 sailors in the storm.", PROFILE, "partly"),
        ("The tug Linnea capsized with 35 sailors aboard in a storm.", SHIP, "contradicted"),
        ("The tug sank with 9 guests.", "The tug sank with 4 sailors and 9 guests on Friday.", ""),
        ("15 died in the storm at sea.", "At least 14 died in the storm at sea.", "contradicted"),
    ],
)
def test_only_a_figure_of_the_same_things_contradicts(
    claim: str, source: str, verdict: str
) -> None:
    assert rag.check_claim(claim, [source]).verdict == (verdict or "supported")


def checked(claim: str, folder: Path, *texts: str) -> rag.Support:
    """The verdict on a draft of one sentence, with one article for each text."""
    with rag.Byline(folder, embedder=rag.HashEmbedder(dims=16)) as news:
        news.add(
            [rag.make_article(id=f"{n}", title=f"{n}", text=text) for n, text in enumerate(texts)]
        )
        (found,) = news.check(claim)
    return found.support


def test_a_figure_that_an_article_states_is_not_contradicted_by_another(tmp_path: Path) -> None:
    claim = "The tug Linnea capsized with 31 sailors aboard in a storm."
    other = "The tug Linnea capsized with 29 sailors aboard in a storm, police said."
    assert checked(claim, tmp_path / "one", other).verdict == "contradicted"
    assert checked(claim, tmp_path / "two", other, SHIP).verdict != "contradicted"


def test_a_hedge_is_found_behind_another_subject(tmp_path: Path) -> None:
    source = (
        "Dahl Timber denied that it had known about the rot. The company may sue the council over"
        " unpaid invoices, its lawyer said."
    )
    other = "The council paid for the works with the invoices of Dahl Timber."
    claim = "Dahl Timber will sue the council over unpaid invoices."
    found = rag.check_claim(claim, [source])
    assert found.verdict == "partly"
    assert {reason.kind for reason in found.reasons} == {"hedge"}
    assert not checked(claim, tmp_path, source, other).supported
    alone = rag.check_claim(claim, [source.partition(". ")[2]])
    assert not alone.supported
    assert "hedge" in {reason.kind for reason in alone.reasons}


def test_a_month_at_the_start_of_a_word_is_no_date() -> None:
    source = (
        "Mayor Ida Berg left. “The pier is the spine of the town, and today it opens,” she said."
    )
    claim = "“The pier is the heart of the town, and today it opens,” Mayor Ida Berg said."
    found = rag.check_claim(claim, [source], published=[date(2024, 5, 6)])
    assert [reason.kind for reason in found.reasons] == ["quotation"]
    assert found.verdict == "partly"


NOTE = "Correction: An earlier version of this article said 41 pilots went. It was 14."


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("The harbour board dismissed 41 pilots on Monday.", "contradicted"),
        ("The harbour board dismissed 14 pilots on Monday.", "supported"),
    ],
)
def test_a_withdrawn_figure_supports_no_claim(claim: str, verdict: str) -> None:
    old = "The harbour board dismissed 41 pilots on Monday. Ferries sail from Lunda until May."
    new = old.replace("41", "14")
    assert rag.check_claim(claim, [old if "41" in claim else new]).supported
    found = rag.check_claim(claim, [f"{old if '41' in claim else new}\n\n{NOTE}"])
    assert found.verdict == verdict
    if verdict == "contradicted":
        assert found.reasons[0].kind == "correction"
        assert str(found.reasons[0]) == f"withdrawn by the outlet: “{NOTE}”"


@pytest.mark.parametrize("outlet", ["Coast", "Post"])
def test_a_later_note_of_the_same_outlet_withdraws_a_figure(tmp_path: Path, outlet: str) -> None:
    said = "The harbour board dismissed 41 pilots on Monday."
    note = "Correction: We said on Monday that the harbour board dismissed 41 pilots. It was 14."
    old, later = (
        rag.make_article(id=name, title=name, outlet=by, published=date(2024, 5, day), text=text)
        for name, by, day, text in (("old", "Coast", 6, said), ("note", outlet, 8, note))
    )
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=16)) as news:
        news.add([old, later])
        (found,) = news.check(said)
        assert found.citation is not None
        assert found.citation.quote == said
        if outlet == "Post":  # another outlet cannot withdraw it
            assert found.support.supported
            assert found.correction is None
        else:
            assert found.support.verdict == "contradicted"
            assert found.correction is not None
            assert found.correction.quote == note


def test_an_ordinary_word_at_the_start_is_no_name() -> None:
    source = "Vessby Bay was closed after a fire in the mill, the harbour authority said on Monday."
    for claim in (
        "According to the harbour authority, Vessby Bay was closed on Tuesday.",
        "Fire in the mill closed Vessby Bay.",
    ):
        reasons = rag.check_claim(claim, [source]).reasons
        assert "name" not in {reason.kind for reason in reasons}, claim


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("The opera was designed by the Danish architect Eva Holm.", "supported"),
        ("The opera was designed by the Norwegian architect Eva Holm.", "contradicted"),
        ("The Norwegian architect Eva Holm designed the opera.", "contradicted"),
        ("The Norwegian architect Eva Holm designed the dam and the airport.", "partly"),
    ],
)
def test_another_nationality_is_a_different_fact(claim: str, verdict: str) -> None:
    source = "The opera was designed by the Danish architect Eva Holm and opens in May."
    assert rag.check_claim(claim, [source]).verdict == verdict


DAYS = (
    "Three sheds burned down at the brickworks of Orby on Wednesday night, the fire brigade said."
    " The road to Lunda stays closed until Saturday. The owner met the council last week to discuss"
    " the chimney. Yesterday engineers searched the ruins of the kiln."
)


@pytest.mark.parametrize(
    ("claim", "verdict", "undated"),
    [
        ("Three sheds burned down at the brickworks on 12 March.", "supported", "partly"),
        (
            "Three sheds burned down at the brickworks on Wednesday, 12 March.",
            "supported",
            "partly",
        ),
        ("On 12 March 2025 three sheds burned down at the brickworks.", "supported", "partly"),
        ("Three sheds burned down at the brickworks on 13 March.", "contradicted", "partly"),
        (  # a Tuesday
            "Three sheds burned down at the brickworks on 12 March 2024.",
            "contradicted",
            "contradicted",
        ),
        (
            "Three sheds burned down at the brickworks on Thursday.",
            "contradicted",
            "contradicted",
        ),
        ("The road to Lunda stays closed until 15 March.", "supported", "partly"),
        ("The road to Lunda stays closed until 16 March.", "contradicted", "partly"),
        ("The owner met the council on 5 March to discuss the chimney.", "partly", "partly"),
        ("The owner met the council on 20 March to discuss the chimney.", "contradicted", "partly"),
        ("Engineers searched the ruins of the kiln on 12 March.", "supported", "partly"),
        ("Engineers searched the ruins of the kiln on Wednesday.", "supported", "partly"),
        ("Engineers searched the ruins of the kiln on Tuesday.", "contradicted", "partly"),
    ],
)
def test_a_weekday_and_the_date_of_the_article_are_a_day(
    claim: str, verdict: str, undated: str
) -> None:
    known = rag.check_claim(claim, [DAYS], published=[date(2025, 3, 13)])
    assert known.verdict == verdict, known.reasons
    assert rag.check_claim(claim, [DAYS]).verdict == undated


@pytest.mark.parametrize(
    ("day", "verdict"), [("Wednesday", "supported"), ("Friday", "contradicted")]
)
def test_a_claim_may_name_the_weekday_of_a_date(tmp_path: Path, day: str, verdict: str) -> None:
    text = "The crane fell into the dock on 12 March, the port authority said."
    article = rag.make_article(id="crane", title="Crane", text=text, published=date(2025, 3, 20))
    with rag.Byline(tmp_path, embedder=rag.HashEmbedder(dims=16)) as news:
        news.add([article])
        (found,) = news.check(f"The crane fell into the dock on {day}.")
    assert found.support.verdict == verdict


def test_a_claim_that_puts_the_head_of_one_sentence_to_another_scores_lower() -> None:
    right = rag.check_claim("The mayor, Ada Lind, did not sign.", [SOURCE])
    wrong = rag.check_claim("Passengers did not sign the contract on Sunday.", [SOURCE])
    assert wrong.score < right.score


def test_the_report_is_one_page_that_shows_the_draft_with_its_sources(
    run: Callable[..., Any], real_index: Path, tmp_path: Path
) -> None:
    draft, page = tmp_path / "draft.md", tmp_path / "report.html"
    draft.write_text("# Opera\n\nThe opera sells <b>tickets</b> & \\<i>seats from Tuesday.\n")
    made = run("check", draft, "--index", real_index, "--report", page)
    assert made.code == 0, made.err
    html = page.read_text(encoding="utf-8")
    assert "1 sentence: 1 not found." in html
    assert "draft.md" in html
    assert not re.search(r"<script|<link|src=|url\(|<b>tickets|<i>seats", html)
    refused = run("check", draft, "--index", real_index, "--report", tmp_path / "no" / "r.html")
    assert refused.code != 0
    assert "existing folder" in refused.err


def test_a_draft_has_at_most_so_many_sentences(tmp_path: Path) -> None:
    config = rag.Config(max_draft=2)
    with rag.Byline(tmp_path, config=config, embedder=rag.HashEmbedder(dims=16)) as news:
        news.add([rag.make_article(id="harbour", title="Harbour", text=SOURCE)])
        assert len(news.check(f"{TRUE[0]} {TRUE[1]}")) == 2
        with pytest.raises(rag.UsageError, match=r"3 sentences, but the limit is 2; give it in"):
            news.check(f"{TRUE[0]} {TRUE[1]}\n\n{TRUE[5]}")


def test_command_checks_a_draft_and_fails_on_what_it_is_told_to(
    run: Callable[..., Any], real_index: Path, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text("# Opera\n\nThe opera sells its season tickets from Tuesday.\n")
    passed = run("check", draft, "--index", real_index, "--fail-on", "altered,contradicted")
    assert passed.code == 0, passed.err
    failed = run("check", draft, "--json", "--index", real_index, "--fail-on", "not found")
    assert failed.code == 1
    assert json.loads(failed.out)[-1]["verdict"] == "not found"
    unknown = run("check", draft, "--fail-on", "false")
    assert unknown.code == 2


def test_command_checks_claims_without_an_index(run: Callable[..., Any], desk: Path) -> None:
    given, out = desk / "given.jsonl", desk / "out.jsonl"
    rows = [
        {"id": 1, "claim": TRUE[1], "sources": [SOURCE]},
        {"id": 2, "claim": FALSE[0][0], "sources": [SOURCE]},
        {"id": 3, "claim": TRUE[0], "sources": []},
    ]
    given.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    result = run("check", "--jsonl", given, "--out", out)
    assert result.code == 0, result.err
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["supported"]) for row in written] == [
        (1, True),
        (2, False),
        (3, False),
    ]
    assert "eleven weeks" in written[1]["reasons"][0]
    row = {"id": 1, "claim": "The crane fell on 6 May.", "sources": ["The crane fell on Monday."]}
    for day in ("2024-05-06", ["2024-05-07"]):
        given.write_text(json.dumps(row | {"published": day}) + "\n", encoding="utf-8")
        assert run("check", "--jsonl", given, "--out", out).code == 0
        assert json.loads(out.read_text(encoding="utf-8"))["supported"] is True
    given.write_text(json.dumps(row | {"published": "May"}) + "\n", encoding="utf-8")
    assert "published must be a day" in run("check", "--jsonl", given, "--out", out).err
    given.write_text('{"id": 1, "claim": "No sources."}\n', encoding="utf-8")
    refused = run("check", "--jsonl", given, "--out", out)
    assert refused.code == 1
    assert "given.jsonl:1" in refused.err


@pytest.mark.parametrize(
    ("claim", "supported", "strictly"),
    [
        ("The mayor said the repairs had cost nine million crowns.", True, True),
        ("According to the mayor, the repairs had cost nine million crowns.", True, True),
        ("The old bridge reopened on Monday, according to the mayor.", True, True),
        ("The work on the northern pier cost nine million crowns.", True, False),
    ],
)
def test_a_strict_check_wants_the_words_of_the_source(
    *, claim: str, supported: bool, strictly: bool
) -> None:
    source = (
        "The old bridge over the Sund reopened on Monday after two years of work. The mayor said"
        " the repairs had cost nine million crowns."
    )
    assert rag.check_claim(claim, [source]).supported is supported
    strict = rag.check_claim(claim, [source], strict=True)
    assert strict.supported is strictly
    assert strictly or str(strict.reasons[0]) == "words 'northern pier': not in the source"


def test_the_evidence_names_each_sentence_that_adds_to_the_claim() -> None:
    sources = ["The harbour closed on Monday. It rained.", "Ferries sail from Lunda until May."]
    claim = "The harbour closed on Monday; ferries sail from Lunda until May."
    evidence = rag.check_claim(claim, sources).evidence
    assert {sources[n][start:end] for n, start, end in evidence} == {
        "The harbour closed on Monday.",
        "Ferries sail from Lunda until May.",
    }


@pytest.mark.parametrize("claim", ["Rates rose.", "Nobody died.", "Shares fell on Monday."])
def test_a_sentence_that_a_source_prints_is_supported(claim: str) -> None:
    source = f"The bank met on Sunday. {claim} The opera sells tickets."
    assert rag.check_claim(claim, [source]).supported


def test_a_saying_belongs_to_whoever_said_it() -> None:
    source = "The crane fell on Monday. “The dam is safe,” the engineer said. Rain is likely."
    assert rag.check_claim("“The dam is safe,” the engineer said.", [source]).supported
    for other in ("the mayor said", "nobody said", "said the mayor"):
        found = rag.check_claim(f"“The dam is safe,” {other}.", [source])
        assert not found.supported
        assert found.reasons


@pytest.mark.parametrize(
    ("note", "claim", "withdrawn"),
    [
        ("misstated the number of boats as six. It was two.", "Six boats burned.", True),
        (
            "misstated the number of boats as six. It was two.",
            "Six firefighters were hurt when the boats burned.",
            False,
        ),
        ("said the strike cost 200 jobs. It cost 20.", "The strike cost 200 jobs.", True),
        (
            "said the strike cost 200 jobs. It cost 20.",
            "The strike began in March and 200 workers joined.",
            False,
        ),
        (
            "misspelled the name of the mayor as Ola Dahl. It is Ola Dahle.",
            "Ola Dahl leads the council.",
            False,
        ),
        ("named the mayor as Bo Ek. The mayor is Ada Lind.", "The mayor, Bo Ek, left.", True),
        ("named the mayor as Bo Ek. The mayor is Ada Lind.", "Bo Ek lost his bicycle.", False),
    ],
)
def test_a_note_withdraws_only_what_it_is_about(note: str, claim: str, *, withdrawn: bool) -> None:
    source = f"{claim}\n\nCorrection: An earlier version of this article {note}"
    kinds = {reason.kind for reason in rag.check_claim(claim, [source]).reasons}
    assert ("correction" in kinds) is withdrawn


LIBRARY = (
    "The council approved the plans for a new library on Tuesday. The building will stand in the"
    " old harbour and open in 2026. Readers will find 40,000 books there."
)


@pytest.mark.parametrize(
    "claim",
    [
        "The council approved a huge shopping centre.",
        "The council rejected a costly shopping centre near the station.",
        "A shopping centre opened in the old town.",
        "The council approved a huge library.",
    ],
)
def test_a_claim_with_words_of_no_source_is_not_supported(claim: str) -> None:
    assert not rag.check_claim(claim, [LIBRARY]).supported


@pytest.mark.parametrize("claim", TRUE)
def test_a_claim_with_most_words_replaced_is_not_supported(claim: str) -> None:
    others = iter(("zebra", "telescope", "bankruptcy", "violin", "comet", "orchid", "glacier"))
    before = rag.check_claim(claim, [SOURCE]).score
    for word in re.findall(r"\b[a-z]{4,}\b", claim)[:7]:
        claim = claim.replace(word, next(others), 1)
    found = rag.check_claim(claim, [SOURCE])
    assert not found.supported
    assert found.score < before


COURT = (
    "The trial opened on Monday. Anna Berg, a lawyer, sued Carl Holm over the bridge. Ola Dahl was"
    " defeated by Eva Krog in the vote. The Court of Fjell heard them. Vik Steel and Orla Bank pay."
    " Orla Bank’s Vik Steel pays. The lawyer of Holm wrote to Berg. In Fjell, Dahl spoke of peace."
)


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("Anna Berg sued Carl Holm.", True),
        ("Carl Holm was sued by Anna Berg.", True),
        ("Eva Krog defeated Ola Dahl in the vote.", True),
        ("Carl Holm sued Anna Berg.", False),
        ("Anna Berg was sued by Carl Holm over the bridge.", False),
        ("Ola Dahl defeated Eva Krog in the vote.", False),
        ("Anna Krog sued Carl Holm.", False),
        ("Orla Bank and Vik Steel pay.", True),
        ("The court is the Court of Fjell.", True),
        ("The lawyer of Holm wrote to Berg.", True),
        ("The Fjell of Court heard them.", False),
        ("Vik Steel’s Orla Bank pays.", False),
        ("The lawyer of Berg wrote to Holm.", False),
        ("In Dahl, Fjell spoke of peace.", False),
        ("Anna Holm sued over the bridge.", False),
    ],
)
def test_who_did_what_to_whom_counts(claim: str, *, supported: bool) -> None:
    found = rag.check_claim(claim, [COURT])
    assert found.supported is supported
    assert supported or found.reasons[0].kind == "name"


TRAMS = (
    "The strike ends on Friday, the union said. Ada Lind, the mayor, said that the trams would run"
    " again on Saturday. Ola Dahl, who leads the opposition, called the deal too expensive."
)


@pytest.mark.parametrize(
    ("speaker", "supported"),
    [("Ada Lind", True), ("the mayor", True), ("Ola Dahl", False), ("the union", False)],
)
@pytest.mark.parametrize(
    "form",
    [
        "{} said that the trams would run again on Saturday.",
        "The trams would run again on Saturday, {} said.",
        "According to {}, the trams would run again on Saturday.",
    ],
)
def test_a_statement_belongs_to_its_speaker(form: str, speaker: str, *, supported: bool) -> None:
    claim = form.format(speaker)
    claim = claim[0].upper() + claim[1:]
    assert rag.check_claim(claim, [TRAMS]).supported is supported


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("The lottery paid the couple $53,193,914.", True),
        ("About 1.3 billion people travelled home.", True),
        ("About 1.4 billion people travelled home.", False),
    ],
)
def test_numbers_that_a_tokenizer_split_are_read_whole(claim: str, *, supported: bool) -> None:
    source = "The lottery paid the couple $ 53, 193, 914. About 1. 3 billion people travelled home."
    assert rag.check_claim(claim, [source]).supported is supported


@pytest.mark.parametrize(
    ("claim", "supported"),
    [
        ("The harbour will close for repairs.", True),  # "of Vessby", "next week" left out
        ("The work will take eleven weeks and cost $3.5 million.", True),
        ("The port authority said the work will close for repairs next week.", False),
        ("The harbour of Vessby will cost $3.5 million.", False),
    ],
)
def test_only_whole_clauses_can_be_left_out(claim: str, *, supported: bool) -> None:
    assert rag.check_claim(claim, [SOURCE]).supported is supported


MILL = (
    "The mayor called the mill “safe”. The fire led to a long closure. The council did not say"
    " which rule was broken. Nobody was hurt in the mill. The club rejected an offer from a bank."
    " On 3 May the town chose what not to sell, just as Judge advised."
)


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("The mayor called the mill “safe”.", ""),
        ("The mayor has not called the mill “safe”.", "negation"),
        ("The fire did not lead to a long closure.", "negation"),
        ("The council did say which rule was broken.", "negation"),
        ("No one was hurt in the mill.", ""),
        ("The club accepted an offer from a bank.", "negation"),
        ("On May 3 the town chose what to sell.", "negation"),
        ("On May 3 the town chose what not to sell, just as Babe advised.", "name"),
    ],
)
def test_a_denial_counts_where_it_stands(claim: str, kind: str) -> None:
    found = rag.check_claim(claim, [MILL])
    assert {reason.kind for reason in found.reasons} == ({kind} if kind else set())


PLANT = (
    "The plant, a mill in Fjell, may close in May. Ada Lind said it would reopen in June. The owner"
    " is expected to sell the mill. The council paid for the road. The guard reportedly slept."
    " Police suspect that the thief had a key. Prosecutors allege that Ola Dahl hid the books. The"
    " bank plans to lend the money. Eva Krog, who runs the shop, is accused of selling the boat."
    " The proposed law bans boats. The tower will be painted."
)


@pytest.mark.parametrize(
    ("claim", "is_hedge"),
    [
        ("The plant may close in May.", False),
        ("Ada Lind said it will reopen in June.", False),
        ("It would reopen in June.", False),
        ("The guard reportedly slept.", False),
        ("Prosecutors allege that Ola Dahl hid the books.", False),
        ("The bank plans to lend the money.", False),
        ("The council paid for the road.", False),
        ("The plant will close in May.", True),
        ("The plant closes in May.", True),
        ("Ada Lind said it reopened in June.", True),
        ("The owner will sell the mill.", True),
        ("The guard slept.", True),
        ("The thief had a key.", True),
        ("Ola Dahl hid the books.", True),
        ("The bank will lend the money.", True),
        ("Eva Krog sells the boat.", True),
        ("The law bans boats.", True),
        ("The tower was painted.", True),
        ("The council may have paid for the road.", True),
        ("The council reportedly paid for the road.", True),
        ("It is possible, perhaps likely, that the council paid for the road.", True),
        ("The tower might be painted.", True),
    ],
)
def test_a_possibility_is_no_fact(claim: str, *, is_hedge: bool) -> None:
    found = rag.check_claim(claim, [PLANT])
    assert found.supported is not is_hedge
    assert {reason.kind for reason in found.reasons} == ({"hedge"} if is_hedge else set())


def test_a_reason_says_once_what_the_source_has() -> None:
    (reason,) = rag.check_claim("1,300 passengers a day are affected.", [SOURCE]).reasons
    assert str(reason) == "number '1,300': the source has '1,200'"


def test_known_words_that_no_sentence_joins_are_not_called_missing() -> None:
    claim = "The port authority said the work will close for repairs next week."
    (reason,) = rag.check_claim(claim, [SOURCE]).reasons
    assert reason.kind == "wording"
    assert str(reason).startswith("wording: the source has these words")
