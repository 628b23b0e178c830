"""`rollguard sandbox inbox`: the messages that the sandbox's incidents have sent."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import click

from rollguard.cli.sandbox_options import options
from rollguard.failure import FINE
from rollguard.project import find_root


@click.command("inbox")
@click.option("--last", type=click.IntRange(min=1), help="Only so many messages, the newest, of whatever incident.")
@click.option("--all", "every", is_flag=True, help="The messages of every incident [default: of the last one].")
@click.option("--raw", is_flag=True, help="What was sent to programs as it was sent, not in words.")
@click.option(
    "--to", "to", metavar="TEXT", help="Only messages by a channel, or to an endpoint, whose name holds TEXT."
)
@options("environment", "state", "format")
@click.pass_obj
def command(
    root: Path | None,
    last: int | None,
    every: bool,
    raw: bool,
    to: str | None,
    environment: str | None,
    state: Path | None,
    format_: str,
) -> int:
    """Print what people and programs were sent by the last incident of this sandbox, the oldest first.

    A message stands here once, with every endpoint that it went to; what would not have arrived says why. `sandbox destroy` empties it.
    """
    from rollguard.sandbox import choice
    from rollguard.sandbox.runtime.outbox import Outbox, dispatches
    from rollguard.sandbox.runtime.telling import inbox

    folder = find_root(root, Path.cwd())
    chosen = choice.environment(folder, environment, state)
    found = dispatches(Outbox(choice.home(folder, chosen, state).folder).read())
    if found and not every and not last:
        found = tuple(one for one in found if one.play == found[-1].play)
    wanted = (to or "").lower()
    found = tuple(
        one for one in found if wanted in one.via.lower() or any(wanted in sent.to.lower() for sent in one.to)
    )
    found = found[-last:] if last else found
    if format_ == "json":
        click.echo(json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False))
    elif found:
        click.echo(inbox(found, min(shutil.get_terminal_size((100, 24)).columns, 120), raw=raw))
    else:
        click.echo(f"nobody was sent anything in `{chosen}` yet: play `rollguard sandbox incident`", err=True)
    return FINE
