"""`rollguard sandbox incident`: play a Sev-2 against what stands in the sandbox."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rollguard import wording
from rollguard.cli.sandbox_options import options
from rollguard.failure import FINDINGS, FINE, Failure
from rollguard.plan.words import listed
from rollguard.project import find_root, load

if TYPE_CHECKING:
    from rollguard.plan.model import GuardPlan
    from rollguard.project import Project
    from rollguard.sandbox.aws import Resource
    from rollguard.sandbox.home import Home
    from rollguard.sandbox.incident.outside import Ending, Outside
    from rollguard.scenarios.suite import Runnable

DEFAULT = "hard-outage"


@click.command("incident")
@click.argument("policy")
@click.option("--failure-mode", "mode", metavar="ID", help=f"Which failure mode to play [default: {DEFAULT}].")
@click.option("--scenario", metavar="NAME", help="Play a scenario of the policy instead; a part of its name will do.")
@click.option(
    "--ending",
    type=click.Choice(["failed", "nothingToRollBack", "stillRed", "unknown"]),
    help="What else goes wrong: the rollback fails, no revision ever succeeded, the alarm stays red, CodeDeploy gives no answer.",
)
@options("environment")
@click.option("--region", help="The Region [default: the only one].")
@options("state", "format")
@click.pass_obj
def command(
    root: Path | None,
    policy: str,
    mode: str | None,
    scenario: str | None,
    ending: Ending | None,
    environment: str | None,
    region: str | None,
    state: Path | None,
    format_: str,
) -> int:
    """Play a Sev-2 incident against what stands in the sandbox, and tell it minute by minute.

    The policy says only what happens to the metrics. Whether it is seen, stopped and rolled back follows from the alarms, the deployment
    groups and the topics that stand in the sandbox; break one with `rollguard sandbox edit` and see. The exit code is 1 where the outcome
    is not the one that the failure mode, or the scenario, wants, or where it comes later than the policy's `rollbackWithin`.
    """
    from rollguard.sandbox import choice
    from rollguard.sandbox.incident.telling import incident_as_json, incident_in_words
    from rollguard.sandbox.runtime.account import play_in
    from rollguard.sandbox.runtime.deployments import Place

    if mode and scenario:
        raise Failure("an incident is a failure mode or a scenario, not both", help="leave one of the two out")
    folder = find_root(root, Path.cwd())
    chosen = choice.environment(folder, environment, state)
    project = load(folder)
    guard, account, place, runnable = _guard(project, policy, chosen, region)
    outside = _outside(project, folder, guard, runnable, chosen, mode or DEFAULT, scenario).ending_in(ending)
    home = choice.home(folder, chosen, state)
    if not _standing(home, policy, account, place):
        raise Failure(
            f"nothing of `{policy}` stands in the sandbox of `{chosen}`",
            help=f"`rollguard sandbox up --environment {chosen}` makes it",
        )
    with home.locked("incident", ""):
        standing = _standing(home, policy, account, place)
        played = play_in(home, standing, outside, Place(account, place), datetime.now(UTC))
    if format_ == "json":
        click.echo(json.dumps(incident_as_json(played, chosen, place), indent=2, ensure_ascii=False))
    else:
        click.echo(incident_in_words(played, chosen, place, min(shutil.get_terminal_size((120, 24)).columns, 140)))
    return FINE if played.incident.as_wanted else FINDINGS


def _standing(home: Home, policy: str, account: str, region: str) -> list[Resource]:
    """What stands in the account and Region, and Slack configurations wherever they lie; nothing where nothing of the policy does."""
    from rollguard.sandbox.aws import World

    standing = [
        one
        for one in World(home.folder).resources()
        if one.account == account and (one.region in (region, "") or one.kind == "slackChannel")
    ]
    return standing if any(one.tags.get("rollguard:policy") == policy for one in standing) else []


def _guard(project: Project, policy: str, environment: str, region: str | None) -> tuple[GuardPlan, str, str, Runnable]:
    """The policy in the environment and Region, its account and Region, and its scenarios. Raises Failure with what there is."""
    from rollguard.plan import plan
    from rollguard.scenarios.suite import collect

    suite = collect(project, environment=environment)
    runnable = next((one for one in suite.policies if one.source.name == policy), None)
    checked = plan(project, environment, ())
    if runnable is None or checked.value is None:
        names = [one.source.name for one in suite.policies]
        if policy in {one.name for one in project.policies} or not names:
            raise Failure(f"policy `{policy}` has faults", help="`rollguard check` shows them")
        raise Failure(
            f"there is no policy `{policy}`", help=wording.did_you_mean(policy, names) or wording.there_are(names)
        )
    found = {one.region: guard for one in checked.value.regions for guard in one.guards if guard.policy == policy}
    if not found:
        raise Failure(f"policy `{policy}` is not for environment `{environment}`")
    if region is None and len(found) > 1:
        raise Failure(f"which Region? there are {listed(found)}", help="name it with `--region`")
    place = region or next(iter(found))
    if place not in found:
        raise Failure(f"`{policy}` is not in Region `{place}`", help=f"it is in {listed(found)}")
    return found[place], checked.value.account, place, runnable


def _outside(
    project: Project,
    folder: Path,
    guard: GuardPlan,
    runnable: Runnable,
    environment: str,
    mode: str,
    scenario: str | None,
) -> Outside:
    from rollguard.csv_files import CsvFolder
    from rollguard.sandbox.incident.outside import of_failure_mode, of_scenario
    from rollguard.scenarios.failure_mode_catalogue import failure_modes

    if scenario is None:
        catalogue = failure_modes(project.failure_modes)
        found = catalogue.get(mode)
        if found is None:
            ids = [one.id for one in catalogue]
            near = wording.did_you_mean(mode, ids)
            raise Failure(f"there is no failure mode `{mode}`", help=near or wording.there_are(ids))
        return of_failure_mode(guard, catalogue, found)
    all_of_it = [one for name, one in runnable.wanted if name == environment]
    exact = [one for one in all_of_it if one.name == scenario]
    fitting = exact or [one for one in all_of_it if scenario.lower() in one.name.lower()]
    if len(fitting) != 1:
        names = listed(one.name for one in fitting or all_of_it) or "none"
        what = (
            f"{len(fitting)} scenarios of `{guard.policy}` have" if fitting else f"no scenario of `{guard.policy}` has"
        )
        raise Failure(f"{what} `{scenario}` in their name", help=f"there are {names}")
    try:
        return of_scenario(guard, fitting[0], CsvFolder((folder / runnable.source.path).parent, folder))
    except ValueError as wrong:
        raise Failure(f"scenario `{fitting[0].name}` cannot be played: {wrong}") from wrong
