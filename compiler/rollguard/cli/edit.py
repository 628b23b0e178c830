"""`rollguard sandbox edit`: break, or mend, what stands in the sandbox."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rollguard.cli.sandbox_options import options
from rollguard.failure import FINE, Failure
from rollguard.project import find_root

if TYPE_CHECKING:
    from rollguard.sandbox.aws import Resource, World
    from rollguard.sandbox.editing import Draft


@click.command("edit")
@click.argument("resource", required=False)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PATH=VALUE",
    help="Set a value; VALUE is JSON, or else text. May be given more than once.",
)
@click.option(
    "--remove", "removed", multiple=True, metavar="PATH", help="Take something out; may be given more than once."
)
@click.option("--undo", is_flag=True, help="Put RESOURCE, or everything that was edited, back as it stood before.")
@options("environment", "state")
@click.pass_obj
def command(
    root: Path | None,
    resource: str | None,
    settings: tuple[str, ...],
    removed: tuple[str, ...],
    undo: bool,
    environment: str | None,
    state: Path | None,
) -> int:
    """Change a RESOURCE of the sandbox by hand, as nobody should: then play an incident and see what comes of it.

    RESOURCE is a name that `rollguard sandbox status` lists, such as a deployment group's `application/group`. Without `--set` or
    `--remove` it is opened in your editor (`$VISUAL`, `$EDITOR`). Values are members of AWS's API, as the sandbox's `world.json` holds
    them; a member that the API does not have, and a value that its model does not allow, are refused.
    """
    from rollguard.sandbox import choice, editing
    from rollguard.sandbox.aws import World

    if undo and (settings or removed):
        raise Failure("`--undo` goes with neither `--set` nor `--remove`")
    folder = find_root(root, Path.cwd())
    chosen = choice.environment(folder, environment, state)
    home = choice.home(folder, chosen, state)
    world = World(home.folder)
    standing = world.resources()
    if not standing:
        raise Failure(
            f"nothing stands in the sandbox of `{chosen}`",
            help=f"`rollguard sandbox up --environment {chosen}` makes it",
        )
    if resource is None and not undo:
        raise Failure("which resource?", help="`rollguard sandbox status` lists what there is")
    meant = editing.find(standing, resource) if resource is not None else None
    if undo:
        with home.locked("edit", ""):
            _undo(world, [one for one in standing if meant is None or one == meant])
        return FINE
    assert meant is not None
    draft = editing.Draft.of(meant)
    for setting in settings:
        draft.set(setting)
    for path in removed:
        draft.remove(path)
    if not settings and not removed:
        draft = _by_hand(draft)
    editing.refuse(meant, draft)
    lines = [*editing.changes(meant, draft)]
    if lines:
        with home.locked("edit", ""):
            world.edit(meant, draft.members, draft.status)
    for line in lines or ["nothing has changed"]:
        click.echo(f"{meant.kind} {meant.name}: {line}")
    return FINE


def _undo(world: World, resources: list[Resource]) -> None:
    edited = [one for one in resources if one.unedited is not None]
    world.restore(edited)
    for one in edited:
        click.echo(f"{one.kind} {one.name}: as it stood before")
    if not edited:
        click.echo("nothing was edited")


def _by_hand(draft: Draft) -> Draft:
    """What comes back from the editor; asks again for what is no JSON. Raises Failure where there is no editor to open."""
    if not (sys.stdin.isatty() or os.environ.get("VISUAL") or os.environ.get("EDITOR")):
        raise Failure("there is no terminal to open an editor in", help="say what to change with `--set` or `--remove`")
    text = draft.as_text()
    while True:
        saved = click.edit(text, extension=".json")
        if saved is None:
            return draft
        try:
            return draft.from_text(saved)
        except ValueError as wrong:
            if not sys.stdin.isatty() or not click.confirm(f"{wrong}: edit it again?", default=True, err=True):
                raise Failure(f"what was saved cannot be read: {wrong}", help="nothing was changed") from wrong
            text = saved
