"""The command line: ``arkit report``, ``check``, ``lab``, ``scenario check``, ``scenario preview``.

Exit codes: 0 done, 2 wrong parameters, 3 ledger or scenario refused, 4 a notebook cell failed, 5 the kernel died or
ran out of time, 6 export failed.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arkit import __version__
from arkit.errors import ArkitError, ParameterError
from arkit.messages import Lang, Message

if TYPE_CHECKING:
    from types import FrameType

    from arkit.training.findings import Finding

app = typer.Typer(
    name="arkit",
    help="Receivables 应收账款: from a ledger export to the monthly diagnostic.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
scenario = typer.Typer(help="Scenarios of the collection conversation 催收对话.", no_args_is_help=True)
app.add_typer(scenario, name="scenario")


class Language(StrEnum):
    """Languages of a report."""

    en = "en"
    zh = "zh"


def main() -> None:
    """Run the command line."""
    # jsonschema compiles a grammar of IRIs at import (2 to 3 s) when JupyterLab's rfc3987-syntax is installed; nothing
    # that this process validates has an IRI. None in sys.modules is Python's own way to say "not installed".
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # see the import system's reference
    for name in ("papermill", "asyncio"):  # what they log of a lost kernel, the exit code and run.json tell better
        logging.getLogger(name).setLevel(logging.CRITICAL)
    app()


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"arkit {__version__}")
        raise typer.Exit


@app.callback()
def _arkit(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    pass


@app.command()
def report(
    ledger: Annotated[
        str | None, typer.Argument(help="A ledger file or folder; without it, the sample company.", show_default=False)
    ] = None,
    *,
    out: Annotated[Path, typer.Option(help="Folder to publish the report to.")],
    as_of: Annotated[
        str | None, typer.Option(help="Date of the report, YYYY-MM-DD; the sample company has its own.")
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the report.")] = Language.en,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="A parameter of the notebook.")
    ] = None,
    notebook: Annotated[
        str, typer.Option(help="A report's name, or the path of a notebook of your own.")
    ] = "monthly_diagnostic",
    timeout: Annotated[float | None, typer.Option(help="Seconds that the run may take.", min=1)] = None,
) -> None:
    """Make a report: run its notebook, publish page, workbook and notebook, or nothing.

    Exit codes: 0 done, 2 wrong parameters, 3 ledger refused, 4 a notebook cell failed, 5 the kernel died or ran out of
    time, 6 export failed. What failed is told in OUT.failed/run.json; a report published before stays.
    """
    from arkit.reporting.run import ReportError
    from arkit.reporting.run import report as run

    language: Lang = lang.value
    signal.signal(signal.SIGTERM, _leave)
    try:
        with _progress(language) as watch:
            published = run(
                ledger,
                as_of=as_of,
                out=out,
                lang=language,
                notebook=notebook,
                parameters=_parameters(parameter or []),
                timeout=timeout,
                watch=watch,
            )
    except ReportError as error:
        _complain(error, language)
        kept = Message("The record of this run: {path}", path=str(error.record))
        typer.echo(kept.to(language), err=True)
        raise typer.Exit(error.exit_code) from None
    except ParameterError as error:
        _complain(error, language)
        raise typer.Exit(2) from None
    typer.echo(str(published.html))


@app.command()
def check(
    ledger: Annotated[str, typer.Argument(help="A ledger file or folder, or the URL of a database.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder for check.html and check.json.")] = Path("reports/check"),
    lang: Annotated[Language, typer.Option(help="Language of the terminal and the page.")] = Language.en,
    as_of: Annotated[
        str | None, typer.Option(help="The date that is asked of, YYYY-MM-DD; default: the ledger's last.")
    ] = None,
    table: Annotated[str | None, typer.Option(help="Of a database: the table or view to read.")] = None,
    query: Annotated[str | None, typer.Option(help="Of a database: one SELECT.")] = None,
    profile: Annotated[str | None, typer.Option(help="A layout's name, or the path of a profile file.")] = None,
    sheet: Annotated[str | None, typer.Option(help="The one sheet to read.")] = None,
    dates: Annotated[str | None, typer.Option(help="Order of ambiguous dates: dmy, mdy or ymd.")] = None,
    decimal: Annotated[str | None, typer.Option(help="Decimal mark of ambiguous numbers.")] = None,
    currency: Annotated[str | None, typer.Option(help="ISO 4217 code of a file that names none.")] = None,
    exported_on: Annotated[str | None, typer.Option(help="Day of an export of open items, YYYY-MM-DD.")] = None,
    control: Annotated[
        str | None, typer.Option(help="Balance of the general ledger: 1234567.89, or CNY=1234567.89,USD=10.00.")
    ] = None,
    accept: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="A rule whose rows may be set aside; may be repeated.")
    ] = None,
    write_profile: Annotated[
        Path | None, typer.Option(help="Write what was recognised as a profile file of your own, and leave.")
    ] = None,
) -> None:
    """Tell whether a ledger can be read, whether its totals tie, and which measures it supports.

    Exit codes: 0 read, 2 wrong parameters, 3 refused. The page and the JSON are written in both cases.
    """
    from arkit.errors import LedgerError
    from arkit.reporting.checked import check as run

    language: Lang = lang.value
    try:
        if write_profile is not None:
            reading = {"table": table, "query": query, "profile": profile, "sheet": sheet}
            _write_profile(ledger, write_profile, reading, language)
            return
        found = run(
            ledger, as_of=as_of, table=table, query=query, profile=profile, sheet=sheet, dates=dates, decimal=decimal,
            currency=currency, exported_on=exported_on, control=control, accept=accept or (),
        )  # fmt: skip
    except LedgerError as error:
        _complain(error, language)
        raise typer.Exit(3) from None
    except ArkitError as error:
        _complain(error, language)
        raise typer.Exit(2) from None
    from arkit.reporting.check_terminal import tell
    from arkit.text import Text

    page = found.write(out, language)  # before a word is said: a closed pipe takes nothing from the files
    tell(found, Text(language), sys.stdout)
    typer.echo(str(page))
    if found.refused:
        raise typer.Exit(3)


def _write_profile(ledger: str, path: Path, reading: dict[str, str | None], lang: Lang) -> None:
    from arkit.readers.drafting import draft

    if path.exists():
        raise ArkitError(Message("{path} is there already: choose another name", path=str(path)))
    text = draft(ledger, **reading)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    typer.echo(
        Message("{path}: look at it, name what is missing, and read with --profile {path}", path=str(path)).to(lang)
    )


@app.command()
def lab(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to work; default: the checkout's notebooks, or ./arkit-notebooks.")
    ] = None,
) -> None:
    """Open the notebooks in JupyterLab; an installed package's notebooks are copied to a folder of yours first."""
    import importlib.util
    import shutil
    import subprocess

    from arkit.reporting import notebook

    if importlib.util.find_spec("jupyterlab") is None:
        typer.echo('JupyterLab is not installed: it comes with the extra "lab", see the README.', err=True)
        raise typer.Exit(2)
    home = notebook.home()
    if folder is None and home.parent == notebook.PACKAGE.parent:
        place = home
    else:
        place = (folder or Path("arkit-notebooks")).resolve()
        if not place.exists():
            shutil.copytree(home, place, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={place}"]
    raise typer.Exit(subprocess.run(command, check=False).returncode)


@scenario.command("check")
def scenario_check(
    files: Annotated[list[Path], typer.Argument(help="Scenario files.", exists=True, dir_okay=False, readable=True)],
    *,
    lang: Annotated[Language, typer.Option(help="Language of the findings.")] = Language.en,
) -> None:
    """Tell what is wrong with scenario files, each finding with its place and its rule.

    Exit codes: 0 fit to play (warnings may be told), 2 wrong parameters, 3 at least one file is refused.
    """
    from arkit.training.check import check_scenario

    language: Lang = lang.value
    refused = False
    for file in files:
        findings = check_scenario(file)
        refused |= any(finding.severity == "error" for finding in findings)
        _tell(file, findings, language)
    if refused:
        raise typer.Exit(3)


@scenario.command("preview")
def scenario_preview(
    file: Annotated[Path, typer.Argument(help="A scenario file.", exists=True, dir_okay=False, readable=True)],
    *,
    out: Annotated[Path, typer.Option(help="The page to write, HTML.", dir_okay=False, writable=True)],
    lang: Annotated[Language, typer.Option(help="Language of the page.")] = Language.en,
) -> None:
    """Show a scenario on one offline page: its graph, what each choice loses, and what is wrong with it.

    Exit codes: 0 fit to play (warnings may be told), 2 wrong parameters, 3 the file is refused; the page is written
    all the same, unless the file can not be played at all.
    """
    from arkit.training import Appraiser, check_scenario, read_scenario
    from arkit.training.findings import ScenarioError
    from arkit.training.preview import page
    from arkit.training.survey import survey

    language: Lang = lang.value
    findings = check_scenario(file)
    _tell(file, findings, language, err=True)
    try:
        read = read_scenario(file)
    except ScenarioError:
        raise typer.Exit(3) from None
    shown = page(survey(Appraiser(read)), findings, lang=language)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(shown, encoding="utf-8")
    typer.echo(str(out))
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(3)


def _tell(file: Path, findings: Sequence[Finding], lang: Lang, *, err: bool = False) -> None:
    for finding in findings:
        place = f"{file}: {finding.path}" if finding.path else str(file)
        typer.echo(f"{place}: {finding.severity}: {finding.message.to(lang)} [{finding.rule}]", err=err)


def _parameters(given: list[str]) -> dict[str, object]:
    """Take ``name=value`` apart at the first ``=``: a value may hold more of them, and stays the text that it is."""
    pairs: dict[str, object] = {}
    for text in given:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name:
            raise ParameterError(Message("-p {text}: write NAME=VALUE", text=text))
        if name in pairs:
            raise ParameterError(Message("given twice: {names}", names=name))
        pairs[name] = value
    return pairs


def _complain(error: ArkitError, lang: Lang) -> None:
    from arkit.reporting import refusal

    told = refusal.tell(error, lang)
    typer.echo(told["headline"], err=True)
    for line in told["lines"]:
        typer.echo(f"  {line}", err=True)


@contextmanager
def _progress(lang: Lang) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on a terminal; stay silent elsewhere, and leave no trace."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(Message("Starting").to(lang), total=None)

        def watch(done: int, total: int) -> None:
            doing = Message("Step {number} of {total}", number=done + 1, total=total)
            bar.update(task, description=doing.to(lang), completed=done, total=total)

        yield watch


def _leave(number: int, frame: FrameType | None) -> None:
    """End on SIGTERM as on Ctrl-C: by an exception, so that the kernel and the temporary folder go too."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
