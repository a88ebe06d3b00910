"""Tests the precedence of settings (flag, environment, byline.toml, default) and their sources."""

import re
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

import rag
from rag.config import NO_SETTINGS
from rag.errors import ConfigError


def load(
    tmp_path: Path, *, flag: object = None, environ: str | None = None, toml: str | None = None
) -> tuple[rag.Config, dict[str, str]]:
    """The settings, with ``port`` set at the given levels."""
    path = tmp_path / "byline.toml"
    if toml is not None:
        path.write_text(f"port = {toml}\n", encoding="utf-8")
    variables = {} if environ is None else {"BYLINE_PORT": environ}
    return rag.load_config(flags={"port": flag}, environ=variables, toml=path)


def test_nearest_source_wins(tmp_path: Path) -> None:
    file = str(tmp_path / "byline.toml")
    config, sources = load(tmp_path)
    assert (config, sources) == (rag.Config(), {})
    config, sources = load(tmp_path, toml="1001")
    assert (config.port, sources) == (1001, {"port": file})
    config, sources = load(tmp_path, toml="1001", environ="1002")
    assert (config.port, sources) == (1002, {"port": "environment"})
    config, sources = load(tmp_path, toml="1001", environ="1002", flag=1003)
    assert (config.port, sources) == (1003, {"port": "flag"})


def test_each_setting_takes_its_own_nearest_source(tmp_path: Path) -> None:
    path = tmp_path / "byline.toml"
    path.write_text('model = "m"\ncandidates = 7\nmax_file_mb = 3\n', encoding="utf-8")
    config, sources = rag.load_config(
        flags={"model": None, "index": "i"}, environ={"BYLINE_CANDIDATES": "8"}, toml=path
    )
    assert (config.model, config.candidates, config.index) == ("m", 8, "i")
    assert config.max_file_mb == 3.0
    assert set(sources) == {"model", "candidates", "index", "max_file_mb"}
    assert sources["candidates"] == "environment"


@pytest.mark.parametrize("name", [field.name for field in fields(rag.Config)])
def test_every_setting_has_its_variable(name: str) -> None:
    value = getattr(rag.Config(), name)
    text = {"index": "i", "threshold": "0.5"}.get(name, str(value))
    config, sources = rag.load_config(
        flags={}, environ={f"BYLINE_{name.upper()}": text}, toml=Path("none")
    )
    assert sources == {name: "environment"}
    assert str(getattr(config, name)) == text


@pytest.mark.parametrize(
    ("text", "expected"), [("off", False), ("no", False), ("False", False), ("1", True)]
)
def test_switches_are_on_or_off(text: str, *, expected: bool) -> None:
    config, _ = rag.load_config(flags={}, environ={"BYLINE_FOLLOWUPS": text}, toml=Path("none"))
    assert config.followups is expected


