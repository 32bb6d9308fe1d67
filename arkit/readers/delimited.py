"""Text files: the encoding and the delimiter are decided from the content or refused, never guessed."""

from __future__ import annotations

import codecs
import csv
import io
from itertools import islice
from typing import Any

import numpy as np

from arkit.intake import Problem
from arkit.messages import Message
from arkit.readers.grid import HEAD, MAX_CELL, MAX_COLUMNS, Grid, RawTable, without_blank_rows
from arkit.readers.refusal import refuse, rule

DELIMITERS = (",", ";", "\t", "|")
_RULE = " \t|-+=_"
"""What a printed list draws its lines with: a row of nothing else is no row."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def open_text(data: bytes, file: str) -> Grid:
    """Open the bytes of a delimited text file.

    Raises
    ------
    LedgerError
        The encoding can not be told, or the file is no table.
    """
    encoding, utf8 = decode(data, file)
    text = utf8[: HEAD * MAX_CELL].decode("utf-8", errors="ignore")
    if not text or text.isspace():
        refuse(rule("empty_file", file=file))
    delimiter = _delimiter(text)
    head, ends = _head(text, delimiter)

    def body(header: int) -> RawTable:
        start = len(text[: ends[header]].encode())
        return _body(utf8, start, delimiter, head, header, file)

    return Grid(file, None, head, body, encoding, delimiter)


def decode(data: bytes, file: str) -> tuple[str, bytes]:
    """Return the encoding and the text in UTF-8; what is so already is not copied.

    UTF-8 is certain when it decodes at all. GB18030 decodes almost anything, so its result must also look Chinese:
    most of its characters must be ones of GB 2312. What charset-normalizer thinks is only a hint in the refusal.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return encoding, data.decode(encoding).encode()
            except UnicodeDecodeError:
                refuse(rule("unknown_encoding", file=file, hint=f" ({encoding})"))
    if _is_utf8(data):
        return "utf-8", data
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        refuse(rule("unknown_encoding", file=file, hint=_hint(data)))
    if not _looks_chinese(text):
        refuse(rule("unknown_encoding", file=file, hint=_hint(data)))
    return "gb18030", text.encode()


def _is_utf8(data: bytes) -> bool:
    import pyarrow as pa

    ends = np.array([0, len(data)], dtype=np.int64)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(data)]
    try:
        pa.Array.from_buffers(pa.large_string(), 1, buffers).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _looks_chinese(text: str) -> bool:
    special = "".join(char for char in text[:1_000_000] if ord(char) > 127)
    common = special.encode("gb2312", errors="ignore").decode("gb2312")
    isolated = sum(
        1 for before, char, after in zip(" " + text[:100_000], text[:100_000], text[1:100_001] + " ", strict=False)
        if ord(char) > 0x2E7F and before.isascii() and before.isalpha() and after.isascii() and after.isalpha()
    )  # fmt: skip
    return len(common) >= 0.8 * len(special) and isolated * 4 <= len(special)


def _hint(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    return "" if best is None else f" ({best.encoding}?)"


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the most rows into the same, largest number of cells."""

    def agreement(delimiter: str) -> int:
        widths = [len(row) for row in _head(text, delimiter)[0] if row]
        return max((widths.count(width) * (width - 1) for width in set(widths)), default=0)

    return max(DELIMITERS, key=agreement)


def _head(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Return the first records, and where each ends in the text."""
    taken = 0

    def lines() -> Any:  # noqa: ANN401 (a generator)
        nonlocal taken
        for line in io.StringIO(text, newline=""):
            taken += len(line)
            yield line

    head: list[list[str]] = []
    ends: list[int] = []
    try:
        for record in islice(csv.reader(lines(), delimiter=delimiter), HEAD):
            head.append(record)
            ends.append(taken)
    except csv.Error:  # a cell beyond csv's own limit: what was read so far is enough to say what the file is
        pass
    return head, ends


def _body(data: bytes, start: int, delimiter: str, head: list[list[str]], header: int, file: str) -> RawTable:
    words = list(head[header])
    widths = [len(row) for row in head[header + 1 :] if row]
    width = len(words)
    if widths and min(widths) == max(widths) == width + 1 and not any(row[-1] for row in head[header + 1 :] if row):
        width += 1  # every row ends with a delimiter that the header does not have
    if width > MAX_COLUMNS:
        refuse(rule("too_large", file=file, what=Message("{n} columns", n=width), limit=f"{MAX_COLUMNS:,}"))
    words += [""] * (width - len(words))
    return _parse(memoryview(data)[start:], delimiter, words, header + 1, file, quoted=b'"' in data)


def _parse(rest: memoryview, delimiter: str, words: list[str], before: int, file: str, *, quoted: bool) -> RawTable:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [str(i) for i in range(len(words))]
    ragged: list[tuple[int, str]] = []
    ruled: list[int] = []

    def keep(row: Any) -> str:  # noqa: ANN401 (pyarrow ships no types)
        if row.text.strip(_RULE):
            ragged.append((before + row.number, row.text))
        else:
            ruled.append(before + row.number)
        return "skip"

    if not len(rest):
        empty = pa.array([], type=pa.string())
        return RawTable(tuple(words), (empty,) * len(words), (None,) * len(words), np.array([], dtype=np.int64))

    def parsed(**how: Any) -> Any:  # noqa: ANN401
        """Parse with threads, which know no row numbers, or without."""
        return arrow_csv.read_csv(
            pa.BufferReader(rest),
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=not how, block_size=1 << 24),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=quoted, ignore_empty_lines=False, **how
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )

    try:
        try:
            table = parsed()
        except pa.ArrowInvalid:
            table = parsed(invalid_row_handler=keep)
    except pa.ArrowInvalid as error:
        refuse(rule("not_a_table", file=file, what=str(error)[:200]))
    bad = np.array([*(row for row, _ in ragged), *ruled], dtype=np.int64)
    rows = np.setdiff1d(np.arange(before + 1, before + table.num_rows + len(bad) + 1), bad, assume_unique=True)
    columns = table.columns
    del table  # or its chunks would stay beside what is made of them
    columns = [columns.pop(0).combine_chunks() for _ in words]
    if quoted:  # without a quotation mark no cell can hold a line break
        _closed_quotes(columns, delimiter, len(words), rows, words, file)
    found = RawTable(tuple(words), tuple(columns), (None,) * len(words), rows, tuple(ragged))
    return without_blank_rows(found, _RULE)


def _closed_quotes(columns: list[Any], delimiter: str, width: int, rows: Any, words: list[str], file: str) -> None:  # noqa: ANN401
    """Refuse a table in which a quotation mark that was never closed has swallowed rows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    problems: list[Problem] = []
    for word, column in zip(words, columns, strict=True):
        long = pc.greater(pc.utf8_length(column), MAX_CELL)
        broken = pc.or_(pc.match_substring(column, "\n"), pc.match_substring(column, "\r"))
        suspect = pc.or_(long, broken).to_numpy(zero_copy_only=False)
        if not suspect.any():
            continue
        for position, value in zip(np.flatnonzero(suspect), column.filter(pa.array(suspect)).to_pylist(), strict=True):
            lines = value.splitlines()
            if len(value) > MAX_CELL or any(line.count(delimiter) >= width - 1 > 0 for line in lines[1:]):
                problems.append(
                    rule("open_quote", file=file, row=int(rows[position]), column=word, value=value[:80])
                )  # fmt: skip
    if problems:
        refuse(*problems)
