"""What happens to workbooks: formulas, macros, lies about sizes, and damage; and what is done to them on purpose."""

from __future__ import annotations

import io
import struct
import zipfile
from random import Random
from xml.sax.saxutils import escape

from mutations import WILD, Mutant, below, lists, mutation
from specimens import Cells, Specimen
from spreadsheets import MACRO_BOOK, cell, inline, letters, parts, shared, sheet, workbook
from writing import archive, ods_of, ods_row

_AMOUNT_FORMULA = "SUM(A1:A9)"


def book(specimen: Specimen, content: str, rows: Cells | None = None) -> Mutant:
    """Return a workbook around the XML of one sheet."""
    return Mutant(workbook(content, name=specimen.sheet), rows=rows or specimen.rows, ending=".xlsx")


def repacked(specimen: Specimen, changes: dict[str, str | bytes], rows: Cells | None = None) -> Mutant:
    """Return a workbook with some of its parts exchanged, added, or (empty) taken away."""
    content = parts(sheet(specimen.rows), name=specimen.sheet) | changes
    return Mutant(archive({n: p for n, p in content.items() if p}), rows=rows or specimen.rows, ending=".xlsx")


# what is in the cells


@mutation
def as_a_workbook(random: Random, specimen: Specimen) -> Mutant:
    return book(specimen, sheet(specimen.rows, random.choice([cell, inline])))