def test_a_switch_of_another_value_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"followups from environment is 'maybe'.*on or off"):
        rag.load_config(flags={}, environ={"BYLINE_FOLLOWUPS": "maybe"}, toml=Path("none"))


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"BYLINE_PORT": "http"}, ["port", "environment", "'http'", "whole number"]),
        ({"BYLINE_PORT": "70000"}, ["port", "70000", "65535"]),
        ({"BYLINE_PORT": "1.5"}, ["port", "'1.5'"]),
        ({"BYLINE_DENSE_WEIGHT": "much"}, ["dense_weight", "'much'", "a number"]),
        ({"BYLINE_DENSE_WEIGHT": "1.5"}, ["dense_weight", "1.5", "0.0", "1.0"]),
        ({"BYLINE_DENSE_WEIGHT": "nan"}, ["dense_weight", "nan"]),
        ({"BYLINE_MAX_STATEMENTS": "0"}, ["max_statements", "0"]),
        ({"BYLINE_THRESHOLD": "-2"}, ["threshold", "-2", "between 0.0 and 1.0"]),
        ({"BYLINE_THRESHOLD": "-0.5"}, ["threshold", "-0.5", "between 0.0 and 1.0"]),
        ({"BYLINE_MAX_ERROR": "1.5"}, ["max_error", "1.5", "between 0.0 and 1.0"]),
    ],
)
def test_bad_variable_is_refused_with_name_value_and_range(
    environ: dict[str, str], named: list[str]
) -> None:
    with pytest.raises(ConfigError) as refusal:
        rag.load_config(flags={}, environ=environ, toml=Path("none"))
    for part in named:
        assert part in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"port = ", "TOML"),
        (b"\xff\xfe", "TOML"),
        (b'port = "7860"x', "TOML"),
        (b"prot = 7860", "'prot'"),
        (b"port = true", "port"),
        (b"port = 7860.5", "port"),
        (b"model = 5", "model"),
        (b"[port]\nvalue = 1", "port"),
    ],
)
def test_bad_file_is_refused_with_its_name(tmp_path: Path, content: bytes, named: str) -> None:
    path = tmp_path / "byline.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as refusal:
        rag.load_config(flags={}, environ={}, toml=path)
    assert str(path) in str(refusal.value)
    assert named in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_other_variables_are_someone_elses() -> None:
    others = dict.fromkeys(sorted(NO_SETTINGS), "x")
    config, sources = rag.load_config(
        flags={}, environ={**others, "PATH": "y", "MY_BYLINE_PORT": "z"}, toml=Path("none")
    )
    assert (config, sources) == (rag.Config(), {})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("BYLINE_TRESHOLD", "BYLINE_TRESHOLD is not a setting; did you mean BYLINE_THRESHOLD?"),
        ("BYLINE_threshold", "BYLINE_threshold is not a setting; did you mean BYLINE_THRESHOLD?"),
        ("BYLINE_XYZZY", "BYLINE_XYZZY is not a setting; unset it; known: ['BYLINE_AUTH',"),
    ],
)
def test_unknown_variable_of_ours_is_refused_with_the_nearest(name: str, said: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        rag.load_config(flags={}, environ={name: "0"}, toml=Path("none"))
    assert str(refusal.value).startswith(said)


def test_every_variable_that_is_read_elsewhere_is_known() -> None:
    root = Path(__file__).parents[2]
    read = re.compile(r"""environ(?:\.get\(|\[)["'](BYLINE_[A-Z_]+)""")
    names = ("src", "scripts", "benchmarks", "tests", "eval", "training")
    folders = (root / name for name in names)
    files = (file for folder in folders for file in folder.rglob("*.py"))
    found = {name for file in files for name in read.findall(file.read_text(encoding="utf-8"))}
    assert found == NO_SETTINGS


def test_index_lives_beside_the_corpus_unless_named(tmp_path: Path) -> None:
    corpus = tmp_path / "news" / "articles"
    assert rag.Config(corpus=str(corpus)).index_folder == (
        tmp_path / "news" / ".byline" / "articles"
    )
    assert rag.Config(corpus=str(corpus), index="other").index_folder == Path("other")


def test_corpus_given_nearer_leaves_a_farther_index_aside(tmp_path: Path) -> None:
    path = tmp_path / "byline.toml"
    path.write_text('corpus = "far"\nindex = "far-index"\n', encoding="utf-8")
    config, sources = rag.load_config(flags={"corpus": "near"}, environ={}, toml=path)
    assert (config.corpus, config.index) == ("near", "")
    assert "index" not in sources
    both, _ = rag.load_config(flags={"corpus": "near", "index": "mine"}, environ={}, toml=path)
    assert both.index == "mine"
    kept, _ = rag.load_config(flags={"index": "mine"}, environ={}, toml=path)
    assert (kept.corpus, kept.index) == ("far", "mine")


def test_settings_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        rag.Config().port = 1  # type: ignore[misc]


@pytest.mark.parametrize("setting", [{"port": -1}, {"candidates": 0}, {"max_question": 0}])
def test_values_out_of_range_are_refused_in_python_too(setting: dict[str, int]) -> None:
    (name,) = setting
    with pytest.raises(ConfigError, match=name):
        rag.Config(**setting)  # type: ignore[arg-type]


def test_threshold_and_max_error_are_not_both_given() -> None:
    with pytest.raises(ConfigError, match=r"threshold is 0\.5 and max_error is 0\.2; give one"):
        rag.Config(threshold=0.5, max_error=0.2)


def test_of_threshold_and_max_error_the_nearer_counts(tmp_path: Path) -> None:
    path = tmp_path / "byline.toml"
    path.write_text("threshold = 0.5\n", encoding="utf-8")
    config, sources = rag.load_config(flags={"max_error": 0.4}, environ={}, toml=path)
    assert (config.threshold, config.max_error) == (-1.0, 0.4)
    assert sources == {"max_error": "flag"}
    config, _ = rag.load_config(flags={}, environ={"BYLINE_MAX_ERROR": "0.4"}, toml=path)
    assert config.threshold == -1.0
