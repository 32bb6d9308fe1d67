"""What happens to text files on their way: every mutation is one small function of a specimen and a random source."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from specimens import Cells, Specimen
from writing import TextForm, archive, text


@dataclass(frozen=True)
class Mutant:
    """A mutated file, and how it is to be judged.

    Parameters
    ----------
    data
        Its bytes.
    form
        How its text was written; None for a workbook.
    rows
        What its cells say, where the bytes are no text; read from the bytes otherwise.
    total
        What it must add up to if it is read at all, where that is known without reading it.
    ending
        Of the file's name.
    """

    data: bytes
    form: TextForm | None = None
    rows: Cells | None = None
    total: Decimal | None = None
    ending: str = ".csv"


Mutation = Callable[[Random, Specimen], Mutant]
MUTATIONS: list[Mutation] = []

WILD = (
    "NaN", "nan", "inf", "-Infinity", "1e400", "1E+05", "-0", "-0.00", "0x1F", "1_000", "١٢٣",
    "１２３.４５", "½", "Ⅷ", "=cmd|' /C calc'!A0", "@SUM(A1:A9)", "+1+1", "=1+1",
    "<script>alert(1)</script>", "\x00", "1\x00", "\u202e12.50", "\u200b12.50", "🙂", "9" * 40,
    "9" * 400, "A" * 40_000, "1" + "0" * 40_000, "two\nlines", "a\r\nb", '"', '""', 'a"b', "'",
    "\\", "\\N", "%s{0}{x}", "../../etc/passwd", "1.234", "1,234", "1.234.567", "1,23,456", "--5",
    "5--", "(5", "5)", "(-5)", "-(5)", "- 5", "5 -", "#REF!", "#DIV/0!", "TRUE", "#N/A", "null",
    "None", "2024-02-30", "00:00.0", "12:30", "9999-12-31", "1e5", "$5", "£5", "5 USD",
    "１，２３４．５０", "\ufeff5", "\ufeff", "\x1a", "\x7f", "\x85", "\u2028", "\u2029", " ", "\t",
    "\xa0", "0", "00", "0.001", "0.005", "1000000000000000000", "12.50-", "−12.50", "12,50",
    "1'234.50",
)  # fmt: skip
NEAR_WORDS = (str.upper, str.lower, lambda word: f" {word} ", lambda word: f"{word}*", lambda word: f"{word} (EUR)")


def mutation(function: Mutation) -> Mutation:
    """Enter a function in the list."""
    MUTATIONS.append(function)
    return function


def written(specimen: Specimen, rows: list[list[str]], **changes: object) -> Mutant:
    """Return rows as a text file of the specimen's form, or of another."""
    form = specimen.form._replace(**changes)
    return Mutant(text(rows, form), form)


def lists(specimen: Specimen) -> list[list[str]]:
    """Return all rows, to be changed."""
    return [list(row) for row in specimen.rows]


def below(random: Random, specimen: Specimen) -> int:
    """Return the position of some row below the header that has cells."""
    return random.choice([i for i in range(specimen.header + 1, len(specimen.rows)) if specimen.rows[i]])


def bytes_of(specimen: Specimen) -> tuple[bytes, TextForm]:
    """Return the file's own bytes, or those of the text that it would be."""
    own = specimen.path.suffix != ".xlsx"
    return (specimen.path.read_bytes() if own else text(lists(specimen), specimen.form)), specimen.form


# bytes


@mutation
def truncated(random: Random, specimen: Specimen) -> Mutant:
    data, form = bytes_of(specimen)
    return Mutant(data[: random.randrange(len(data))], form)


@mutation
def bit_turned(random: Random, specimen: Specimen) -> Mutant:
    data, form = bytes_of(specimen)
    at = random.randrange(len(data))
    return Mutant(data[:at] + bytes([data[at] ^ (1 << random.randrange(8))]) + data[at + 1 :], form)


@mutation
def byte_put_in(random: Random, specimen: Specimen) -> Mutant:
    data, form = bytes_of(specimen)
    at = random.randrange(len(data))
    return Mutant(data[:at] + bytes([random.randrange(256)]) + data[at:], form)


