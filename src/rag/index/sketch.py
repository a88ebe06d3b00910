"""MinHash sketches, whose keys similar texts share. Only this module imports datasketch."""

from functools import lru_cache
from typing import Any

import numpy as np

from rag.language.shingles import Shingles

__all__ = ["band_keys", "sketch_recipe"]

_BANDS = 64
_ROWS = 2  # hashes per band


@lru_cache(maxsize=1)
def _empty() -> Any:
    from datasketch import MinHash

    return MinHash(num_perm=_BANDS * _ROWS, seed=1, hashfunc=int, scheme="affine32")


def band_keys(shingles: Shingles) -> list[int]:
    """The 64 band keys of a text, as signed 64-bit integers.

    Two texts with Jaccard similarity J share 64 · J² keys on average.

    Source: Broder, 1997, for MinHash; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets,
    chapter 3, for the bands.
    """
    sketch = _empty().copy()
    sketch.update_batch(np.unique(shingles).tolist())
    pairs = sketch.hashvalues.astype(np.uint64).reshape(_BANDS, _ROWS)
    salts = np.arange(_BANDS, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)  # per band
    keys: list[int] = (
        (((pairs[:, 0] << np.uint64(32)) | pairs[:, 1]) ^ salts).view(np.int64).tolist()
    )
    return keys


def sketch_recipe() -> str:
    """Identifies how keys are computed; keys of different recipes cannot be compared."""
    probe = band_keys(np.arange(100, dtype=np.uint32))
    return f"shingles:3 bands:{_BANDS}x{_ROWS} probe:{np.bitwise_xor.reduce(probe):x}"
