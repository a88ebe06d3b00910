"""What the package offers."""

from rag import evaluation


def test_public_names() -> None:
    names = ["Checked", "Metrics", "check_dataset", "evaluate", "headline", "measure_again"]
    assert evaluation.__all__ == names
    assert all(hasattr(evaluation, name) for name in evaluation.__all__)