@mutation
def piece_lost(random: Random, specimen: Specimen) -> Mutant:
    data, form = bytes_of(specimen)
    at = random.randrange(len(data))
    return Mutant(data[:at] + data[at + random.randint(1, 200) :], form)


@mutation
def piece_twice(random: Random, specimen: Specimen) -> Mutant:
    data, form = bytes_of(specimen)
    at = random.randrange(len(data))
    end = at + random.randint(1, 200)
    return Mutant(data[:end] + data[at:end] + data[end:], form)


@mutation
def nul_bytes_at_the_end(random: Random, specimen: Specimen) -> Mutant:
    data, form = bytes_of(specimen)
    return Mutant(data + bytes(random.choice([1, 512, 5_000])), form)


@mutation
def joined_to_itself(random: Random, specimen: Specimen) -> Mutant:
    data, form = bytes_of(specimen)
    return Mutant(data + data, form)


# encodings


@mutation
def other_encoding(random: Random, specimen: Specimen) -> Mutant:
    encoding = random.choice(["utf-8", "utf-8-sig", "utf-16", "gb18030", "utf-16-le", "utf-16-be", "utf-32", "utf-7"])
    rows = lists(specimen)
    rows[random.choice([specimen.header, below(random, specimen)])][-1] += random.choice(["", "é", "应收"])
    return written(specimen, rows, encoding=encoding)


@mutation
def western_encoding(random: Random, specimen: Specimen) -> Mutant:
    encoding, letters = random.choice(
        [("latin-1", "ÄÖß é"), ("cp1252", "€ – Œ"), ("cp1250", "Łódź"), ("cp1251", "Счёт")]
    )
    rows = [[cell.encode(encoding, "ignore").decode(encoding) for cell in row] for row in specimen.rows]
    row = rows[below(random, specimen)]
    row[random.randrange(len(row))] += letters
    return written(specimen, rows, encoding=encoding)


@mutation
def two_byte_order_marks(random: Random, specimen: Specimen) -> Mutant:
    form = specimen.form._replace(encoding="utf-8-sig")
    return Mutant(b"\xef\xbb\xbf" + text(lists(specimen), form), form)


@mutation
def packed(random: Random, specimen: Specimen) -> Mutant:
    """In a gzip file or an archive, whatever it is called."""
    data = text(lists(specimen), specimen.form)
    if random.random() < 0.5:
        return Mutant(gzip.compress(data), rows=specimen.rows, ending=random.choice([".csv.gz", ".csv"]))
    return Mutant(archive({f"{specimen.path.stem}.csv": data}), rows=specimen.rows, ending=".zip")


# columns and headers


@mutation
def columns_changed_places(random: Random, specimen: Specimen) -> Mutant:
    a, b = random.sample(range(len(specimen.words)), 2)
    rows = lists(specimen)
    for row in rows[specimen.header :]:
        if max(a, b) < len(row):
            row[a], row[b] = row[b], row[a]
    return written(specimen, rows)


@mutation
def cells_changed_places_below_their_headers(random: Random, specimen: Specimen) -> Mutant:
    a, b = random.sample(range(len(specimen.words)), 2)
    rows = lists(specimen)
    for row in rows[specimen.header + 1 :]:
        if max(a, b) < len(row):
            row[a], row[b] = row[b], row[a]
    return written(specimen, rows)


