"""Runs the real Pulumi engine over the real program, against the embedded stand-in for AWS."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

from pulumi.automation import CommandError, LocalWorkspace

from rollguard.engine import find_engine
from rollguard.failure import Failure
from rollguard.sandbox import inventory, leftovers, placeholders, protection, surroundings, words
from rollguard.sandbox.aws import World
from rollguard.sandbox.command import EngineCommand, as_our_environment, clean_environment
from rollguard.sandbox.home import Home
from rollguard.sandbox.language_server import orderly_language_server
from rollguard.sandbox.project import write_project
from rollguard.sandbox.request import Sandbox
from rollguard.sandbox.results import Operation, Run, Verb
from rollguard.sandbox.settings import ProviderSettings
from rollguard.sandbox.stack import select_or_create
from rollguard.sandbox.stand_in import StandIn, stand_in
from rollguard.sandbox.story import Story

#: No secret: it only locks placeholders, and every checkout has the same. A real stack has a passphrase or a key of its own.
PASSPHRASE = "rollguard-sandbox"

#: Where nothing says which account and Region a resource is for.
_ACCOUNT, _REGION = "000000000000", "eu-west-1"


def run(sandbox: Sandbox, verb: Verb) -> Run:
    """Lets the engine bring the stand-in to what the program says (`up`), or say what it would do (`preview`), read all again (`refresh`),
    or take the stack down (`destroy`).

    Raises Failure where the engine is missing, refuses, or the stand-in dies; KeyboardInterrupt after ^C, when the state is written.
    """
    engine = find_engine()
    with sandbox.home.locked(verb, sandbox.stack):
        return _run(sandbox, verb, engine)


def _run(sandbox: Sandbox, verb: Verb, engine: Path) -> Run:
    """One run, under the environment's lock."""
    home = sandbox.home
    leftovers.end_orphan(home.folder / "engine.pid")
    project = write_project(sandbox.root, home, sandbox.stack, _settings(sandbox))
    died = leftovers.remove_stale_locks(home.state, sandbox.stack) > 0 or home.unfinished(sandbox.stack).exists()
    environment = clean_environment(_variables(home))
    if verb == "up" and sandbox.plan:
        surroundings.assume(sandbox.plan, World(home.folder))
    told = ProviderSettings(
        folder=home.folder,
        account=sandbox.plan.account if sandbox.plan else _ACCOUNT,
        region=sandbox.plan.regions[0].region if sandbox.plan and sandbox.plan.regions else _REGION,
        limits=sandbox.limits,
        adopt=died,
        cfn_outputs=placeholders.cloudformation_outputs(sandbox.plan) if sandbox.plan else (),
        sources={guard.policy: guard.source for region in sandbox.plan.regions for guard in region.guards}
        if sandbox.plan
        else {},
        pause=sandbox.pause,
    )
    with stand_in(told, home.provider_log, environment) as provider:
        environment = {**environment, "PULUMI_DEBUG_PROVIDERS": f"aws:{provider.port}"}
        command = EngineCommand(engine, home.folder / "engine.pid", lambda: sandbox.warn(_INTERRUPTED))
        workspace = LocalWorkspace(
            work_dir=str(home.project),
            pulumi_home=str(home.pulumi_home),
            program=sandbox.run_program,
            env_vars=environment,
            pulumi_command=command,
        )
        with (
            as_our_environment(environment),
            placeholders.absent_stacks(),
            orderly_language_server(),
            protection.as_asked(sandbox, verb),
        ):
            story = _operate(sandbox, verb, workspace, command, provider, died)
    return Run(
        verb=verb,
        environment=sandbox.environment,
        stack=f"{project}/{sandbox.stack}",
        counts=dict(story.counts),
        changes=tuple(sorted(story.changes)),
        outputs=story.outputs,
        placeholders=placeholders.stood_in(sandbox.plan) if sandbox.plan else (),
        recovered=died and verb in _CHANGING,
        unfinished=died and verb not in _CHANGING,
        diagnostics=tuple(story.warnings),
        warnings=protection.warnings(sandbox, verb, story.changes),
    )


