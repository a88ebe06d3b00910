"""Abstention: whether the system knows when the articles do not say."""

from collections.abc import Sequence

import numpy as np

__all__ = ["auroc"]


def auroc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float | None:
    """The chance that an answerable question scores above an unanswerable one; ties count half.

    The area under the ROC curve, in [0, 1], .5 for guessing; None when a side is empty. Source:
    Hanley and McNeil 1982, https://doi.org/10.1148/radiology.143.1.7063747: the Mann-Whitney
    statistic over the number of pairs.
    """
    if not answerable or not unanswerable:
        return None
    ordered = np.sort(np.asarray(unanswerable, dtype=np.float64))
    below = np.searchsorted(ordered, answerable, side="left")  # (answerable,)
    not_above = np.searchsorted(ordered, answerable, side="right")
    return float((below + not_above).sum() / 2 / len(answerable) / len(unanswerable))
