"""A hand-written Pulumi program that makes the same resources, components too: a loop over rows, with nothing of Rollguard in it.

`python -m tests.bench.rival ROWS.json` runs it without an engine. Each row is
`[type, name, parent, inputs, [those that it waits for]]`; a resource is known by its type and name.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from tests.bench.unplugged import run


def resource_class(kind: str) -> Any:
    """The class of pulumi-aws that a type token names: `aws:s3/bucket:Bucket` is `aws.s3.Bucket`."""
    package, module, name = kind.split(":")
    if package != "aws":
        raise ValueError(f"{kind} is no resource of pulumi-aws")
    folder = module.partition("/")[0]
    return getattr(getattr(aws, "lambda_" if folder == "lambda" else folder), name)


def program(rows: list[Any]) -> None:
    """Make one resource per row, in their order."""
    made: dict[str, Any] = {}
    provider = None
    for kind, name, parent, inputs, waits in rows:
        options = pulumi.ResourceOptions(
            parent=made.get(parent), provider=provider, depends_on=[made[other] for other in waits]
        )
        arguments = {re.sub("([A-Z])", r"_\1", key).lower(): value for key, value in inputs.items()}
        if kind == "pulumi:providers:aws":  # the protocol carries a provider's inputs as JSON in texts
            arguments = {key: value if key == "region" else json.loads(value) for key, value in arguments.items()}
            provider = made[f"{kind} {name}"] = aws.Provider(name, **arguments)
        elif kind.startswith("rollguard:"):
            made[f"{kind} {name}"] = pulumi.ComponentResource(kind, name, opts=options)
        else:
            if "code" in arguments:
                arguments["code"] = _archive(arguments["code"])
            made[f"{kind} {name}"] = resource_class(kind)(name, opts=options, **arguments)


def _archive(code: dict[str, Any]) -> pulumi.AssetArchive:
    """The archive of a function's code, from what the protocol says of its files."""
    return pulumi.AssetArchive({name: pulumi.FileAsset(asset["path"]) for name, asset in code["assets"].items()})


def main() -> None:
    rows = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    run(lambda: program(rows))


if __name__ == "__main__":
    main()
