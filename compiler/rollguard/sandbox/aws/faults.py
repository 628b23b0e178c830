"""What AWS says when it does not accept something, and at which input of the Pulumi resource."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: The path of an input: `("metricQueries", 0, "expression")`; empty for the resource as a whole.
InputPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that AWS would not accept in a resource's inputs.

    `path` is the Pulumi input's, `member` AWS's own name of the place (`metrics.1.member.expression`), `code` AWS's error code,
    `message` one sentence in AWS's words, `source` where the limit stands: `model` (botocore's) or a section of the facts.
    """

    path: InputPath
    message: str
    code: str = "ValidationError"
    member: str = ""
    source: str = "model"


class Refusal(Exception):
    """AWS's answer to a call that it does not carry out: `An error occurred (code) when calling the X operation: message`.

    `path` is the input that caused it (may be empty). Nothing was changed in the world.
    """

    def __init__(self, code: str, operation: str, message: str, path: InputPath = ()) -> None:
        super().__init__(f"An error occurred ({code}) when calling the {operation} operation: {message}")
        self.code = code
        self.operation = operation
        self.message = message
        self.path = path


def spell(path: InputPath) -> str:
    """The path as Pulumi writes it: `metricQueries[0].expression`, `tags["a.b"]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.isidentifier():
            text += f".{step}" if text else step
        else:
            text += f'["{step}"]'
    return text


def in_aws_words(faults: Iterable[Fault]) -> str:
    """All faults in the one sentence that AWS answers: `2 validation errors detected: …; …`. Empty for no faults."""
    messages = [fault.message for fault in faults]
    if not messages:
        return ""
    return f"{len(messages)} validation error{'s' if len(messages) > 1 else ''} detected: {'; '.join(messages)}"
