"""`salon-hub import salon-csv`: the report on the terminal; its last line is JSON whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hub.backoffice.security.first_start import Credential
from hub.imports import report
from hub.imports.findings import FileRefused
from hub.imports.report import say
from hub.imports.run import Imported, ImportStopped, Openable, import_salon_csv
from hub.imports.salon_csv import MappingRefused, default_mapping, load_mapping
from hub.kernel.text import Language
from hub.settings import Settings


async def import_and_report(
    folder: Path,
    mapping: Path | None,
    settings: Settings,
    build: Callable[[Settings], Openable],
    language: Language,
    *,
    dry_run: bool,
) -> bool:
    """Import and print the report; False when a file, the folder or the mapping was refused, or the store was busy."""
    console = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
    try:
        rules = default_mapping() if mapping is None else load_mapping(mapping)
        done = await import_salon_csv(folder, rules, settings, build, dry_run=dry_run)
    except MappingRefused as refused:
        console.print(say(language, "import-mapping-refused", file=refused.file))
        for where, what in refused.problems:
            console.print("  " + say(language, "import-mapping-problem", where=where or "none", what=what))
        console.print(report.nothing())
        return False
    except FileRefused as refused:
        console.print(report.refusal_line(refused, language))
        console.print(report.nothing(refused))
        return False
    except ImportStopped as stopped:
        console.print(say(language, f"import-stopped-{stopped.code}", **stopped.params))
        console.print(report.nothing())
        return False
    _print(console, done, settings, language, dry_run=dry_run)
    return done.good


def _print(console: Console, done: Imported, settings: Settings, language: Language, *, dry_run: bool) -> None:
    *lines, totals = report.lines(done.draft, language)
    for line in lines:
        console.print(line)
    for staff, day, code in done.rosterless:
        console.print(say(language, "import-shift-refused", staff=staff, day=day, code=code))
    if done.stopped:
        console.print(say(language, "import-stopped-unavailable"))
    if dry_run:
        console.print(say(language, "import-dry-run"))
    if done.credentials:
        console.print(say(language, "import-store-opened", data=str(settings.data)))
        console.print(credentials_table(done.credentials))
    console.print(totals)


def credentials_table(credentials: Sequence[Credential]) -> Table:
    """First accounts with the secrets that are shown once: whole, however narrow the terminal and long the names."""
    table = Table()
    for title in ("Account 账号", "Who 姓名", "Role 角色"):
        table.add_column(title, overflow="fold")
    for title in ("Password 密码", "PIN"):
        table.add_column(title, no_wrap=True)
    for each in credentials:
        table.add_row(*map(Text, (each.login, each.name, each.role, each.password or "", each.pin or "")))
    return table
