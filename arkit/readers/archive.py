"""Archives that hold a workbook are measured before they are opened: a small one can unpack to a very large one.

What an archive says about itself is not believed: its parts are unpacked in pieces, counted, and thrown away.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from arkit.messages import Message
from arkit.readers.grid import MAX_CELLS, MAX_COLUMNS, MAX_UNPACKED_BYTES, unpacked_limit
from arkit.readers.refusal import refuse, rule

MAX_PARTS = 10_000
MAX_TEXT_BYTES = 1024**3
"""Text of all cells of a sheet, a text that many cells share counted for each."""
PIECE = 1 << 20
_TAIL = 64
"""Bytes of a piece that are seen again with the next, so that no address is cut in two."""
_DIGITS = 7
"""Of a row number that can lie beyond the limit in a sheet of few columns; shorter ones are not looked for."""

_COLUMN = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{2,})\d")
_BARE = re.compile(rb"[<:]c(?=[\s/>])(?![^>]*\sr\s*=)")
_SHARED = re.compile(rb"\st\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>\s*(\d{1,9})")
_TEXT = re.compile(rb"[<:]si(?=[\s/>])")
_ROW_REPEATED = re.compile(rb"[^>]*?table:number-rows-repeated\s*=\s*[\"'](\d{1,12})[\"']")
_COLUMN_REPEATED = re.compile(rb"table:number-columns-repeated\s*=\s*[\"'](\d{1,12})[\"']")
_OPEN_CELL = re.compile(rb"<table:(?:covered-)?table-cell(?=[\s/>])([^>]*)>")


class _UnsoundError(Exception):
    """An archive at odds with itself."""


@dataclass
class _Reach:
    """How far a sheet goes, and how many of its cells refer to a text that is shared."""

    rows: int = 0
    columns: int = 0
    shared: int = 0


def check(data: bytes, file: str) -> None:
    """Refuse an archive that holds or unpacks to more than a workbook can, or that is at odds with itself.

    Raises
    ------
    LedgerError
        Too many parts, too many bytes, cells too far out, too much text; or no sound archive.
    """
    if (count := data.count(b"PK\x01\x02")) > MAX_PARTS:
        refuse(rule("too_large", file=file, what=Message("{n} parts", n=count), limit=f"{MAX_PARTS:,}"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(data, archive.infolist(), file)
    except _UnsoundError as error:
        refuse(rule("not_a_workbook", file=file, what=error.args[0]))
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, OSError) as error:
        refuse(rule("not_a_workbook", file=file, what=str(error)[:200]))


def _check_parts(data: bytes, parts: list[zipfile.ZipInfo], file: str) -> None:
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED_BYTES:
        refuse(rule("too_large", file=file, what=_size(total), limit=_size(MAX_UNPACKED_BYTES)))
    for part in parts:
        if part.file_size > (limit := unpacked_limit(part.compress_size)):
            what = _size(part.file_size)
            refuse(rule("too_large", file=file, sheet=part.filename, what=what, limit=_size(limit)))
    if len({part.filename.casefold() for part in parts}) < len(parts):
        raise _UnsoundError(Message("two parts have one name"))
    sheets = []
    texts, longest = None, 0
    for part in parts:
        name = part.filename.casefold()
        if name.endswith("sharedstrings.xml"):
            texts, longest = part, _longest(_unpacked(data, part))
        elif name == "content.xml":
            sheets.append((part, _open_reach(_unpacked(data, part))))
        else:  # a sheet can have any name
            sheets.append((part, _reach(data, part)))
    for part, reach in sheets:
        if reach.rows * reach.columns > MAX_CELLS or reach.columns > MAX_COLUMNS:
            what = Message("{rows} rows by {columns} columns", rows=reach.rows, columns=reach.columns)
            refuse(rule("too_large", file=file, sheet=part.filename, what=what, limit=f"{MAX_CELLS:,}"))
        if texts is not None and reach.shared * longest > MAX_TEXT_BYTES:
            text = _shared_text(_unpacked(data, part), _lengths(_unpacked(data, texts)))
            if text > MAX_TEXT_BYTES:
                refuse(rule("too_large", file=file, sheet=part.filename, what=_size(text), limit=_size(MAX_TEXT_BYTES)))


def _size(count: int) -> str:
    return f"{count / 1024**2:,.0f} MiB"


def _unpacked(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part in pieces, and refuse to go on where it is longer than it says."""
    names = struct.unpack_from("<HH", data, part.header_offset + 26)
    start = part.header_offset + 30 + sum(names)
    packed = data[start : start + part.compress_size]
    left = part.file_size
    if part.compress_type == zipfile.ZIP_STORED:
        pieces: Iterator[bytes] = (packed[at : at + PIECE] for at in range(0, len(packed), PIECE))
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        pieces = _inflated(packed)
    else:
        raise _UnsoundError(Message("a part is packed in an unusual way"))
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise _UnsoundError(Message("a part is longer than it says"))
        yield piece


def _inflated(packed: bytes) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed and not unpacker.eof:
        if piece := unpacker.decompress(packed, PIECE):
            yield piece
        packed = unpacker.unconsumed_tail
    if rest := unpacker.flush():
        yield rest


