"""What the words of the report mean: its groups of questions, its terms and its measures."""

from rag.evaluation.measuring.rows import GROUPS, NOT_JUDGED, RIGHT

__all__ = ["GLOSSARY", "MEANINGS", "TERMS"]

MEANINGS = {
    RIGHT: ("Answered with an accepted answer, or rightly left unanswered.", ""),
    GROUPS[0]: (
        "The gold's article was refused when the articles were indexed.",
        "See whether its article was skipped, or was read without this part.",
    ),
    GROUPS[1]: (
        "The gold is not among the passages found.",
        "Compare the words of question and passage; try another model or more candidates.",
    ),
    GROUPS[2]: (
        "The gold was found, but too far down to be read.",
        "See what stands above it; byline sweep tries other dense_weight and reader_weight.",
    ),
    GROUPS[3]: (
        "The gold was among the first, but what was shown is no accepted answer.",
        "Wrong, or in other words? byline sweep … --by answers/contains_shown tries reader_weight.",
    ),
    GROUPS[4]: (
        "The articles do not say, and yet something was shown.",
        "A higher threshold{than} abstains more; the picture of risk shows the price.",
    ),
    GROUPS[5]: (
        "The gold was among the first, and nothing was shown.",
        "A lower threshold{than} answers more; the picture of risk shows the price.",
    ),
    NOT_JUDGED: (
        "Nothing tells whether what was shown is right, or whether the question is answerable.",
        "",
    ),
}
"""What each group says, and what to do next; ``{than}`` is where the threshold is told."""

TERMS = {
    "gold": "the passage or article that is known to answer a question",
    "answerability": "how sure Byline is, from 0 to 1, that the articles answer; below the"
    " threshold it abstains",
    "dense": "found by meaning, through the nearness of vectors",
    "lexical": "found by its words, through BM25",
}
GLOSSARY = {
    "Success@1": "the share of questions whose first passage (or article) holds gold; @5: of whose"
    " first five one does",
    "RR@10": "1 / the rank of the first gold, 0 below rank 10; the mean is MRR@10",
    "nDCG@10": "how near the first ten are to the best order of all; gold counts less further down",
    "R@5": "the share of a question's gold that is among the first five; the same of 10 and 20",
    "EM": "the short answer, or the first sentence whole where there is none, is an accepted"
    " answer, but for case, punctuation and articles",
    "F1": "how many words the short answer, or the first sentence whole where there is none, shares"
    " with the closest accepted answer",
    "contains_first": "an accepted answer stands in the first sentence shown",
    "contains_shown": "an accepted answer stands in what is shown",
    "words_shown": "the length of an answer in words",
    "quotes_exact": "the share of citations that stand in their article letter by letter",
    "span_precision": "the share of citations that touch a gold sentence",
    "span_recall": "the share of gold sentences that a citation touches",
    "unanswerable_abstained": "the share of unanswerable questions that were left unanswered",
    "answerable_lost": "the share of answerable questions that were left unanswered",
    "AUROC": "how often an answerable question gets a higher answerability than an unanswerable"
    " one; 0.5 is chance",
    "AURC": "the share answered wrongly, averaged over all thresholds",
    "coverage_at_5": "the share of questions that can be answered with at most 5% of them wrong",
}
