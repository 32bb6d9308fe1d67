"""The sections of a report, in the order of DESIGN §6; each is imported when it is first shown.

A new section is a module with ``build(report) -> Section``, a line in :data:`REGISTRY` and a place in :data:`KINDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from arkit.errors import ArkitError
from arkit.messages import Message
from arkit.text import N_

if TYPE_CHECKING:
    from arkit.reporting.blocks import Section
    from arkit.reporting.page import Report


@dataclass(frozen=True)
class Entry:
    """A section's key (its module, its anchor) and its title as a template."""

    key: str
    title: str


REGISTRY: tuple[Entry, ...] = (
    Entry("summary", N_("What changed, and what to do")),
    Entry("position", N_("Position and age")),
    Entry("dso", N_("How fast the money comes in")),
    Entry("causes", N_("Why the money is late")),
    Entry("who_owes", N_("Who owes")),
    Entry("types", N_("Who is late: how customers pay")),
    Entry("signals", N_("Who will be late")),
    Entry("bad_debt", N_("Bad debt")),
    Entry("rolls", N_("What ages, and what comes")),
    Entry("vintages", N_("How each month's sales are collected")),
    Entry("provision", N_("What it will cost: the loss allowance")),
    Entry("cash", N_("When the cash comes")),
    Entry("contacts", N_("Whom to contact, and how")),
    Entry("intake", N_("What was read")),
    # in depth, in notebooks of their own
    Entry("causes_groups", N_("Where the causes lie")),
    Entry("causes_items", N_("The evidence, document by document")),
    Entry("causes_actions", N_("What to do about the causes")),
    Entry("types_customers", N_("Customer by customer")),
    Entry("types_stability", N_("How stable the types are")),
    Entry("types_actions", N_("How to approach each type")),
    Entry("signals_fired", N_("Which signals fire, and on whom")),
    Entry("signals_record", N_("How good the warnings were")),
    Entry("signals_actions", N_("What each level triggers")),
    Entry("plan", N_("Plan against actual")),
    Entry("promises", N_("Promises to follow up")),
    Entry("targets", N_("Targets for the months ahead")),
    Entry("evaluation", N_("Collectors, customers and strategies against their mix")),
    Entry("provision_rates", N_("How the rates came about")),
    Entry("provision_documents", N_("From the documents to the charge")),
    Entry("review_file", N_("The credit file")),
    Entry("review_history", N_("How this customer has paid")),
    Entry("review_outlook", N_("Causes, signals and exposure")),
    Entry("review_talk", N_("The conversation")),
)


@dataclass(frozen=True)
class Kind:
    """A report.

    Parameters
    ----------
    name
        What it is called above its title, as a template.
    sections
        Their keys, in order.
    ahead
        What takes long enough to be begun before the sections that show it (:mod:`arkit.reporting.aside`), in order.
    meanwhile
        Sections that this process makes first, as those before them wait for what is made in the other one.
    of_customer
        It is about one customer, whom its heading names.
    """

    name: str
    sections: tuple[str, ...]
    ahead: tuple[str, ...] = ()
    meanwhile: tuple[str, ...] = ()
    of_customer: bool = False


KINDS: dict[str, Kind] = {
    "monthly_diagnostic": Kind(
        N_("Monthly receivables diagnostic"),
        (
            "summary", "position", "dso", "causes", "who_owes", "types", "signals", "rolls", "vintages", "bad_debt",
            "provision", "cash", "contacts", "intake",
        ),
        ahead=(
            "backtest", "kpis", "forecast", "provision", "provision_backtest", "limitation", "payment_model",
            "risk_signals",
        ),
        meanwhile=("position", "rolls", "vintages", "who_owes", "bad_debt"),
    ),
    "debt_causes": Kind(
        N_("Causes of late payment"), ("causes", "causes_groups", "causes_items", "causes_actions", "intake")
    ),
    "customer_types": Kind(
        N_("Customer types"), ("types", "types_customers", "types_stability", "types_actions", "intake")
    ),
    "risk_signals": Kind(
        N_("Risk signals"), ("signals", "signals_fired", "signals_record", "signals_actions", "intake"),
        ahead=("backtest",),
    ),
    "collection_plan": Kind(
        N_("Collection plan"), ("contacts", "promises", "plan", "targets", "evaluation", "cash", "intake")
    ),
    "provision": Kind(
        N_("Loss allowance"), ("provision", "provision_rates", "provision_documents", "bad_debt", "intake")
    ),
    "customer_review": Kind(
        N_("Customer review"), ("review_file", "review_history", "review_outlook", "review_talk", "intake"),
        of_customer=True,
    ),
}  # fmt: skip
"""Every report by the name of its notebook; a test holds the notebook to its sections."""


def build(key: str, report: Report) -> Section:
    """Return a section of a report.

    Raises
    ------
    ArkitError
        If there is no such section; the message names those that there are.
    """
    keys = [entry.key for entry in REGISTRY]
    if key not in keys:
        raise ArkitError(Message("there is no section {key}; there is: {keys}", key=key, keys=", ".join(keys)))
    section: Section = import_module(f"{__name__}.{key}").build(report)
    return section


def title(key: str) -> str:
    """Return the title of a section, as a template."""
    return next(entry.title for entry in REGISTRY if entry.key == key)


def kind(name: str) -> Kind:
    """Return a report by its name.

    Raises
    ------
    ArkitError
        If there is no such report; the message names those that there are.
    """
    if name not in KINDS:
        raise ArkitError(Message("there is no report {name}; there is: {names}", name=name, names=", ".join(KINDS)))
    return KINDS[name]
