"""The conversations: every cause has one, in both languages; a file that lacks one is refused."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml
from pydantic import ValidationError

from arkit.collecting.talk import conversations, read_conversations
from arkit.diagnosis.causes.families import UNKNOWN, keys

TEXT = files("arkit.collecting").joinpath("talk.yaml").read_text(encoding="utf-8")


def test_every_cause_has_a_conversation_and_every_line_both_languages():
    talk = conversations()
    assert set(talk.causes) == {*keys(), UNKNOWN}
    lines = [*talk.close, *talk.gates]
    for each in talk.causes.values():
        lines += [*each.questions, each.genuine, each.pretext, each.ask, each.concession]
    for line in lines:
        assert line.en.isascii()
        assert any(letter >= "\N{CJK UNIFIED IDEOGRAPH-4E00}" for letter in line.words.to("zh"))


def test_a_call_closes_with_amount_day_method_name_and_writing():
    said = " ".join(line.en for line in conversations().close)
    for word in ("amount", "day", "method", "name", "in writing"):
        assert word in said


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda data: data["causes"].pop("dispute"), "causes lacks dispute"),
        (lambda data: data["causes"]["dispute"].pop("ask"), "ask"),
        (lambda data: data["causes"]["dispute"]["ask"].pop("zh"), "zh"),
        (lambda data: data["causes"].update(weather=data["causes"]["dispute"]), "weather"),
        (lambda data: data["causes"]["dispute"]["questions"].pop(), "questions"),
    ],
)
def test_a_file_that_lacks_something_is_refused_by_name(spoil, message):
    data = yaml.safe_load(TEXT)
    spoil(data)
    with pytest.raises(ValidationError, match=message):
        read_conversations(yaml.safe_dump(data))
