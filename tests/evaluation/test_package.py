"""What the package offers."""

from rag import evaluation


def test_public_names() -> None:
    assert evaluation.__all__ == ["Metrics", "evaluate", "headline"]
    assert all(hasattr(evaluation, name) for name in evaluation.__all__)
