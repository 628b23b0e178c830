"""`rollguard site`: the criteria of every service as a site that anyone can read."""

from __future__ import annotations

import re
from pathlib import Path

import click

from rollguard.failure import FINDINGS, FINE, Failure
from rollguard.project import find_root


@click.command("site")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Where to build [default: build/html].")
@click.option("--pages-only", is_flag=True, help="Write only the Markdown pages [default: to build/pages].")
@click.option(
    "--records",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="List the past rollbacks of this folder of records [default: what mkdocs.yml says, else none].",
)
@click.option(
    "--strict", is_flag=True, help="Exit with 1 if there is any warning, such as a policy that does not compile."
)
@click.option("--serve", is_flag=True, help="Serve the site, and build it again when a policy changes.")
@click.option("--address", metavar="HOST:PORT", help="Where to serve [default: 127.0.0.1:8000].")
@click.pass_obj
def command(
    root: Path | None,
    out: Path | None,
    pages_only: bool,
    records: Path | None,
    strict: bool,
    serve: bool,
    address: str | None,
) -> int:
    """Publish the project's criteria as HTML.

    Uses the project's mkdocs.yml if it has one. A policy that does not compile becomes a page that says what is wrong with it.
    """
    if serve and (out is not None or pages_only or strict or records is not None):
        raise click.UsageError("--serve goes with no other option but --address; mkdocs.yml may name the records")
    if address and not serve:
        raise click.UsageError("--address needs --serve")
    if address and not re.fullmatch(r"\S+:\d{1,5}", address):
        raise click.UsageError(f"--address takes HOST:PORT, such as 127.0.0.1:8000, not {address}")
    folder = find_root(root, Path.cwd())
    if pages_only:
        return _pages(folder, out, records, strict)
    try:
        from rollguard.site import build
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        if package == "rollguard":
            raise
        raise Failure(f"the site needs `{package}`, which is not installed", "install `rollguard[site]`") from None
    if serve:
        build.serve(folder, address)
        return FINE
    built = build.build(folder, out, records)
    _warn(built.warnings)
    click.echo(f"{_pages_made(built.pages)}: {_shown(built.folder / 'index.html')}")
    return FINDINGS if strict and built.warnings else FINE


def _pages(root: Path, out: Path | None, records: Path | None, strict: bool) -> int:
    from rollguard.site.publish import PAGES, publish
    from rollguard.site.writer import is_ours

    folder = (out or root / PAGES).resolve()
    if out is not None and not is_ours(folder):
        raise Failure(
            f"`{folder}` holds files that are not ours", "choose another folder for the pages, or empty that one"
        )
    written = publish(root, folder, records=records)
    broken = [entry.complaint for entry in written if entry.complaint]
    _warn(broken)
    click.echo(f"{_pages_made(len(written))}: {_shown(folder)}")
    return FINDINGS if strict and broken else FINE


def _warn(messages: tuple[str, ...] | list[str]) -> None:
    for message in messages:
        click.echo(f"warning: {message}", err=True)


def _pages_made(count: int) -> str:
    return f"{count} page{'' if count == 1 else 's'}"


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
