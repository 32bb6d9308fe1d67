"""The page of a scenario, without a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import combinations

import pytest
from little import as_yaml, ask_first, build, by_lot, ending, five, raw, situation, sure, wide, winding
from typer.testing import CliRunner

from arkit import cli
from arkit.text import Text
from arkit.training import Appraiser
from arkit.training.check import check_text
from arkit.training.preview import page
from arkit.training.preview.drawing import Box, labels, length, on_curve, wrapped
from arkit.training.preview.layout import layout
from arkit.training.preview.placing import HIGH, WIDE, rows
from arkit.training.preview.wording import Wording
from arkit.training.survey import survey

HOSTILE = '</style><script>alert(1)</script><img src=x onerror="alert(2)"> & \' {x} %s'


def tangle():
    """Nine endings, ways over many rows, ways back over one and two rows, within a row, and to where they began."""
    ends = {f"e{n}": ending(f"ending number {n}") for n in range(9)}
    ways = {
        "a": ["b", "c", "d", "a", "e0", "e8"],
        "b": ["f", "c", "a", "e1", "e2"],
        "c": ["f", "b", "e3", "e0"],
        "d": ["g", "d", "c", "e4", "e8"],
        "f": ["a", "g", "e5", "e6", "f"],
        "g": ["b", "a", "e7", "e8", "e0"],
        "lost": ["e0"],
    }
    nodes = {
        key: situation(f"situation {key}", {f"to_{to}": sure(f"to {to}", to, minutes=len(to)) for to in there})
        for key, there in ways.items()
    }
    return raw(nodes, ends, limit={"decisions": 4, "ending": "e0"})


GRAPHS = {
    "ask_first": ask_first(), "winding": winding(), "five": five(), "wide": wide(), "tangle": tangle(),
    **{f"lot{n}": by_lot(n) for n in range(4)},
}  # fmt: skip
every_graph = pytest.mark.parametrize("parts", GRAPHS.values(), ids=GRAPHS.keys())


class Seen(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.ids, self.links, self.text = set(), set(), [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.text.append(data)


def shown(parts, lang="en", findings=()):
    return page(survey(Appraiser(build(parts))), findings, lang=lang)


def box(corner):
    return Box(corner.x, corner.y, corner.x + WIDE, corner.y + HIGH)


@every_graph
def test_boxes_and_labels_never_overlap_and_no_way_runs_over_a_box(parts):
    found = survey(Appraiser(build(parts)))
    placed = layout(found.scenario, tuple(found.edges))
    boxes = {key: box(corner) for key, corner in placed.boxes.items()}
    assert boxes.keys() == {*found.scenario.situations, *found.scenario.endings}
    said = [label.box for label in labels(placed, found, Wording(found.scenario, Text("en")))]
    assert [pair for pair in combinations([*boxes.values(), *said], 2) if pair[0].meets(pair[1])] == []
    assert all(
        b.left >= 0 and b.top >= 0 and b.right <= placed.width and b.bottom <= placed.height for b in boxes.values()
    )
    for piece in (*placed.pieces, *placed.lanes):
        for t in (n / 40 for n in range(1, 40)):
            x, y = on_curve(piece, t)
            assert not any(it.left < x < it.right and it.top < y < it.bottom for it in boxes.values()), piece
            assert 0 <= x <= placed.width


@every_graph
def test_every_way_is_drawn_from_its_box_to_its_box(parts):
    found = survey(Appraiser(build(parts)))
    placed = layout(found.scenario, tuple(found.edges))
    for edge in found.edges:
        own = [piece for piece in placed.pieces if edge in piece.edges]
        assert [piece for piece in own if touches(piece.start, placed.boxes[edge[0]])]
        assert [piece for piece in own if piece.arrives and touches(piece.end, placed.boxes[edge[1]])]


def touches(point, corner):
    return corner.x <= point.x <= corner.x + WIDE and point.y in (corner.y, corner.y + HIGH)


def test_rows_follow_the_fewest_decisions_and_endings_come_last():
    scenario = build(tangle())
    found = rows(scenario, survey(Appraiser(scenario)).edges)
    assert found[:4] == [["a"], ["b", "c", "d"], ["f", "g"], ["lost"]]
    assert [len(row) for row in found[4:]] == [3, 3, 3]


@pytest.mark.parametrize(
    "title", ["short", "A title that is much longer than what a box can hold in two lines", "一" * 40]
)
def test_titles_fit_their_box(title):
    lines = list(wrapped(title))
    assert len(lines) <= 2
    assert all(length(line) <= WIDE - 8 for line in lines)
    assert lines[0] in title


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_hostile_text_stays_text(lang):
    def spoil(part):
        if isinstance(part, dict) and part.keys() == {"en", "zh"}:
            return {lang: f"{words}{HOSTILE}" for lang, words in part.items()}
        if isinstance(part, dict):
            return {key: spoil(value) for key, value in part.items()}
        return [spoil(each) for each in part] if isinstance(part, list) else part

    parts = spoil(winding())
    parts["account"]["documents"][0]["id"] = HOSTILE
    seen, plain = Seen(shown(parts, lang)), Seen(shown(winding(), lang))
    assert seen.tags == plain.tags
    assert seen.attributes == plain.attributes
    assert not seen.tags & {"script", "img", "iframe", "link"}
    assert "".join(seen.text).count("alert(1)") > 10


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_asks_for_nothing_and_allows_no_script(lang):
    text = shown(winding(), lang)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert "default-src 'none'; style-src 'sha256-" in policy
    assert "unsafe" not in policy
    assert "http:" not in text
    assert "https:" not in text
    assert ' style="' not in text
    assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">' in text


@every_graph
def test_every_link_leads_to_one_place_of_the_page(parts):
    seen = Seen(shown(parts))
    assert len(seen.ids) == len(set(seen.ids))
    assert {link.removeprefix("#") for link in seen.links} <= set(seen.ids)
    scenario = build(parts)
    assert {f"situation-{key}" for key in scenario.situations} <= set(seen.ids)
    assert {f"ending-{key}" for key in scenario.endings} <= set(seen.ids)


def test_the_page_tells_numbers_and_words_in_both_languages():
    english, chinese = ("".join(Seen(shown(winding(), lang)).text) for lang in ("en", "zh"))
    assert "worth CNY\N{NO-BREAK SPACE}83,383" in english
    assert "trust at least 55; the reason is: short of cash" in english
    assert "50%\N{EN DASH}80% short of cash; 20%\N{EN DASH}80% will not pay" in english
    assert "Breach: respect" in english
    assert "价值 CNY\N{NO-BREAK SPACE}83,383" in chinese
    assert "中文：trust ≥ 55；原因为：中文：short of cash" in chinese
    assert "中文：listen" in chinese


def test_findings_stand_on_top():
    parts = winding()
    text = shown(parts, findings=check_text(as_yaml(parts)))
    assert "[few_decisions]" in text
    assert text.index("[few_decisions]") < text.index("<svg")
    assert "What the linter found" not in shown(five())


def preview(tmp_path, parts, *options):
    (tmp_path / "one.yaml").write_text(as_yaml(parts), encoding="utf-8")
    arguments = ["scenario", "preview", str(tmp_path / "one.yaml"), "--out", str(tmp_path / "made" / "page.html")]
    return CliRunner().invoke(cli.app, [*arguments, *options])


def test_the_command_writes_the_page_and_tells_where(tmp_path):
    ran = preview(tmp_path, five(), "--lang", "zh")
    made = tmp_path / "made" / "page.html"
    assert (ran.exit_code, ran.stdout) == (0, f"{made}\n")
    assert made.read_text(encoding="utf-8") == shown(five(), "zh")


def test_a_scenario_with_faults_that_plays_is_shown_and_refused(tmp_path):
    ran = preview(tmp_path, winding())
    assert ran.exit_code == 3
    assert "[few_decisions]" in ran.stderr
    assert "[few_decisions]" in (tmp_path / "made" / "page.html").read_text(encoding="utf-8")


def test_a_scenario_that_can_not_be_played_is_refused_without_a_page(tmp_path):
    parts = five()
    parts["opening"] = "nowhere"
    ran = preview(tmp_path, parts)
    assert ran.exit_code == 3
    assert "[reference]" in ran.stderr
    assert not (tmp_path / "made").exists()


def test_a_file_that_is_not_there_is_a_wrong_parameter(tmp_path):
    arguments = ["scenario", "preview", str(tmp_path / "none.yaml"), "--out", str(tmp_path / "page.html")]
    assert CliRunner().invoke(cli.app, arguments).exit_code == 2
