"""`salon-hub`: the hub's command line. Each subcommand lives where its work is done."""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
import sys
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import orjson
import structlog
import typer
from rich.console import Console

from hub.app import Hub, build, described
from hub.backoffice.audit.command import audit
from hub.backoffice.backups import command as backups
from hub.backoffice.privacy import command as privacy
from hub.backoffice.security.command import group as accounts
from hub.kernel.serving_lock import served_alone
from hub.kernel.serving_note import remembered
from hub.kernel.terminal_text import spoken, told
from hub.logs import log_to_stderr
from hub.moving.command import migrate_to_postgres
from hub.opening import new
from hub.processes import look_at_address
from hub.recovery.page import hold
from hub.recovery.telling import StoreTroubleError, Telling, in_words, refuse_trouble, refuse_without_store
from hub.reference import reference
from hub.serving import begin_anew, run, run_family
from hub.settings import PREFIX, Settings

log = structlog.get_logger(__name__)

app = typer.Typer(
    cls=Telling,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="The live operations hub of a beauty or hair salon.",
)


def build_standing(settings: Settings) -> Hub:
    """A hub over a store that is there, and can be opened; it names the address at which the store is served."""
    refuse_without_store(settings)
    return build(settings.model_copy(update=_served_at(settings.data)))


def _served_at(data: Path) -> dict[str, Any]:
    """The settings with which the store's hub was served last, as far as an address is made of them."""
    return {name: value for name, value in remembered(data).items() if name in Settings.model_fields}


imports = typer.Typer(no_args_is_help=True, help="Bring in the book of another system.")
app.add_typer(imports, name="import")
app.add_typer(accounts(build_standing), name="accounts")
app.add_typer(audit, name="audit")
privacy.add_to(app, build_standing, in_words)
app.command()(new)
app.command()(migrate_to_postgres)
backups.add_to(app)

DEMO = Path("var/demo")

Data = Annotated[Path | None, typer.Option("--data", help="Directory of the store.")]
DemoData = Annotated[Path | None, typer.Option("--data", help="Directory of the store.", show_default=str(DEMO))]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.")]
Port = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0 takes a free one.")]


