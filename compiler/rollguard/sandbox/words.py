"""Why a run ended, in words that say what to do next."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable
from pathlib import Path

from pulumi import RunError

import rollguard
from rollguard.failure import Failure
from rollguard.sandbox.story import Story, logical_name

_GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"

#: What the engine says on its own once something else has failed.
_ECHOES = re.compile(r"^(update|preview|destroy|refresh) failed$|^resource \S+ (has a problem|violates plan)")


#: How the engine wraps what a provider says of a property.
_WRAPPED = re.compile(
    r"^\S+ resource '.*?': (?:property (?P<property>\S+) value .*)?has a problem: (?P<said>.*)$", re.DOTALL
)


def provider_died(environment: str) -> Failure:
    return Failure(
        "the stand-in for AWS ended in the middle of the run; the state is intact",
        help=f"`rollguard sandbox up --environment {environment}` goes on where it stopped",
    )


def engine_died(environment: str) -> Failure:
    return Failure(
        "the Pulumi engine was killed in the middle of the run; what it had finished is noted",
        help=f"`rollguard sandbox up --environment {environment}` clears up and goes on where it stopped",
    )


def program_failed(problem: BaseException) -> BaseException:
    """What a program that raised ends the run with: its own words where it chose them, our bug as it is, another's with its place."""
    if isinstance(problem, Failure):
        return problem
    frames = traceback.extract_tb(problem.__traceback__)
    ours = Path(rollguard.__file__).parent
    if not frames or Path(frames[-1].filename).is_relative_to(ours):
        return problem
    last = frames[-1]
    return Failure(f"the program failed: {type(problem).__name__}: {problem} (`{last.filename}`, line {last.lineno})")


def refused(environment: str, story: Story, problems: list[BaseException], engine_said: str) -> BaseException:
    """What a run ends with that the engine ended by itself."""
    unforeseen = [one for one in problems if not isinstance(one, RunError)]
    if unforeseen:
        return program_failed(unforeseen[0])
    protected = [urn for urn, message in story.complaints if "protected" in message and "::" in urn]
    if protected:
        return still_protected(environment, protected)
    said = [_complaint(urn, message) for urn, message in story.complaints if not _ECHOES.match(message)]
    return Failure("\n".join(dict.fromkeys(said)) or _last_line(engine_said))


def still_protected(environment: str, urns: Iterable[str]) -> Failure:
    """The engine's refusal of an `up` that would delete what is protected, in terms of policies."""
    names = {urn: logical_name(urn) for urn in urns}
    groups = [name for urn, name in names.items() if _GROUP in urn]
    if not groups:
        return Failure(
            f"protected, so not deleted: {', '.join(f'`{name}`' for name in names.values())}",
            help=f"put it back, or destroy the sandbox of `{environment}` with `--unprotect`",
        )
    sentences = []
    for name in groups:
        policy, _, rest = name.partition("/")
        sentences.append(
            f"policy `{policy}` is gone, but its deployment group `{rest.rpartition('@')[0]}` is protected"
        )
    return Failure(
        "\n".join(sentences),
        help="bring the file back, set `spec.retired: {on, reason}` and run `up`; then delete it",
    )


def protected_from_destroy(environment: str, urns: Iterable[str]) -> Failure:
    """Why a sandbox that was made with `--protect` is not destroyed."""
    names = sorted(logical_name(urn) for urn in urns)
    return Failure(
        f"environment `{environment}` holds what is protected: {', '.join(f'`{name}`' for name in names)}; nothing was deleted",
        help=f"`rollguard sandbox destroy --environment {environment} --unprotect` takes the protection off and destroys it",
    )


def _complaint(urn: str, message: str) -> str:
    wrapped = _WRAPPED.match(message)
    if wrapped:
        of = f"{wrapped['property']}: " if wrapped["property"] else ""
        message = f"{of}{wrapped['said']}"
    return f"{logical_name(urn)}: {message}" if urn and "pulumi:pulumi:Stack::" not in urn else message


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "the engine failed and said nothing"