def destroy(sandbox: Sandbox) -> Run:
    """Takes down every stack of the environment (with `include` or `only`: that one), says what a real account would keep and why, and
    removes all that is known of them.

    Raises Failure as `destroyable` does, before anything is touched.
    """
    destroyable(sandbox)
    engine, home = find_engine(), sandbox.home
    with home.locked("destroy", sandbox.stack if sandbox.include or sandbox.only else ""):
        found = destroyable(sandbox)
        waiting = inventory.unconfirmed(home)
        runs = [_run(replace(sandbox, only=one.name), "destroy", engine) for one in found]
        stacks = [one.stack for one in runs]
        remains = inventory.remains(home, stacks, waiting)
        rehearsed = inventory.rehearsed(home)
        inventory.forget(home, stacks)
        gone = "" if home.folder.exists() else rehearsed
    counts: Counter[Operation] = Counter()
    for one in runs:
        counts.update(one.counts)
    return Run(
        verb="destroy",
        environment=sandbox.environment,
        stack=", ".join(stacks),
        counts=dict(counts),
        changes=tuple(sorted(change for one in runs for change in one.changes)),
        recovered=any(one.recovered for one in runs),
        remains=remains,
        gone=gone,
    )


def destroyable(sandbox: Sandbox) -> tuple[inventory.StackState, ...]:
    """The stacks that `destroy` would take down. Raises Failure where there is none, or something in them is protected."""
    home = sandbox.home
    found = tuple(
        one for one in inventory.stacks(home) if one.name == sandbox.stack or not (sandbox.include or sandbox.only)
    )
    if not found:
        raise Failure(
            f"environment `{sandbox.environment}` has no sandbox in `{home.base}`; there is nothing to destroy"
        )
    protected = [urn for one in found for urn in one.protected]
    if protected and not sandbox.unprotect:
        raise words.protected_from_destroy(sandbox.environment, protected)
    return found


#: The other verbs leave a dead run's marker alone: an `up` after them still has to take over what that run made.
_CHANGING: frozenset[Verb] = frozenset(("up", "destroy"))

_INTERRUPTED = "interrupted: the engine finishes what is under way and writes its state; ^C once more ends it at once"


def _operate(
    sandbox: Sandbox, verb: Verb, workspace: LocalWorkspace, command: EngineCommand, provider: StandIn, died: bool
) -> Story:
    story = Story(sandbox.tell)
    unnoted: tuple[str, ...] = ()
    changing = verb in _CHANGING
    marker = sandbox.home.unfinished(sandbox.stack)
    try:
        stack = select_or_create(sandbox.stack, workspace)
        if changing:
            unnoted = leftovers.forget_pending(stack) if died else ()
            marker.touch()
        if verb == "up":
            stack.up(on_event=story.hear)
        elif verb == "preview":
            stack.preview(on_event=story.hear)
        elif verb == "refresh":
            stack.refresh(on_event=story.hear)
        else:
            stack.destroy(on_event=story.hear)
            leftovers.unmake(World(sandbox.home.folder), unnoted)
    except CommandError as error:
        if command.interrupted:
            raise KeyboardInterrupt from None
        if provider.died():
            raise words.provider_died(sandbox.environment) from None
        if command.killed:
            raise words.engine_died(sandbox.environment) from None
        if changing:
            marker.unlink(missing_ok=True)
        raise words.refused(sandbox.environment, story, sandbox.problems, str(error)) from None
    if changing:
        marker.unlink(missing_ok=True)
    return story


def _settings(sandbox: Sandbox) -> dict[str, object]:
    secrets = placeholders.secret_placeholders(sandbox.plan) if sandbox.plan else {}
    settings: dict[str, object] = {f"rollguard:{name}": value for name, value in secrets.items()}
    settings["rollguard:root"] = str(sandbox.root.absolute())
    settings["rollguard:environment"] = sandbox.environment
    if not sandbox.protect:
        settings["rollguard:protect"] = False
    if sandbox.include:
        settings["rollguard:include"] = list(sandbox.include)
    return settings


def _variables(home: Home) -> dict[str, str]:
    return {
        # Beside each file the backend would keep an `.attrs`, which it writes in place: half of one, from an engine that died, is a state
        # that nothing can read again ("failed to load checkpoint: EOF"). The files themselves are renamed into place.
        "PULUMI_BACKEND_URL": f"{home.state.as_uri()}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        # A copy of the state before each operation doubles the time of a large run, and here there is nothing to lose.
        "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
        "PULUMI_HOME": str(home.pulumi_home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Else the engine asks the vendor's site for the real provider, since the state names it.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        # Should anything in the program speak to AWS by itself, it must find no one to be.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
