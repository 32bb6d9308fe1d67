"""Small files that would become very large ones: each must be refused before it does."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from functools import cache
from random import Random

from mutations import Mutant, mutation
from specimens import Specimen
from spreadsheets import HEAD, MAIN, cell, parts, shared, sheet, sheet_of
from writing import archive, ods_of, text

MEBI = 1024**2


@cache
def _deflated(start: bytes, mebibytes: int, end: bytes) -> tuple[bytes, int, int]:
    """Return start, so many MiB of spaces, and end, deflated; their length, and their checksum."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    spaces = b" " * MEBI
    body = [packer.compress(start), packer.flush(zlib.Z_FULL_FLUSH)]
    one = packer.compress(spaces) + packer.flush(zlib.Z_FULL_FLUSH)
    body += [one] * mebibytes
    body += [packer.compress(end), packer.flush()]
    checksum = zlib.crc32(start)
    for _ in range(mebibytes):
        checksum = zlib.crc32(spaces, checksum)
    return b"".join(body), len(start) + mebibytes * MEBI + len(end), zlib.crc32(end, checksum)


def _inflating(name: str, start: str, mebibytes: int, end: str, told: int | None, content: dict) -> bytes:
    """Return an archive one part of which inflates, and says that it has so many bytes."""
    packed, size, checksum = _deflated(start.encode(), mebibytes, end.encode())
    data = bytearray(archive({part: text for part, text in content.items() if part != name} | {name: "@"}))
    with zipfile.ZipFile(io.BytesIO(data)) as whole:
        info = whole.getinfo(name)
        directory = whole.start_dir
    at, length = info.header_offset, 30 + len(name)
    old = length + info.compress_size
    stated = size if told is None else told
    sizes = struct.pack("<III", checksum, len(packed), stated)
    local = bytearray(data[at : at + length])
    local[8:10], local[14:26] = struct.pack("<H", 8), sizes
    grown = len(local) + len(packed) - old
    entry = data.rindex(b"PK\x01\x02")  # the part is the last one
    data[entry + 10 : entry + 12] = struct.pack("<H", 8)
    data[entry + 16 : entry + 28] = sizes
    end_at = data.rindex(b"PK\x05\x06")
    data[end_at + 16 : end_at + 20] = struct.pack("<I", directory + grown)
    return bytes(data[:at] + local + packed + data[at + old :])


@mutation
def part_that_inflates(random: Random, specimen: Specimen) -> Mutant:
    """A part of many mebibytes of spaces, with its true size, or with a size that it does not have."""
    where = random.choice(["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
    whole = sheet([]) if "sheet1" in where else shared([""])
    start, end = whole[: len(HEAD)], whole[len(HEAD) :]
    told = random.choice([None, 1_000, len(start) + 5])
    data = _inflating(where, start, random.choice([300, 2_100]), end, told, parts(sheet(specimen.rows)))
    return Mutant(data, rows=(), ending=".xlsx")


@mutation
def table_that_inflates(random: Random, specimen: Specimen) -> Mutant:
    """A packed text with 40 MiB of nothing behind it."""
    data = text([*specimen.rows], specimen.form) + _nothing()
    zipped = random.random() < 0.5
    return Mutant(archive({"a.csv": data}) if zipped else gzip.compress(data, 1), rows=(), ending=".csv.gz")


@cache
def _nothing() -> bytes:
    return b"\n" * (40 * MEBI)


@mutation
def text_that_inflates(random: Random, specimen: Specimen) -> Mutant:
    """One shared text of 30 million spaces."""
    start, end = shared(["@"]).split("@")
    data = _inflating("xl/sharedStrings.xml", start, 30, end, None, parts(sheet(specimen.rows)))
    return Mutant(data, rows=specimen.rows, ending=".xlsx")


@cache
def _long_text_shared(length: int, cells: int) -> bytes:
    row = "".join(f'<c r="{column}{{0}}" t="s"><v>0</v></c>' for column in "ABCDEFGHIJ")
    lines = "".join(f'<row r="{i}">{row.format(i)}</row>' for i in range(1, cells // 10))
    return archive(parts(sheet_of(lines)) | {"xl/sharedStrings.xml": shared(["x" * length])})


@mutation
def long_text_shared_by_many_cells(random: Random, specimen: Specimen) -> Mutant:
    """A text of 32,000 characters that 300,000 cells refer to: ten thousand million characters."""
    return Mutant(_long_text_shared(32_000, 300_000), rows=(), ending=".xlsx")


_LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
LAUGHS = f'<!DOCTYPE lolz [<!ENTITY l0 "lol">{_LAUGHS}]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>'


@mutation
def entities_in_shared_texts(random: Random, specimen: Specimen) -> Mutant:
    """Entities of entities, or an entity from a file: none is ever expanded."""
    content = parts(sheet([*specimen.rows, ["@"]], lambda at, text: _shared_cell(at, text)))
    content["xl/sharedStrings.xml"] = shared(["&l9;"], before=random.choice([LAUGHS, OUTSIDE]))
    return Mutant(archive(content), rows=specimen.rows, ending=".xlsx")


def _shared_cell(address: str, text: str) -> str:
    return f'<c r="{address}" t="s"><v>0</v></c>' if text == "@" else cell(address, text)


@mutation
def entities_in_an_open_document(random: Random, specimen: Specimen) -> Mutant:
    words = '<table:table-cell office:value-type="string"><text:p>&l9;</text:p></table:table-cell>'
    table = f'<table:table table:name="a"><table:table-row>{words}</table:table-row></table:table>'
    return Mutant(ods_of(table, before=random.choice([LAUGHS, OUTSIDE])), rows=(), ending=".ods")


@mutation
def cells_repeated_beyond_number(random: Random, specimen: Specimen) -> Mutant:
    """An open document in which one cell stands for thousands of millions."""
    rows, columns = random.choice([(1_048_576, 16_384), (2_000_000_000, 1), (1, 2_000_000_000), (1_048_576, 900)])
    words = (
        f'<table:table-cell table:number-columns-repeated="{columns}" office:value-type="string"><text:p>x</text:p>'
        "</table:table-cell>"
    )
    row = f'<table:table-row table:number-rows-repeated="{rows}">{words}</table:table-row>'
    return Mutant(ods_of(f'<table:table table:name="a">{row}</table:table>'), rows=(), ending=".ods")


@cache
def _many_parts(count: int) -> bytes:
    return archive(parts(sheet([["x"]])) | {f"xl/media/{i}.txt": "x" for i in range(count)})


@mutation
def parts_beyond_number(random: Random, specimen: Specimen) -> Mutant:
    return Mutant(_many_parts(30_000), rows=(), ending=".xlsx")


@mutation
def archive_in_an_archive(random: Random, specimen: Specimen) -> Mutant:
    """What is packed inside is never opened."""
    inner = archive({f"{i}.zip": archive({"a": b"\x00" * MEBI}) for i in range(5)})
    beside = random.choice([parts(sheet(specimen.rows), name=specimen.sheet), {}])
    return Mutant(archive(beside | {"xl/embeddings/a.zip": inner}), rows=specimen.rows, ending=".xlsx")


@mutation
def namespace_of_great_depth(random: Random, specimen: Specimen) -> Mutant:
    deep = f"{HEAD}<worksheet {MAIN}>{'<a>' * 200_000}"
    return Mutant(archive(parts(deep)), rows=(), ending=".xlsx")