@app.command()
def serve(
    data: Data = None,
    host: Host = None,
    port: Port = None,
    tls_cert: Annotated[Path | None, typer.Option("--tls-cert", help="Certificate (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="Its private key (PEM).")] = None,
    database_url: Annotated[str | None, typer.Option("--database-url", help="PostgreSQL instead of SQLite.")] = None,
    processes: Annotated[int, typer.Option("--processes", min=1, max=64, help="Hubs behind this address.")] = 1,
    listen_fd: Annotated[int | None, typer.Option("--listen-fd", hidden=True)] = None,
) -> None:
    """Run the hub alone."""
    given: dict[str, Any] = {
        "data": data,
        "host": host,
        "port": port,
        "tls_cert": tls_cert,
        "tls_key": tls_key,
        "database_url": database_url,
    }
    settings = Settings.from_environment(**given)
    log_to_stderr(form=settings.log_format)
    if unread := Settings.unread_variables():
        log.warning("no setting is called so", variables=unread)
    _readable(settings)
    if processes == 1 and listen_fd is None:
        hold(settings)
        if sys.stdout.isatty():  # a journal is no place for the recovery key
            backups.first_keys(settings, Console())
    if processes == 1:
        run(build(settings), listen_fd)
    elif settings.url.startswith("sqlite"):
        typer.echo(told("processes-need-postgresql"), err=True)
        raise typer.Exit(2)
    else:
        run_family(settings, processes)


def _readable(settings: Settings) -> None:
    """Raises what names the file that cannot be read: TLS itself says neither which nor what is wrong with it."""
    if settings.tls_cert is None or settings.tls_key is None:
        return
    for file in (settings.tls_cert, settings.tls_key):
        file.read_bytes()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_cert, settings.tls_key)
    except ssl.SSLError:
        raise typer.BadParameter(f"{settings.tls_cert} and {settings.tls_key} are no certificate and its key (PEM)") from None


@app.command()
def demo(
    data: DemoData = None,
    host: Host = None,
    port: Port = None,
    speed: Annotated[float, typer.Option("--speed", min=1, max=600, help="Hub seconds per second; 1 is real time.")] = 30,
) -> None:
    """Run the demo store: simulated customers and technicians live a day that anybody can join."""
    from hub.demo.run import NotTheDemoError
    from hub.demo.run import demo as play
    from hub.imports.report import say

    log_to_stderr(logging.WARNING)
    settings = Settings.from_environment(data=_or_the_demo(data), host=host, port=port)
    refuse_trouble(settings)
    settings.data.mkdir(parents=True, exist_ok=True)
    with served_alone(settings.data):
        look_at_address(settings.host, settings.port)
        try:
            begins_anew = asyncio.run(play(settings, speed, Console()))
        except NotTheDemoError:
            typer.echo(say(spoken(), "demo-other-store", data=str(settings.data)), err=True)
            raise typer.Exit(2) from None
    if begins_anew:
        begin_anew()


def _or_the_demo(data: Path | None) -> Path | None:
    """The demo's folder, where neither an argument nor a variable names one."""
    return data or (None if f"{PREFIX}DATA" in os.environ else DEMO)


def _of_our_time(day: datetime) -> datetime:
    """The first and the last days of the calendar have no neighbours, which time zones need."""
    if not 1900 <= day.year <= 2200:
        raise typer.BadParameter("no book has a day of that year")
    return day


@app.command("replay-day")
def replay_day(
    day: Annotated[
        datetime,
        typer.Argument(formats=["%Y-%m-%d"], callback=_of_our_time, help="A day of the book, such as 2018-05-31."),
    ],
    data: Data = None,
    host: Host = None,
    port: Port = None,
    speed: Annotated[float, typer.Option("--speed", min=1, max=600, help="Hub seconds per second; 1 is real time.")] = 30,
) -> None:
    """Make that day's book today's and run it live, on a copy of the store."""
    from hub.demo.replay import ReplayRefused, replay
    from hub.imports.report import say

    log_to_stderr(logging.WARNING)
    settings = Settings.from_environment(data=data, host=host, port=port)
    look_at_address(settings.host, settings.port)
    try:
        begins_anew = asyncio.run(replay(settings, day.date(), speed, Console(), spoken()))
    except ReplayRefused as refused:
        typer.echo(say(spoken(), f"replay-{refused.code}", **refused.params), err=True)
        raise typer.Exit(2 if refused.code == "no-store" else 1) from None
    if begins_anew:
        begin_anew()


@app.command("review-day")
def review_day(
    day: Annotated[
        datetime, typer.Argument(formats=["%Y-%m-%d"], callback=_of_our_time, help="A day of the store that is over.")
    ],
    data: Data = None,
    seconds: Annotated[float, typer.Option("--seconds", min=1, max=3600, help="How long to search at most.")] = 10,
) -> None:
    """Compare a day with the best that could have been made of it; exit code 1 where there is no such day."""
    from hub.operations.planning.review import review
    from hub.operations.planning.review_command import ReviewRefused, read_past_day
    from hub.operations.planning.review_table import say, sentences, table
    from scheduler import Limits

    log_to_stderr(logging.WARNING)
    language, settings = spoken(), Settings.from_environment(data=data)
    try:
        past = asyncio.run(read_past_day(settings, day.date()))
    except ReviewRefused as refused:
        typer.echo(say(language, f"review-{refused.code}", **refused.params), err=True)
        raise typer.Exit(2 if refused.code == "no-store" else 1) from None
    found = review(past, Limits(seconds=seconds))
    console = Console()
    console.print(table(found, language))
    for sentence in sentences(found, language):
        console.print(sentence, highlight=False, markup=False, soft_wrap=True)


@imports.command("salon-csv")
def import_salon_csv(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with the exported reports.")],
    mapping: Annotated[Path | None, typer.Option("--mapping", help="Mapping (YAML); the shipped one if not given.")] = None,
    data: Data = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read, judge and report; write nothing.")] = False,
) -> None:
    """Bring in the reports that a salon exported as CSV; importing them again changes nothing."""
    from hub.imports.report import nothing
    from hub.imports.terminal import import_and_report

    log_to_stderr(logging.WARNING)
    settings = Settings.from_environment(data=data)
    try:
        refuse_trouble(settings)
    except StoreTroubleError as trouble:
        typer.echo(f"{trouble}\n{nothing()}")  # whose last line is for programs, whatever happens
        raise typer.Exit(1) from None
    if not asyncio.run(import_and_report(folder, mapping, settings, build, spoken(), dry_run=dry_run)):
        raise typer.Exit(1)


@imports.callback()
def _another_systems_book() -> None:
    """Bring in the book of another system."""


@app.command()
def links(data: DemoData = None, host: Host = None, port: Port = None) -> None:
    """Print a fresh one-time link to every screen, at the address where the hub is served; it may be running."""
    from hub.demo.announcing import print_links

    log_to_stderr(logging.WARNING)
    where = Settings.from_environment(data=_or_the_demo(data)).data
    place = _served_at(where) | {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = Settings.from_environment(data=where, **place)
    refuse_without_store(settings)
    asyncio.run(print_links(settings, Console()))


@app.command("reference")
def write_reference(out: Annotated[Path, typer.Option("--out", help="File to write.")] = Path("docs/reference.md")) -> None:
    """Write the reference of commands, screens, facts, refusals and settings."""
    out.write_text(reference(), encoding="utf-8")


@app.command()
def simulate(
    store: Annotated[Path, typer.Option("--store", help="YAML file, data directory of a hub, or: small, medium.")],
    days: Annotated[int, typer.Option("--days", min=1, max=10_000, help="How many days to play.")] = 10,
    policy: Annotated[str, typer.Option("--policy", help="salon-hub, greedy, fixed; several with commas.")] = "salon-hub",
    seed: Annotated[int, typer.Option("--seed", help="The same seed brings the same customers.")] = 0,
    roster: Annotated[
        list[Path] | None, typer.Option("--roster", help="YAML file with other technicians and places, to compare; repeatable.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print numbers for programs.")] = False,
) -> None:
    """Play a store's days and measure ways of planning them, or rosters; needs no running hub."""
    from hub.simulation.command import run as play

    raise typer.Exit(play(store, days, policy, seed, as_json=json, language=spoken(), rosters=roster or ()))


@app.command()
def openapi(
    out: Annotated[Path | None, typer.Option("--out", help="File to write; standard output if not given.")] = None,
) -> None:
    """Write the OpenAPI document."""
    text = orjson.dumps(described(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    if out is None:
        sys.stdout.buffer.write(text)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(text)


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that knows few letters shows ? for the others and goes on
            stream.reconfigure(errors="replace")
    app()
