"""What a person should do next, by status and platform: sentences, and commands to copy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rollguard.recorder.clean import address, line
from rollguard.recorder.commands import Commands
from rollguard.recorder.headline import alarms_off, presumed, reached, rollback_off, still_red
from rollguard.recorder.words import listed


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, as a sentence, and the commands for it."""

    text: str
    commands: tuple[str, ...] = ()


#: Criteria whose bypass commands a message gives.
MOST_BYPASSES = 10

#: What CodeDeploy does when it rolls back (aws-facts 2.2).
_ROLLBACK = {
    "ECS": "The rollback sends the traffic back to the old tasks: seconds while they still run, else as long as starting them takes.",
    "Lambda": "The rollback points the alias at the old version again, as a deployment of its own.",
    "Server": "The rollback deploys the last good revision host by host. What scripts did outside their files stays done.",
}
_HALF_WAY = {
    "ECS": "Traffic may still reach the new tasks; see which targets serve.",
    "Lambda": "The alias may still send a part of the calls to the new version; see the targets' versions.",
    "Server": "Some hosts may have the new revision and others the old one; see which.",
}


def next_steps(record: Mapping[str, Any], status: str, follow: Collection[str] | None = None) -> tuple[Step, ...]:
    """The steps for a message of `status`, the most urgent first. Every status has at least one.

    `follow` are the statuses that the reader is told of at all; None is every one.
    """
    made: dict[str, Callable[[Mapping[str, Any], Commands], list[Step]]] = {
        "started": partial(_started, follow=follow),
        "succeeded": partial(_succeeded, follow=follow),
        "refused": _refused,
        "failed": _failed,
        "nothingToRollBack": _nothing_to_roll_back,
        "recovered": _recovered,
        "stillRed": _still_red,
        "notRolledBack": _not_rolled_back,
        "outsideDeployment": _outside_deployment,
    }
    return tuple(made.get(status, _unknown)(record, Commands(record)))