def _blocks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces that overlap a little; what lies in the overlap is seen twice."""
    tail = b""
    for piece in pieces:
        yield tail + piece
        tail = piece[-_TAIL:]
    yield tail + b" " * _TAIL


def _reach(data: bytes, part: zipfile.ZipInfo) -> _Reach:
    """Return how far a sheet of an Excel workbook goes at most, whether or not its cells say where they are."""
    reach = _Reach(columns=26)
    for block in _blocks(_unpacked(data, part)):
        if (usual := _usual(block)) is not None:
            reach = _Reach(reach.rows + usual.rows, max(reach.columns, usual.columns), reach.shared + usual.shared)
            continue
        reach.rows += block.count(b"<row")
        reach.shared += block.count(b'"s"') + block.count(b"'s'")
        for letters in set(_COLUMN.findall(block)):
            reach.columns = max(reach.columns, _column_number(letters.upper()[:8]))
        reach.rows = max(reach.rows + block.count(b":row"), _last_row(block, _DIGITS))
        reach.columns = max(reach.columns, *(len(_BARE.findall(row)) for row in block.split(b"row")))
    digits = len(str(MAX_CELLS // reach.columns))  # of the shortest row number that can lie beyond the limit
    if digits < _DIGITS:
        reach.rows = max(reach.rows, *(_last_row(block, digits) for block in _blocks(_unpacked(data, part))), 0)
    return reach


def _usual(block: bytes) -> _Reach | None:
    """Return the reach of a piece whose cells all say where they are as every program writes it, <c r="AB12" ...>.

    Each of its cells may refer to a shared text. None where one does not say so, or has a longer address: that is XML,
    too, but takes a slower look.
    """
    text = np.frombuffer(block, dtype=np.uint8)
    after = text[1:][text[:-1] == ord(":")]  # <x:row> and <x:c>, but not spans="1:20"
    if b"'" in block or ((after == ord("c")) | (after == ord("r"))).any():
        return None
    tags = np.flatnonzero(text[:-_TAIL] == ord("<")) if len(text) > _TAIL else np.zeros(0, dtype=np.intp)
    name = text[tags + 1]
    cells, rows = tags[name == ord("c")], tags[name == ord("r")]

    def reads(at: npt.NDArray[np.intp], words: bytes) -> bool:
        return all(bool((text[at + i] == char).all()) for i, char in enumerate(words))

    first, second = text[cells + 6], text[cells + 7]
    two = (second >= ord("A")) & (second <= ord("Z"))
    ends = np.logical_or.reduce([text[cells + i] == ord('"') for i in range(8, 14)])
    usual = reads(rows, b'<row r="') and reads(cells, b'<c r="') and bool(ends.all())
    if not usual or not ((first >= ord("A")) & (first <= ord("Z"))).all():
        return None
    numbers = np.where(two, (first - 64).astype(np.int64) * 26 + second - 64, first.astype(np.int64) - 64)
    return _Reach(len(rows), int(numbers.max(initial=0)), len(cells))


def _last_row(block: bytes, digits: int) -> int:
    """Return the largest row number of at least so many digits."""
    found = set(re.findall(rb"\sr\s*=\s*[\"'][A-Za-z]*(\d{%d,})[\"']" % digits, block))
    return max((int(number[:12]) for number in found), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _longest(pieces: Iterator[bytes]) -> int:
    """Return how many bytes the longest of the shared texts has at most."""
    longest, rest = 0, b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"<si")
        longest = max(longest, *map(len, whole), len(rest)) if whole else max(longest, len(rest))
    return longest + len(b"<si")


def _lengths(pieces: Iterator[bytes]) -> npt.NDArray[np.int64]:
    """Return how many bytes each shared text has."""
    starts: set[int] = set()
    end = 0
    for block in _blocks(pieces):
        base = max(end - _TAIL, 0)
        starts.update(base + found.start() for found in _TEXT.finditer(block))
        end = base + len(block)
    bounds = np.array([*sorted(starts), end], dtype=np.int64)
    return bounds[1:] - bounds[:-1]


def _shared_text(pieces: Iterator[bytes], lengths: npt.NDArray[np.int64]) -> int:
    """Return how many bytes of text the cells of a sheet have together that refer to shared texts."""
    text = 0
    for block in _blocks(pieces):
        numbers = np.array(_SHARED.findall(block), dtype=np.int64)
        text += int(lengths[numbers[numbers < len(lengths)]].sum())
    return text


def _open_reach(pieces: Iterator[bytes]) -> _Reach:
    """Return how far the sheets of an open document go at most, where a row or a cell stands for many."""
    reach, rest, rows = _Reach(), b"", 0
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"<table:table-row")
        for row in whole:
            rows += int(found[1]) if (found := _ROW_REPEATED.match(row)) else 1
            if width := _width(row):
                reach.rows, reach.columns = rows, max(reach.columns, width)
    return reach


def _width(row: bytes) -> int:
    """Return how many cells a row has up to its last one with something in it."""
    width = seen = 0
    for attributes in _OPEN_CELL.findall(row):
        seen += int(found[1]) if (found := _COLUMN_REPEATED.search(attributes)) else 1
        if not attributes.endswith(b"/"):
            width = seen
    return width