@mutation
def header_nearly_the_same(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    others = [i for i, word in enumerate(specimen.words) if word not in specimen.amounts]
    at = random.choice(others)
    rows[specimen.header][at] = random.choice(NEAR_WORDS)(rows[specimen.header][at])
    return written(specimen, rows)


@mutation
def header_renamed(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    rows[specimen.header][random.randrange(len(specimen.words))] = random.choice(
        ["x", "", "Amount", "金额", "日期", "1"]
    )
    return written(specimen, rows)


@mutation
def header_twice(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    a, b = random.sample(range(len(specimen.words)), 2)
    rows[specimen.header][a] = rows[specimen.header][b]
    return written(specimen, rows)


@mutation
def header_lost(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    del rows[specimen.header]
    return written(specimen, rows)


@mutation
def header_again_among_the_rows(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    rows.insert(below(random, specimen), list(specimen.words))
    return written(specimen, rows)


@mutation
def column_lost(random: Random, specimen: Specimen) -> Mutant:
    at = random.randrange(len(specimen.words))
    return written(specimen, [[*row[:at], *row[at + 1 :]] for row in lists(specimen)])


@mutation
def columns_beyond_number(random: Random, specimen: Specimen) -> Mutant:
    count = random.choice([100, 1_001, 5_000])
    return written(specimen, [[*row, *([random.choice(["", "x"])] * count)] for row in lists(specimen)])


@mutation
def empty_columns_between(random: Random, specimen: Specimen) -> Mutant:
    at = random.randrange(len(specimen.words))
    return written(specimen, [[*row[:at], "", *row[at:]] for row in lists(specimen)])


# rows


@mutation
def rows_in_another_order(random: Random, specimen: Specimen) -> Mutant:
    body = [list(row) for row in specimen.body]
    random.shuffle(body)
    return written(specimen, [*lists(specimen)[: specimen.header + 1], *body])


@mutation
def row_lost(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    del rows[below(random, specimen)]
    return written(specimen, rows)


@mutation
def row_twice(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    at = below(random, specimen)
    rows.insert(below(random, specimen), list(rows[at]))
    return written(specimen, rows)


@mutation
def row_of_another_width(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    at = below(random, specimen)
    rows[at] = random.choice([rows[at][: random.randrange(len(rows[at]))], [*rows[at], "x"], [*rows[at], *rows[at]]])
    return written(specimen, rows)


@mutation
def blank_rows_between(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    for _ in range(random.randint(1, 5)):
        rows.insert(
            below(random, specimen), random.choice([[], [""] * len(specimen.words), [" "] * len(specimen.words)])
        )
    return written(specimen, rows)


@mutation
def title_rows_above(random: Random, specimen: Specimen) -> Mutant:
    titles = [
        [random.choice(["Report", "2026", "", "应收账款", ",;|\t"])] for _ in range(random.choice([1, 5, 39, 60]))
    ]
    return written(specimen, [*titles, *lists(specimen)])


@mutation
def rows_by_the_thousand(random: Random, specimen: Specimen) -> Mutant:
    """The same documents over and over are refused; with numbers of their own they are more documents."""
    body = [list(row) for row in specimen.body]
    return written(specimen, [*lists(specimen)[: specimen.header + 1], *(body * random.choice([2, 200]))])


@mutation
def rows_swallowed_by_one_quote(random: Random, specimen: Specimen) -> Mutant:
    data, form = bytes_of(specimen)
    lines = data.decode(form.encoding).split(form.newline)
    at = min(below(random, specimen), len(lines) - 2)
    cells = lines[at].split(form.delimiter)
    where = random.randrange(len(cells))
    cells[where] = random.choice(['"{}', '{}"', '"{}"x', 'x"{}"', '""{}']).format(cells[where])
    lines[at] = form.delimiter.join(cells)
    return Mutant(form.newline.join(lines).encode(form.encoding), form)


@mutation
def other_line_ends(random: Random, specimen: Specimen) -> Mutant:
    return written(specimen, lists(specimen), newline=random.choice(["\r", "\r\n", "\n\n", "\n\r", "\r\r\n", "\n \n"]))


# delimiters and cells


@mutation
def other_delimiter(random: Random, specimen: Specimen) -> Mutant:
    return written(specimen, lists(specimen), delimiter=random.choice(",;\t|:^\x1f"))


@mutation
def all_quoted(random: Random, specimen: Specimen) -> Mutant:
    return written(specimen, lists(specimen), quoting=1)


@mutation
def wild_amount(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    row = rows[below(random, specimen)]
    if specimen.amount < len(row):
        row[specimen.amount] = random.choice(WILD)
    return written(specimen, rows)


@mutation
def wild_cells(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    for _ in range(random.choice([1, 1, 3])):
        row = rows[random.choice([specimen.header, below(random, specimen)])]
        row[random.randrange(len(row))] = random.choice(WILD)
    return written(specimen, rows)


@mutation
def wild_column(random: Random, specimen: Specimen) -> Mutant:
    rows, word = lists(specimen), random.choice(WILD)
    at = random.randrange(len(specimen.words))
    for row in rows[specimen.header + 1 :]:
        if at < len(row):
            row[at] = word
    return written(specimen, rows)


def amounts_written(specimen: Specimen, write: Callable[[str], str]) -> list[list[str]]:
    """Return the rows with every amount written in another way."""
    rows = lists(specimen)
    for at, word in enumerate(specimen.words):
        if word in specimen.amounts:
            for row in rows[specimen.header + 1 :]:
                if at < len(row) and row[at].strip():
                    row[at] = write(row[at].strip())
    return rows


def _grouped(amount: str, mark: str, thousands: str) -> str:
    whole, _, rest = amount.replace(",", ".").partition(".") if mark == "." else amount.replace(".", ",").partition(",")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    pieces = [digits[max(i - 3, 0) : i] for i in range(len(digits), 0, -3)][::-1]
    return sign + thousands.join(pieces) + (mark + rest if rest else "")


@mutation
def decimal_mark_exchanged(random: Random, specimen: Specimen) -> Mutant:
    """Read by its own total: what was 1.234,50 is 1,234.50 now, and the other way round."""
    turned = amounts_written(specimen, lambda cell: cell.translate(str.maketrans(".,", ",.")))
    mutant = written(specimen, turned, delimiter=";")
    return Mutant(mutant.data, mutant.form, total=specimen.total)


@mutation
def thousands_marked(random: Random, specimen: Specimen) -> Mutant:
    mark = random.choice([" ", "\xa0", "\u202f", "'", "’", "," if specimen.mark == "." else "."])
    machine = re.compile(r"-?\d+([.,]\d+)?", re.ASCII)
    rows = amounts_written(specimen, lambda c: _grouped(c, specimen.mark, mark) if machine.fullmatch(c) else c)
    return written(specimen, rows)


@mutation
def negatives_another_way(random: Random, specimen: Specimen) -> Mutant:
    form = random.choice(["({})", "{}-", "−{}", "－{}", "- {}", "（{}）", "{} -", "-({})", "<{}>", "{} CR"])
    rows = amounts_written(specimen, lambda cell: form.format(cell[1:]) if cell.startswith("-") else cell)
    return written(specimen, rows)


@mutation
def digits_of_full_width(random: Random, specimen: Specimen) -> Mutant:
    wide = {ord(narrow): ord(narrow) + 0xFEE0 for narrow in "0123456789.,-()"}
    return written(specimen, amounts_written(specimen, lambda cell: cell.translate(wide)), encoding="utf-8")


@mutation
def symbols_beside_amounts(random: Random, specimen: Specimen) -> Mutant:
    symbol = random.choice(["$", "€", "¥", "£", "$ ", "USD ", "R$", "元"])
    front = random.random() < 0.5
    rows = amounts_written(specimen, lambda cell: f"{symbol}{cell}" if front else f"{cell}{symbol}")
    return written(specimen, rows, encoding="utf-8")


@mutation
def more_zeros(random: Random, specimen: Specimen) -> Mutant:
    zeros = random.choice(["0", "00", "000000"])

    def longer(cell: str) -> str:
        return cell + (zeros if specimen.mark in cell else specimen.mark + zeros) if cell[-1:].isdigit() else cell

    return written(specimen, amounts_written(specimen, longer))


@mutation
def text_formula_around_cells(random: Random, specimen: Specimen) -> Mutant:
    rows = lists(specimen)
    at = random.randrange(len(specimen.words))
    for row in rows[specimen.header + 1 :]:
        if at < len(row) and row[at]:
            row[at] = f'="{row[at]}"'
    return written(specimen, rows)