def _platform(record: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    return texts.get(str(record.get("platform")), "")


def _end(follow: Collection[str] | None) -> str:
    """What the reader will be told of the rollback's end, as a sentence."""
    well, badly = (follow is None or status in follow for status in ("succeeded", "failed"))
    if well and badly:
        return "The next message says how it ended."
    well = well or (follow is not None and "recovered" in follow)
    if badly:
        return "A message follows if it fails" + (
            ", or once the alarms are OK again." if well else ", and none if it does not."
        )
    return (
        "A message follows when that has worked, and none if it fails."
        if well
        else "You are not told here how it ends."
    )


def _recovery(follow: Collection[str] | None) -> str:
    """What the reader will be told of the alarms after a rollback, as a sentence."""
    green, red = (follow is None or status in follow for status in ("recovered", "stillRed"))
    if green and red:
        return "A message follows when they do, and another if they stay red"
    if green:
        return "A message follows when they do, and none if they stay red"
    return "A message follows only if they stay red" if red else "You are not told here whether they do"


def _started(record: Mapping[str, Any], aws: Commands, follow: Collection[str] | None) -> list[Step]:
    steps = []
    if presumed(record):
        steps.append(
            Step(
                "See whether it is the rollback: CodeDeploy did not say so, its group and its time make it probable.",
                (aws.get_deployment(aws.rollback),),
            )
        )
    elif record.get("rollback"):
        steps.append(
            Step(
                f"Wait: CodeDeploy is rolling back by itself. {_platform(record, _ROLLBACK)}".rstrip()
                + f" {_end(follow)} To watch it:",
                (aws.get_deployment(aws.rollback),),
            )
        )
    else:
        steps.append(Step("See whether CodeDeploy has started the rollback:", (aws.get_deployment(aws.deployment),)))
        steps.append(
            Step("If the deployment still runs, stop it and roll it back yourself:", (aws.stop(aws.deployment),))
        )
    steps.append(Step("Hold further releases of this service. The group takes one deployment at a time."))
    return [*steps, *_runbook(record)]


def _refused(record: Mapping[str, Any], aws: Commands) -> list[Step]:
    return [
        Step(
            "The criteria were red before this deployment began, so it is most likely not its fault. See what is red:",
            (aws.alarms(),),
        ),
        *_runbook(record),
        *_fix_past_alarms(record, aws, "If this very deployment is the fix,"),
    ]


def _succeeded(record: Mapping[str, Any], aws: Commands, follow: Collection[str] | None) -> list[Step]:
    return [
        *(_which_version(aws) if presumed(record) else ()),
        Step(f"See whether the criteria turn green. {_recovery(follow)}:", (aws.alarms(),)),
        *_runbook(record),
        *_fix_past_alarms(record, aws, "To deploy the fix while the alarm is still red,"),
        *_bake(record, aws),
        _review(aws),
    ]


def _which_version(aws: Commands) -> list[Step]:
    return [
        Step(
            "See which version serves: CodeDeploy did not say that this deployment is the rollback.",
            (aws.get_deployment(aws.rollback), aws.deployments(succeeded=True)),
        )
    ]


def _failed(record: Mapping[str, Any], aws: Commands) -> list[Step]:
    known = aws.rollback if record.get("rollback") else aws.deployment
    return [
        Step(
            f"Act now: nothing rolls back any more by itself. {_platform(record, _HALF_WAY)}".rstrip(),
            (aws.get_deployment(known), aws.targets(known)),
        ),
        *_by_hand(record, aws),
        *_runbook(record),
        _review(aws),
    ]


def _nothing_to_roll_back(record: Mapping[str, Any], aws: Commands) -> list[Step]:
    why = "cannot roll back, most likely as no revision has ever succeeded in this group"
    if rollback_off(record):
        why = "does not roll back, as automatic rollback is off in this group"
    return [
        Step(
            f"Act now: CodeDeploy stopped and {why}. {_platform(record, _HALF_WAY)}".rstrip(),
            (aws.get_deployment(aws.deployment), aws.targets(aws.deployment)),
        ),
        # Where it is off there is most likely a revision to go back to: nobody was to.
        *(_by_hand(record, aws) if rollback_off(record) else ()),
        *_fix_past_alarms(record, aws, "To deploy a revision that you trust,"),
        *_runbook(record),
        _review(aws),
    ]


def _still_red(record: Mapping[str, Any], aws: Commands) -> list[Step]:
    helped = "going back did not help" if still_red(record) else "whether going back helped cannot be told"
    return [
        Step(
            f"Act now: {helped}. Look beyond this release (a dependency, data or configuration that it "
            "changed, load). See what is red:",
            (aws.alarms(),),
        ),
        *_runbook(record),
        Step("See what else was deployed here:", (aws.deployments(succeeded=False),)),
        *_fix_past_alarms(record, aws, "To deploy a fix past the red alarm,"),
        _review(aws),
    ]


def _recovered(record: Mapping[str, Any], aws: Commands) -> list[Step]:
    steps = []
    if record.get("deployment"):
        steps.append(
            Step("Find out what was wrong with the release before it goes out again. Deploy the fix as usual.")
        )
        steps += _bake(record, aws)
    else:
        steps.append(
            Step("Nothing must be done at once. Find out why the criteria were red while nothing was deployed.")
        )
    return [*steps, _review(aws)]


def _not_rolled_back(record: Mapping[str, Any], aws: Commands) -> list[Step]:
    status = (record.get("deployment") or {}).get("status")
    if status in ("Succeeded", "Stopped", "Failed"):
        act = "Act now: nothing rolls this deployment back any more by itself."
        if status != "Succeeded":
            act = f"{act} {_platform(record, _HALF_WAY)}".rstrip()
        commands = (aws.get_deployment(aws.deployment), aws.targets(aws.deployment))
        return [
            Step(act, commands),
            *_by_hand(record, aws),
            *([_guard(aws)] if status == "Succeeded" and not alarms_off(record) else []),
            *_runbook(record),
            _review(aws),
        ]
    if alarms_off(record):
        return [
            Step("Watch this deployment yourself, whoever switched its alarms off: nothing stops it.", (aws.alarms(),)),
            Step("If it makes things worse, stop it and roll it back:", (aws.stop(aws.deployment),)),
            *_runbook(record),
        ]
    return [
        Step("Act now: stop the deployment and roll it back yourself:", (aws.stop(aws.deployment),)),
        _guard(aws),
        *_runbook(record),
        _review(aws),
    ]


def _guard(aws: Commands) -> Step:
    return Step(
        "Find out why CodeDeploy did not stop it. Most likely its group does not name the rollback alarm, or not any more:",
        (aws.alarms_of_group(),),
    )


def _outside_deployment(record: Mapping[str, Any], aws: Commands) -> list[Step]:
    steps = [
        Step(
            "No deployment was under way, so there is nothing to roll back automatically. See what is red:",
            (aws.alarms(),),
        ),
        *_runbook(record),
    ]
    if record.get("application") and record.get("group"):
        steps.append(
            Step("If the last release is to blame, see what it was:", (aws.deployments(succeeded=False),)),
        )
        steps += _by_hand(record, aws)
    return steps


def _unknown(record: Mapping[str, Any], aws: Commands) -> list[Step]:
    steps = [
        Step(
            "Look yourself: AWS did not answer what became of this deployment.",
            (aws.get_deployment(aws.deployment), aws.alarms()),
        )
    ]
    if record.get("deployment"):
        steps.append(Step("If it still runs, stop it and roll it back:", (aws.stop(aws.deployment),)))
    return [*steps, *_runbook(record)]


def _runbook(record: Mapping[str, Any]) -> list[Step]:
    runbook = address(record.get("runbook"))
    return [Step(f"Follow the runbook: {runbook}")] if runbook else []


def _by_hand(record: Mapping[str, Any], aws: Commands) -> list[Step]:
    """Deploy the last good revision: a deployment that a person starts does not ignore a red alarm (corrections 3.15)."""
    if (record.get("rollback") or {}).get("id"):
        return [
            Step(
                "Deploy the last good revision by hand, with the alarms off for this one deployment (else the red alarm "
                "stops it):",
                (
                    aws.revision(aws.rollback, record["rollback"].get("revision")),
                    aws.deploy("revision.json", past_alarms=True),
                ),
            )
        ]
    like = {
        key: value for key, value in ((record.get("deployment") or {}).get("revision") or {}).items() if key != "sha256"
    }
    return [
        Step(
            "Deploy the last good revision by hand, with the alarms off for this one deployment (else the red alarm "
            "stops it). Choose it from the list:",
            (
                aws.deployments(succeeded=True),
                aws.revision("THE-CHOSEN-DEPLOYMENT", like),
                aws.deploy("revision.json", past_alarms=True),
            ),
        )
    ]


def _fix_past_alarms(record: Mapping[str, Any], aws: Commands, opening: str) -> list[Step]:
    """The two ways past a red alarm, which stops every deployment that a person starts (corrections 3.15).

    Only criteria with a bypass alarm can be passed over. Records that older guard sheets made do not say which have one.
    """
    red = _red(record)
    able = [one for one in red if "bypass" not in one or one["bypass"]]
    unable = [one for one in red if one not in able]
    over = aws.deploy("revision.json", past_alarms=True)
    off = (
        "switch all alarms off for this one deployment (nothing will then roll it back), its revision in revision.json"
    )
    none = f"{_named(unable)} {'has' if len(unable) == 1 else 'have'} no bypass"
    if not able:
        return [Step(f"{opening} {off}{f'; {none}' if unable else ''}:", (over,))]
    unsaid = any("bypass" not in one for one in able)
    where = ", where they have a bypass (this record does not say; the policy's page does)" if unsaid else ""
    bypasses = [one["bypass"] for one in able if "bypass" in one]
    return [
        Step(
            f"{opening} pass over {_named(able)} for 30 minutes{where}; the others stay armed"
            + (f" ({none})" if unable else "")
            + ". Deploy as usual once the bypass is ALARM and the rollback alarm is OK, in a minute or two:",
            (
                aws.bypass(*(str(one.get("id")) for one in able[:MOST_BYPASSES])),
                aws.bypasses(bypasses[:MOST_BYPASSES]),
            ),
        ),
        Step(f"Or {off}:", (over,)),
    ]


def _red(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The criteria that the rollback alarm reads and that are red now, or were not known to be OK at the stop; the causes before others."""
    now = still_red(record)
    first = [*now, *(record.get("because") or ())]
    found = [
        one
        for one in record.get("criteria") or ()
        if one.get("attached") and (one.get("state") != "OK" or one.get("id") in now)
    ]
    return sorted(found, key=lambda one: first.index(one.get("id")) if one.get("id") in first else len(first))


def _named(criteria: Sequence[Mapping[str, Any]]) -> str:
    return listed([line(one.get("id"), 64) for one in criteria], MOST_BYPASSES)


def _bake(record: Mapping[str, Any], aws: Commands) -> list[Step]:
    if record.get("platform") != "ECS":
        return []
    return [
        Step(
            "While the fix bakes, the group takes no other deployment. To end its bake early (the old tasks go, and with "
            "them the fast way back):",
            (aws.end_bake("DEPLOYMENT-OF-THE-FIX"),),
        )
    ]


def _review(aws: Commands) -> Step:
    what = "rolling back"
    if not aws.record.get("rollback"):
        what = "the stop" if "nothingToRollBack" in reached(aws.record) else "the alarm"
    return Step(
        f"For the review, make the report and say whether {what} was right (or --wrong, --unclear):", aws.review()
    )
