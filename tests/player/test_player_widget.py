"""The player, asked as the page asks: no kernel and no browser."""

import json
from typing import get_args

import pytest
from little import build, text, winding

import arkit
from arkit.errors import ArkitError
from arkit.player import play
from arkit.player.words import GRADES, RUBRIC
from arkit.training import attempts, read_attempt
from arkit.training.parts import Mark
from arkit.training.review import GRADES as SHARES

AT = "2026-11-25T10:00:00.000Z"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "attempts"


@pytest.fixture
def scenario():
    parts = winding()
    parts["title"] = text("<b>late</b>")
    return build(parts)


@pytest.fixture
def player(scenario, folder):
    return play(scenario, folder=folder, seed=2, feedback="immediate")


def begin(player, alias="lan", feedback="immediate"):
    player.ask("begin", alias=alias, feedback=feedback, at=AT)
    return player


def choose(player, *choices):
    for choice in choices:
        player.ask("choose", choice=choice, step=len(player.session.state.turns), at=AT)
    return player


def words(part):
    """Yield every text of a view."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from words(each)


def test_the_first_screen_tells_what_it_is_about(player):
    assert (player.view["screen"], player.view["title"]) == ("start", "<b>late</b>")
    assert player.view["card"]["owed"].replace("\xa0", " ") == "Owed: CNY 100,000.00"
    assert [row["share"] for row in player.view["card"]["ageing"]["rows"]] == [0, 0, 1, 0, 0]


def test_a_view_is_data_and_never_holds_the_reason_before_the_end(player):
    begin(player)
    shown = json.dumps(player.view, ensure_ascii=False)
    reasons = [reason.title.en for reason in player.scenario.reasons.values()]
    assert [reason for reason in reasons if reason in shown] == []
    choose(player, "listen", "letter")
    assert player.view["reason"].endswith(player.scenario.reasons[player.session.state.reason].title.en)


def test_a_decision_is_on_the_disk_when_it_is_shown(player, folder):
    choose(begin(player), "listen")
    (file,) = folder.iterdir()
    assert read_attempt(file).choices == ("listen",)
    assert (player.view["step"], player.view["saved"]) == (1, "Saved")


def test_a_decision_that_can_not_be_written_does_not_happen(player, folder):
    begin(player)
    (file,) = folder.iterdir()
    file.unlink()
    with pytest.raises(FileNotFoundError):
        choose(player, "listen")
    assert player.session.state.turns == ()


def test_feedback_comes_when_it_was_asked_for(scenario, folder):
    def told(feedback, *choices):
        return choose(begin(play(scenario, folder=folder, seed=2), feedback=feedback), *choices).view["feedback"]

    assert told("immediate", "listen")["grade"]
    assert told("end", "listen") is None


def test_adaptive_feedback_is_silent_after_a_good_decision(scenario, folder):
    player = begin(play(scenario, folder=folder, seed=2), feedback="adaptive")
    worth = player.session.appraiser.worth(player.session.state)
    good = min((key for key in worth), key=lambda key: abs(worth[key].lost))
    choose(player, good)
    assert player.view.get("feedback") is None


def test_a_step_that_was_taken_twice_happens_once(player):
    choose(begin(player), "listen")
    with pytest.raises(ArkitError, match="made already"):
        player.ask("choose", choice="again", step=0, at=AT)
    assert player.session.state.choices_made == ("listen",)


def test_taking_back_goes_one_step_back_and_stays_on_file(player, folder):
    choose(begin(player), "listen")
    player.ask("take_back", at=AT)
    assert player.session.state.turns == ()
    (file,) = folder.iterdir()
    assert read_attempt(file).taken_back == 1


def test_a_page_that_was_loaded_again_goes_on(scenario, folder, player):
    choose(begin(player), "listen")
    again = play(scenario, folder=folder)
    again.ask("alias", alias="lan")
    (offer,) = again.view["resume"]
    assert offer["text"].startswith("Go on: 1 decision made")
    again.ask("resume", attempt=offer["attempt"], feedback="end", at=AT)
    assert again.session.state == player.session.state
    choose(again, "letter")
    assert attempts(folder, scenarios=[scenario])["proved"].tolist() == [True]


def test_the_old_window_is_told_when_the_new_one_went_on(scenario, folder, player):
    choose(begin(player), "listen")
    again = play(scenario, folder=folder, participant="lan")
    again.ask("resume", attempt=again.view["resume"][0]["attempt"], feedback="end", at=AT)
    choose(again, "again")
    player._heard(None, {"do": "choose", "choice": "again", "step": 1, "at": AT}, None)
    assert "another window" in player.alert
    assert player.session.state.choices_made == ("listen",)


def test_a_crash_between_the_last_decision_and_the_end_is_mended(scenario, folder, player):
    choose(begin(player), "listen", "letter")
    (file,) = folder.iterdir()
    file.write_bytes(b"\n".join(file.read_bytes().split(b"\n")[:-2]) + b"\n")
    again = play(scenario, folder=folder, participant="lan")
    again.ask("resume", attempt=again.view["resume"][0]["attempt"], feedback="end", at=AT)
    assert again.view["screen"] == "review"
    assert read_attempt(file).outcome == str(again.session.review().stands)


def test_the_review_adds_up(player):
    choose(begin(player), "listen", "again", "letter")
    view, review = player.view, player.session.review()
    amounts = [float(amount.replace(",", "").replace("−", "-")) for _, amount in view["money"]["rows"]]
    start, lost, luck, outcome, collected, cost, business = amounts
    assert start + lost + luck == pytest.approx(outcome, abs=1e-6)
    assert view["headline"].replace("\xa0", " ").endswith(f"together they lost CNY {-lost:,.2f}.")
    assert collected + cost + business == pytest.approx(outcome, abs=1e-6)
    assert view["course"]["steps"][-1]["after"] == float(review.stands)
    assert len(view["decisions"]) == 3
    assert view["decisions"][0]["options"]["marked"].count("") == len(view["decisions"][0]["options"]["rows"]) - len(
        {review.decisions[0].chosen, review.decisions[0].best}
    )


def test_ticks_cover_the_course(player):
    course = choose(begin(player), "listen", "letter").view["course"]
    ticks = [value for value, _ in course["ticks"]]
    values = [step[name] for step in course["steps"] for name in ("value", "chosen", "after")]
    assert ticks[0] <= min(values) < max(values) <= ticks[-1]
    assert 3 <= len(ticks) <= 8


def test_other_assumptions_change_the_money_and_not_the_play(player):
    choose(begin(player), "listen", "letter")
    before = player.session.review().stands
    player.ask("assume", hour_cost=1000.0)
    assert player.session.review().stands < before
    player._heard(None, {"do": "assume", "discount_rate": 7.0}, None)
    assert "discount_rate" in player.alert


def test_trying_again_keeps_the_first_decisions_and_the_luck(player, folder):
    choose(begin(player), "listen", "letter")
    first = player.session
    player.ask("retry", kept=1, at=AT)
    assert player.session.state.choices_made == ("listen",)
    assert player.session.state.seed == first.state.seed
    assert read_attempt(player.session.file.path).head.retry_of == first.file.path.stem
    assert len(list(folder.iterdir())) == 2


def test_playing_again_is_a_new_attempt_with_luck_of_its_own(player, folder):
    choose(begin(player), "listen", "letter")
    seeds = set()
    for _ in range(3):
        player.ask("again", at=AT)
        seeds.add(player.session.state.seed)
        choose(player, "listen", "letter")
    assert len(seeds) == 3
    assert len(list(folder.iterdir())) == 4


def test_the_language_switches_on_every_screen(player):
    for act in (lambda: None, lambda: begin(player), lambda: choose(player, "listen", "letter")):
        act()
        english = set(words(player.view))
        player.ask("language")
        assert player.view["lang"] == "zh-Hans"
        chinese = set(words(player.view))
        same = {word for word in english & chinese if any(letter.isalpha() for letter in word)}
        assert {word for word in same if " " in word.replace("\xa0", "")} == set()
        player.ask("language")


def test_a_wrong_alias_is_said_and_nothing_begins(player, folder):
    player._heard(None, {"do": "begin", "alias": " ", "feedback": "end", "at": AT}, None)
    assert "alias" in player.alert
    assert player.view["screen"] == "start"
    assert not folder.exists()


def test_a_fixed_participant_can_not_be_changed_by_the_page(scenario, folder):
    player = begin(play(scenario, participant="lan", folder=folder), alias="wei")
    assert read_attempt(player.session.file.path).head.participant == "lan"


@pytest.mark.parametrize("message", [{"do": "choose", "choice": "x", "step": 0, "at": AT}, {"do": "nonsense"}])
def test_what_the_page_can_not_ask_for_is_said(player, message):
    player._heard(None, message, None)
    assert player.alert
    assert player.answered == 1


def test_what_is_not_there_is_refused(folder):
    with pytest.raises(ArkitError, match="there is no scenario nowhere; there are: "):
        arkit.play("nowhere", folder=folder)


def test_every_grade_and_every_mark_has_a_name():
    assert set(GRADES) == {name for name, _ in SHARES} | {"blunder", "breach"}
    assert set(RUBRIC) == set(get_args(Mark))
