"""A stand-in for AWS's control plane: what AWS accepts, refuses and answers for the resource types that we emit.

The Pulumi provider of the sandbox is one door to it (an HTTP door comes later); both use these functions and nothing behind them:

* `check` and `foresee` are pure and need no world: they serve Check and the previews of Create and Update;
* `changes` tells Diff which inputs differ and which of them force a new resource;
* `World` keeps what was created, in AWS's terms, and serves Create, Read, Update and Delete.

Inputs and outputs are plain JSON values under Pulumi's camelCase names. Two kinds of leaves are special: the string `UNKNOWN` is a value
that only the deployment knows (never validated, never required), and `Secret(value)` is a value that must not be stored or shown.
Numbers may be floats without a fraction, as they come out of a protobuf Struct.
"""

from __future__ import annotations

from rollguard.sandbox.aws.answers import foresee
from rollguard.sandbox.aws.difference import Change, changes
from rollguard.sandbox.aws.faults import Fault, InputPath, Refusal, in_aws_words, spell
from rollguard.sandbox.aws.requests import TYPES
from rollguard.sandbox.aws.resource import Resource
from rollguard.sandbox.aws.terms import UNKNOWN, Limits, Mark, Scope, Secret
from rollguard.sandbox.aws.validation import check
from rollguard.sandbox.aws.world import Answer, World

__all__ = [
    "TYPES",
    "UNKNOWN",
    "Answer",
    "Change",
    "Fault",
    "InputPath",
    "Limits",
    "Mark",
    "Refusal",
    "Resource",
    "Scope",
    "Secret",
    "World",
    "changes",
    "check",
    "foresee",
    "in_aws_words",
    "spell",
]