@mutation
def wild_cells_of_a_workbook(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    for _ in range(random.choice([1, 3])):
        row = rows[random.choice([specimen.header, below(random, specimen)])]
        wild = random.choice([word for word in WILD if word.isprintable()])
        row[random.randrange(len(row))] = wild
    return book(specimen, sheet(rows, random.choice([cell, inline])), tuple(map(tuple, rows)))


@mutation
def amounts_by_formula_with_their_values(random: Random, specimen: Specimen) -> Mutant:
    def write(address: str, text: str) -> str:
        whole = cell(address, text)
        return whole.replace("<v>", f"<f>{_AMOUNT_FORMULA}</f><v>")

    return book(specimen, sheet(specimen.rows, write))


@mutation
def amount_by_formula_without_a_value(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    row = rows[random.choice(_full_rows(specimen))]
    row[specimen.amount] = f"={_AMOUNT_FORMULA}"

    def write(address: str, text: str) -> str:
        return f'<c r="{address}"><f>{_AMOUNT_FORMULA}</f></c>' if text.startswith("=SUM") else cell(address, text)

    return book(specimen, sheet(rows, write), tuple(map(tuple, rows)))


@mutation
def amount_that_is_an_error_or_a_truth(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    row = rows[random.choice(_full_rows(specimen))]
    kind, value = random.choice(
        [("e", "#REF!"), ("e", "#DIV/0!"), ("b", "1"), ("n", "NaN"), ("n", "1e400"), ("str", "x")]
    )
    row[specimen.amount] = f"?{value}"

    def write(address: str, text: str) -> str:
        return f'<c r="{address}" t="{kind}"><v>{value}</v></c>' if text.startswith("?") else cell(address, text)

    return book(specimen, sheet(rows, write), tuple(map(tuple, rows)))


@mutation
def numbers_with_float_dust(random: Random, specimen: Specimen) -> Mutant:
    def write(address: str, text: str) -> str:
        whole = cell(address, text)
        return (
            whole.replace("<v>" + text, f"<v>{float(text) * (1 + 2**-52)!r}")
            if "." in text and "<v>" in whole
            else whole
        )

    return book(specimen, sheet(specimen.rows, write))


@mutation
def numbers_with_exponents(random: Random, specimen: Specimen) -> Mutant:
    def write(address: str, text: str) -> str:
        whole = cell(address, text)
        return whole.replace(f"<v>{text}", f"<v>{float(text):.8E}") if "." in text and "<v>" in whole else whole

    return book(specimen, sheet(specimen.rows, write))


@mutation
def cells_without_addresses(random: Random, specimen: Specimen) -> Mutant:
    def write(address: str, text: str) -> str:
        return (cell(address, text) or f'<c r="{address}"/>').replace(f' r="{address}"', "")

    return book(specimen, sheet(specimen.rows, write))


@mutation
def shared_texts(random: Random, specimen: Specimen) -> Mutant:
    """Every text shared; at times a reference leads nowhere, or the texts are missing."""
    texts = sorted({text for row in specimen.rows for text in row})
    beyond = random.choice([0, 0, 1, -1_000_000])

    def write(address: str, text: str) -> str:
        return f'<c r="{address}" t="s"><v>{texts.index(text) + beyond}</v></c>' if text else ""

    known = random.choice(
        [shared([escape(text) for text in texts]), shared([]), ""] if beyond == 0 else [shared(texts[:3])]
    )
    mutant = repacked(
        specimen, {"xl/worksheets/sheet1.xml": sheet(specimen.rows, write), "xl/sharedStrings.xml": known}
    )
    return mutant


@mutation
def amount_with_a_reading_aid(random: Random, specimen: Specimen) -> Mutant:
    """Rich text in runs; what stands above it to help pronounce it is no part of it."""

    def write(address: str, text: str) -> str:
        if len(text) < 2:
            return inline(address, text)
        runs = f"<r><t>{text[0]}</t></r><r><rPr><b/></rPr><t>{text[1:]}</t></r>"
        return f'<c r="{address}" t="inlineStr"><is>{runs}<rPh sb="0" eb="1"><t>99</t></rPh></is></c>'

    return book(
        specimen, sheet([[text.replace("&", "+").replace("<", "(") for text in row] for row in specimen.rows], write)
    )


# how the sheet is laid out


@mutation
def dimension_that_lies(random: Random, specimen: Specimen) -> Mutant:
    lie = random.choice(["A1", "A1:XFD1048576", "B2:C3", "Z9:A1", "", "A0", "A1:ZZZZZZ99999999999", "x"])
    return book(specimen, sheet(specimen.rows, dimension=lie))


@mutation
def cell_far_out(random: Random, specimen: Specimen) -> Mutant:
    at = random.choice(["XFD1048576", "A1048576", "XFD1", "ZZZZ1", "A99999999999", "AAAAAAAA1", "A0"])
    digits = "".join(filter(str.isdigit, at))
    stray = f'<row r="{digits}">{cell(at, "x")}</row></sheetData>'
    return book(specimen, sheet(specimen.rows).replace("</sheetData>", stray))


@mutation
def rows_twice_or_backwards(random: Random, specimen: Specimen) -> Mutant:
    body = sheet(specimen.rows)
    rows = body[body.index("<row") : body.index("</sheetData>")].replace("</row>", "</row>\n").split("\n")[:-1]
    random.shuffle(rows)
    return book(specimen, body[: body.index("<row")] + "".join(rows) + body[body.index("</sheetData>") :])


@mutation
def sheets_beside(random: Random, specimen: Specimen) -> Mutant:
    """An empty sheet or a sheet of notes is passed over; the same table twice is not read."""
    other = random.choice([[], [["notes"]], [[""] * 5], specimen.rows])
    content = parts(sheet(specimen.rows), sheet(other), name=specimen.sheet)
    return Mutant(archive(content), rows=specimen.rows, ending=".xlsx")


@mutation
def hidden_sheet(random: Random, specimen: Specimen) -> Mutant:
    content = parts(sheet(specimen.rows), name=specimen.sheet)
    state = random.choice(["hidden", "veryHidden"])
    content["xl/workbook.xml"] = str(content["xl/workbook.xml"]).replace("<sheet ", f'<sheet state="{state}" ')
    return Mutant(archive(content), rows=specimen.rows, ending=".xlsx")


@mutation
def dates_from_1904(random: Random, specimen: Specimen) -> Mutant:
    content = parts(sheet(specimen.rows), name=specimen.sheet)
    content["xl/workbook.xml"] = str(content["xl/workbook.xml"]).replace(
        "<sheets>", '<workbookPr date1904="1"/><sheets>'
    )
    return Mutant(archive(content), rows=specimen.rows, ending=".xlsx")


# the archive


@mutation
def macros(random: Random, specimen: Specimen) -> Mutant:
    content = parts(sheet(specimen.rows), name=specimen.sheet, book=MACRO_BOOK)
    content["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.randbytes(2_000)
    return Mutant(archive(content), rows=specimen.rows, ending=".xlsm")


@mutation
def part_lost(random: Random, specimen: Specimen) -> Mutant:
    name = random.choice(sorted(parts(sheet([]))))
    return repacked(specimen, {name: ""})


@mutation
def part_of_nonsense(random: Random, specimen: Specimen) -> Mutant:
    name = random.choice(sorted(parts(sheet([]))))
    nonsense = random.choice(
        [random.randbytes(300), b"<a><b></a>", b"<" * 1_000, b"<a>" * 20_000, b" ", b"\xff\xfe<\x00"]
    )
    return repacked(specimen, {name: nonsense})


@mutation
def part_twice(random: Random, specimen: Specimen) -> Mutant:
    """Two parts of one name: programs differ in which they take, so there is no right one."""
    target = io.BytesIO()
    rows = [row for i, row in enumerate(specimen.rows) if i != len(specimen.rows) - 1]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts(sheet(specimen.rows), name=specimen.sheet).items():
            packed.writestr(name, content)
        packed.fp.flush()
        info = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
        packed.NameToInfo.pop(info.filename)  # which would warn
        packed.writestr(info, sheet(rows))
    return Mutant(target.getvalue(), rows=(), ending=".xlsx")


@mutation
def paths_that_lead_out(random: Random, specimen: Specimen) -> Mutant:
    return repacked(specimen, {random.choice(["../../../etc/passwd", "/etc/passwd", "xl\\..\\..\\x", "C:/x"]): "root"})


@mutation
def workbook_bit_turned(random: Random, specimen: Specimen) -> Mutant:
    data = workbook(sheet(specimen.rows), name=specimen.sheet)
    at = random.randrange(len(data))
    data = data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :]
    return Mutant(data, rows=specimen.rows, ending=".xlsx")


@mutation
def workbook_truncated(random: Random, specimen: Specimen) -> Mutant:
    data = workbook(sheet(specimen.rows), name=specimen.sheet)
    return Mutant(data[: random.randrange(4, len(data))], rows=specimen.rows, ending=".xlsx")


@mutation
def workbook_with_something_before_or_behind(random: Random, specimen: Specimen) -> Mutant:
    data = workbook(sheet(specimen.rows), name=specimen.sheet)
    more = random.randbytes(random.choice([1, 70_000]))
    return Mutant(random.choice([data + more, more + data]), rows=specimen.rows, ending=".xlsx")


@mutation
def encrypted(random: Random, specimen: Specimen) -> Mutant:
    """A password: an old compound file around the package, or the bit for it in the archive."""
    if random.random() < 0.5:
        named = "EncryptedPackage".encode("utf-16-le")
        return Mutant(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.randbytes(3_000) + named, rows=(), ending=".xlsx")
    data = bytearray(workbook(sheet(specimen.rows), name=specimen.sheet))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            struct.pack_into("<H", data, at + offset, 1)
            at = data.find(mark, at + 4)
    return Mutant(bytes(data), rows=(), ending=".xlsx")


@mutation
def other_ending(random: Random, specimen: Specimen) -> Mutant:
    """A workbook by the name of a text file, or of another kind of workbook."""
    data = workbook(sheet(specimen.rows), name=specimen.sheet)
    return Mutant(data, rows=specimen.rows, ending=random.choice([".csv", ".xls", ".ods", ".txt", ""]))


@mutation
def as_open_document(random: Random, specimen: Specimen) -> Mutant:
    """At times with rows repeated: they are repeated documents, or blank ones."""
    times = random.choice([1, 1, 2, 1_000])
    rows = [ods_row([text or None for text in row]) for row in specimen.rows]
    if times > 1:
        at = random.randrange(specimen.header + 1, len(rows))
        rows[at] = rows[at].replace("<table:table-row", f'<table:table-row table:number-rows-repeated="{times}"')
        more = (specimen.rows[at],) * (times - 1)
    else:
        more = ()
    blank = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
    table = f'<table:table table:name="{letters(27)}">{"".join(rows)}{random.choice(["", blank])}</table:table>'
    return Mutant(ods_of(table), rows=(*specimen.rows, *more), ending=".ods")


def _full_rows(specimen: Specimen) -> list[int]:
    """Return the positions of rows below the header that have an amount."""
    found = range(specimen.header + 1, len(specimen.rows))
    return [i for i in found if specimen.amount < len(specimen.rows[i]) and specimen.rows[i][specimen.amount].strip()]
