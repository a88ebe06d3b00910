"""``byline dataset``: convert and check question sets, and create them for your own articles."""

from pathlib import Path

import click

import rag
from rag.cli.shared import listing_faults, load_settings, output, progress, say

FORMATS = click.Choice(["byline", "beir", "squad", "trec"])
BY = click.Choice(["article", "passage"])
FILE = click.Path(path_type=Path)
YAML = {".yaml", ".yml"}

CONVERT = """Convert a data set or a run from one format to another.

\b
byline  a folder with corpus.jsonl and questions.jsonl, or a result folder
beir    a folder with corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv
squad   a JSON file of SQuAD 1.1 or 2.0, optionally gzipped
trec    a run (6 columns) or judgements (4 columns) for --dataset

Nothing is lost between byline and beir. What squad cannot represent is reported. To trec, a result
folder gives run.trec and qrels.trec, a data set gives qrels.trec. From trec, a run gives a result
folder for byline compare, with the first 20 hits of each question and no answers; judgements give
the data set with the judgements as gold. Ids in trec files are percent-encoded if they contain
white space or %.
"""
CONVERT_EXAMPLES = """\b
Example: byline dataset convert scifact --from beir --to byline --out sets/scifact
         byline dataset convert dev-v2.0.json --from squad --to byline --out sets/squad
         byline dataset convert results/mine --from byline --to trec --out mine-trec
         byline dataset convert bm25.run --from trec --dataset sets/mine --to byline --out bm25
         byline dataset convert new.qrels --from trec --dataset sets/mine --to beir --out judged
"""
NEW_EXAMPLES = """\b
Example: byline dataset new articles/ --out questions.yaml -n 50
         byline dataset new questions.yaml --out sets/mine
         byline eval sets/mine --out results/mine
"""


@click.group(epilog="Example: byline dataset check eval/articles")
def dataset() -> None:
    """Convert, check and create question sets."""


@dataset.command(help=CONVERT, epilog=CONVERT_EXAMPLES)
@click.argument("source", type=FILE)
@click.option("--from", "source_format", type=FORMATS, required=True, help="The format of SOURCE.")
@click.option("--to", "target_format", type=FORMATS, required=True, help="The format to write.")
@click.option("--out", type=FILE, required=True, help="A new folder.")
@click.option("--dataset", "over", type=FILE, help="The data set of a trec SOURCE.")
@click.option("--questions", type=FILE, help="Use another questions file of the data set.")
@click.option("--split", default="test", show_default=True, help="The split of a beir folder.")
@click.option("--by", type=BY, default="article", show_default=True, help="What trec ids name.")
def convert(
    *,
    source: Path,
    source_format: str,
    target_format: str,
    out: Path,
    over: Path | None,
    questions: Path | None,
    split: str,
    by: str,
) -> None:
    """Convert a data set or a run from one format to another."""
    from rag import evaluation

    with listing_faults():
        made = evaluation.convert(
            source,
            source_format=source_format,
            target_format=target_format,
            out=out,
            dataset=over,
            questions=questions,
            split=split,
            by_passages=by == "passage",
            config=load_settings().config,
        )
    if made.documents is None and target_format == "byline":
        with progress() as watch:
            evaluation.measure_again(out, progress=watch)
    for line in made.notes:
        say(line)
    documents = "" if made.documents is None else f"{_count(made.documents, 'document')} and "
    questions_made = _count(made.questions, "question")
    output().print(f"{documents}{questions_made} written to {out}", markup=False)


@dataset.command(epilog="Example: byline dataset check eval/articles")
@click.argument("folder", metavar="DATASET", type=FILE)
@click.option("--questions", type=FILE, help="Check another questions file.")
def check(folder: Path, questions: Path | None) -> None:
    """List everything wrong with DATASET, by file and line; exit with 1 if there are faults.

    A fault stops a run, a warning does not. Nothing is indexed.
    """
    from rag import evaluation

    found = evaluation.check_dataset(folder, questions=questions, config=load_settings().config)
    refused = found.refused.values()
    for kind, lines in (("fault", found.faults), ("warning", [*refused, *found.warnings])):
        for line in lines:
            output().print(f"{kind}: {line}", markup=False)
    output().print(
        f"{found.name}: {_count(found.documents, 'document')},"
        f" {_count(found.questions, 'question')} without fault:"
        f" {found.answerable:,} answerable, {found.unanswerable:,} not, {found.unjudged:,} not"
        f" judged; {_count(found.followups, 'follow-up')}; {found.with_gold:,} with gold;"
        f" {_count(len(refused) + len(found.warnings), 'warning')}",
        markup=False,
    )
    if found.faults:
        kinds = ", ".join(f"{kind}: {count:,}" for kind, count in found.kinds.items())
        raise rag.DatasetError(
            f"{_count(len(found.faults), 'fault')} ({kinds}): correct them,"
            " or leave them out with byline eval --skip-bad"
        )


@dataset.command(epilog=NEW_EXAMPLES)
@click.argument("source", metavar="ARTICLES | FILE", type=FILE)
@click.option("--out", type=FILE, required=True, help="A new file to fill in, or a new folder.")
@click.option("-n", type=int, default=30, show_default=True, help="Number of passages to draw.")
@click.option("--seed", type=int, default=0, show_default=True, help="Random seed of the draw.")
def new(source: Path, out: Path, n: int, seed: int) -> None:
    """Start a question set on your own articles, then turn it into a data set.

    From a folder of ARTICLES, draws passages across outlets and dates, and writes a YAML file with
    blanks for a question and an answer on each. From the filled-in FILE, makes a data set for
    byline eval; empty blanks are skipped.
    """
    config = load_settings().config
    if source.is_dir():
        _start(source, out, n=n, seed=seed, config=config)
    elif source.suffix in YAML and source.is_file():
        _make(source, out, config=config)
    else:
        raise rag.UsageError(f"{source} is neither a folder of articles nor a filled-in .yaml file")


def _start(articles: Path, out: Path, *, n: int, seed: int, config: rag.Config) -> None:
    from rag import evaluation

    if out.suffix not in YAML:
        raise rag.UsageError(f"{out} is not a .yaml file: name one to fill in")
    drawn = evaluation.write_template(articles, out=out, n=n, seed=seed, config=config)
    for _, reason in drawn.refused:
        say(f"skipped: {reason}")
    output().print(
        f"{_count(drawn.passages, 'passage')} from {_count(drawn.articles, 'article')}"
        f" written to {out}; fill in its blanks",
        markup=False,
    )


def _make(filled: Path, out: Path, *, config: rag.Config) -> None:
    from rag import evaluation

    with listing_faults():
        made = evaluation.make_dataset(filled, out=out, config=config)
    for line in made.warnings:
        say(f"warning: {line}")
    output().print(
        f"{_count(made.questions, 'question')} ({made.answerable:,} answerable,"
        f" {_count(made.followups, 'follow-up')}) written to {out};"
        f" {_count(made.blanks, 'blank')} skipped",
        markup=False,
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
