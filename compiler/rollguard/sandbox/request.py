"""What a caller asks of the sandbox: which project, which environment, and how."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rollguard.plan.model import EnvironmentPlan
from rollguard.sandbox.aws import Limits
from rollguard.sandbox.home import Home, default_base, stack_name


def _silent(_: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Which project and environment to run, and how.

    `plan` is what the program will make: it tells the account and the references that need a placeholder. `base` moves the state out of
    `<root>/.rollguard`. `protect` keeps the protection that real environments have, `environment_protects` says whether this one has any,
    `unprotect` lets a `destroy` take it off first. `include` makes a stack of a part, and `only` names a
    stack outright. `program` takes the place of the project's own. `pause`: seconds that the stand-in waits before each change.
    `tell` hears the progress, one line at a time; `warn` hears what must be said even where nobody watches.
    """

    root: Path
    environment: str
    plan: EnvironmentPlan | None = None
    base: Path | None = None
    protect: bool = False
    environment_protects: bool = True
    unprotect: bool = False
    include: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    only: str = ""
    program: Callable[[], object] | None = None
    pause: float = 0.0
    tell: Callable[[str], None] = _silent
    warn: Callable[[str], None] = _silent
    problems: list[BaseException] = field(default_factory=list, repr=False, compare=False)

    @property
    def home(self) -> Home:
        return Home(base=self.base.absolute() if self.base else default_base(self.root), environment=self.environment)

    @property
    def stack(self) -> str:
        return self.only or stack_name(self.environment, self.include)

    def run_program(self) -> None:
        """The Pulumi program, in this process. What it raises is kept: the engine would only pass on a traceback."""
        try:
            if self.program:
                self.program()
            elif (self.root / "pulumi" / "__main__.py").is_file():
                runpy.run_path(str(self.root / "pulumi" / "__main__.py"), run_name="__main__")
            else:
                from rollguard.targets import program

                program.main(self.root.absolute())
        except BaseException as error:
            self.problems.append(error)
            raise
