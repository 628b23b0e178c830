"""Runs the real Pulumi engine over the real program, against the embedded stand-in for AWS."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pulumi.automation import CommandError, LocalWorkspace, OutputMap, Stack, StackNotFoundError, UpdateSummary
from pulumi.automation._stack import StackInitMode

from rollguard.engine import find_engine
from rollguard.failure import Failure
from rollguard.plan.model import EnvironmentPlan
from rollguard.sandbox import leftovers, placeholders
from rollguard.sandbox.aws import Limits
from rollguard.sandbox.command import EngineCommand, as_our_environment, clean_environment
from rollguard.sandbox.home import Home, stack_name
from rollguard.sandbox.project import write_project
from rollguard.sandbox.results import Run, Verb
from rollguard.sandbox.settings import ProviderSettings
from rollguard.sandbox.stand_in import StandIn, stand_in
from rollguard.sandbox.story import Story
from rollguard.sandbox.words import explain

#: No secret: it only locks placeholders, and every checkout has the same. A real stack has a passphrase or a key of its own.
PASSPHRASE = "rollguard-sandbox"

#: Where nothing says which account and Region a resource is for.
_ACCOUNT, _REGION = "000000000000", "eu-west-1"


def _silent(_: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Which project and environment to run, and how.

    `base` moves the state out of `<root>/.rollguard`. `protect` keeps the protection that real environments have. `include` makes a stack of
    a part. `program` takes the place of the project's own program. `pause`: seconds that the stand-in waits before each change.
    `tell` hears the progress, one line at a time; `warn` hears what must be said even where nobody watches.
    """

    root: Path
    environment: str
    plan: EnvironmentPlan | None = None
    base: Path | None = None
    protect: bool = False
    include: tuple[str, ...] = ()
    limits: Limits = Limits()
    program: Callable[[], object] | None = None
    pause: float = 0.0
    tell: Callable[[str], None] = _silent
    warn: Callable[[str], None] = _silent
    problems: list[BaseException] = field(default_factory=list, repr=False, compare=False)

    @property
    def home(self) -> Home:
        return Home(base=(self.base or self.root / ".rollguard").absolute(), environment=self.environment)

    @property
    def stack(self) -> str:
        return stack_name(self.environment, self.include)

    def run_program(self) -> None:
        """The Pulumi program, in this process. What it raises is kept: the engine would only pass on a traceback."""
        try:
            if self.program:
                self.program()
            elif (self.root / "pulumi" / "__main__.py").is_file():
                runpy.run_path(str(self.root / "pulumi" / "__main__.py"), run_name="__main__")
            else:
                from rollguard.targets import program

                program.main()
        except BaseException as error:
            self.problems.append(error)
            raise


def run(sandbox: Sandbox, verb: Verb) -> Run:
    """Lets the engine bring the stand-in to the program (`up`), say what it would do (`preview`), read it again (`refresh`) or `destroy` it.

    Raises Failure where the engine is missing, refuses, or the stand-in dies; KeyboardInterrupt after ^C, when the state is written.
    """
    engine = find_engine()
    home = sandbox.home
    home.make()
    marker = home.unfinished(sandbox.stack)
    with home.locked():
        leftovers.end_orphan(home.folder / "engine.pid")
        project = write_project(sandbox.root, home, sandbox.stack, _settings(sandbox))
        died = leftovers.remove_stale_locks(home.state, sandbox.stack) > 0 or marker.exists()
        environment = clean_environment(_variables(home))
        told = ProviderSettings(
            folder=home.folder,
            account=sandbox.plan.account if sandbox.plan else _ACCOUNT,
            region=sandbox.plan.regions[0].region if sandbox.plan and sandbox.plan.regions else _REGION,
            limits=sandbox.limits,
            adopt=died,
            cfn_outputs=placeholders.cloudformation_outputs(sandbox.plan) if sandbox.plan else (),
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
            with as_our_environment(environment), placeholders.absent_stacks():
                story = _operate(sandbox, verb, workspace, command, provider, died)
    return Run(
        verb=verb,
        environment=sandbox.environment,
        stack=f"{project}/{sandbox.stack}",
        counts=dict(story.counts),
        changes=tuple(sorted(story.changes)),
        outputs=story.outputs,
        placeholders=placeholders.stood_in(sandbox.plan) if sandbox.plan else (),
        recovered=died,
    )


_INTERRUPTED = "interrupted: the engine finishes what is under way and writes its state; ^C once more ends it at once"


def _operate(
    sandbox: Sandbox, verb: Verb, workspace: LocalWorkspace, command: EngineCommand, provider: StandIn, died: bool
) -> Story:
    story = Story(sandbox.tell)
    marker = sandbox.home.unfinished(sandbox.stack)
    try:
        stack = _stack(sandbox.stack, workspace)
        if died:
            leftovers.forget_pending(stack)
        marker.touch()
        if verb == "up":
            stack.up(on_event=story.hear)
        elif verb == "preview":
            stack.preview(on_event=story.hear)
        elif verb == "refresh":
            stack.refresh(on_event=story.hear)
        else:
            stack.destroy(on_event=story.hear)
    except CommandError as error:
        if command.interrupted:
            raise KeyboardInterrupt from error
        if not provider.died():
            marker.unlink(missing_ok=True)
        raise explain(sandbox.environment, story, sandbox.problems, provider.died(), str(error)) from error
    marker.unlink(missing_ok=True)
    return story


class _HeardStack(Stack):
    """A stack whose runs end with their events: asking the engine again for outputs and history takes longer than many a run."""

    def outputs(self) -> OutputMap:
        return {}

    def info(self, show_secrets: bool = True) -> UpdateSummary | None:
        return UpdateSummary(kind="", start_time=datetime.now(UTC), message="", environment={}, config={}, result="succeeded")


def _stack(name: str, workspace: LocalWorkspace) -> Stack:
    try:
        return _HeardStack(name, workspace, StackInitMode.SELECT)
    except StackNotFoundError:
        return _HeardStack(name, workspace, StackInitMode.CREATE)


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
        "PULUMI_BACKEND_URL": home.state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_HOME": str(home.pulumi_home),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # Else the engine asks the vendor's site for the real provider, since the state names it.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        # Should anything in the program speak to AWS by itself, it must find no one to be.
        "AWS_EC2_METADATA_DISABLED": "true",
    }
