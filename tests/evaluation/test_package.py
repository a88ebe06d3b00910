"""Tests the public names of the package."""

from rag import evaluation


def test_public_names() -> None:
    names = """Checked Comparison Exported Gate Metrics Sweep accept check_dataset compare convert
    draw_risk evaluate export_feedback gate headline make_dataset measure_again read_grid
    rewrite_questions sweep write_template"""
    assert evaluation.__all__ == names.split()
    assert all(hasattr(evaluation, name) for name in evaluation.__all__)
