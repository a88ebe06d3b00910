"""Tables in Apache Parquet."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from rag.errors import IngestError
from rag.ingest.readers.base import Limits, Member
from rag.ingest.readers.fields import Rows
from rag.ingest.readers.optional import library
from rag.ingest.readers.streams import rewindable

__all__ = ["ParquetReader"]

_ROWS = 64  # rows in memory at a time
_LARGEST = 1_000_000_000  # maximum unpacked bytes of a row group


class ParquetReader:
    """Reads ``.parquet`` files, https://parquet.apache.org/docs/file-format/."""

    suffixes = (".parquet",)

    def members(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        """One article per row."""
        arrow: Any = library("pyarrow.lib", path)
        try:
            yield from self._rows(path, file, limits)
        except (arrow.ArrowException, UnicodeDecodeError) as error:
            raise IngestError(
                f"{path} is damaged or not a Parquet file ({error}); write it again"
            ) from None

    def _rows(self, path: Path, file: BinaryIO, limits: Limits) -> Iterator[Member]:
        parquet: Any = library("pyarrow.parquet", path)
        rows = Rows(path, limits.fields)
        table = parquet.ParquetFile(rewindable(path, file, limits), memory_map=False)
        for number in range(table.num_row_groups):
            size = table.metadata.row_group(number).total_byte_size
            if not 0 <= size <= _LARGEST:
                raise IngestError(
                    f"{path} has {size / 1e6:,.0f} MB in one group of rows; write it again with"
                    " smaller groups"
                )
        for batch in table.iter_batches(batch_size=_ROWS, use_threads=False):
            for row in batch.to_pylist():
                yield rows.member(row)
        rows.end()
