"""Why a run ended, in words that say what to do next."""

from __future__ import annotations

from rollguard.failure import OUR_BUG, Failure
from rollguard.sandbox.story import Story, logical_name


def explain(environment: str, story: Story, problems: list[BaseException], provider_died: bool, engine_said: str) -> BaseException:
    """The exception that a failed run ends with."""
    if provider_died:
        return Failure(
            "the stand-in for AWS ended in the middle of the run; the state is intact",
            help=f"`rollguard sandbox up --environment {environment}` goes on where it stopped",
        )
    lines = [f"{logical_name(urn)}: {message}" if urn else message for urn, message in story.complaints]
    return Failure("\n".join(lines) or engine_said, exit_code=OUR_BUG if problems else 2)
