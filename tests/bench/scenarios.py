"""How fast `rollguard test` is: 100 policies of 100 scenarios of one hour, twice as many, and `promtool test rules` beside them."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench import promtool
from tests.bench.timing import ROOT, Contestant, Measured, race, table

ROUNDS = 3
PER_POLICY = 100

ENVIRONMENTS = """apiVersion: rollguard/v1
kind: Environments
defaults:
  mode: rollback
  notify: [oncall]
environments:
  prod:
    account: "222222222222"
    region: eu-west-1
    channels:
      oncall: {email: oncall@example.com}
"""

POLICY = """apiVersion: rollguard/v1
kind: RollbackPolicy
metadata: {{name: service-{n:03}, title: Service {n}, owner: team}}
spec:
  deployments:
    - codedeploy:
        platform: ecs
        application: app-{n:03}
        group: service-{n:03}
        managedBy: rollguard
        ecs: {{cluster: shop, service: service-{n:03}}}
        loadBalancer: {{listener: "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/a/1/2", targetGroups: [blue, green]}}
        traffic: {{canary: {{percent: 10, interval: 10m}}}}
        bake: 15m
  criteria:
    - id: errors
      uses: alb/target-5xx-ratio
      with: {{loadBalancer: app/shop/1}}
    - id: slow
      uses: alb/latency-p99
      with: {{loadBalancer: app/shop/1}}
    - id: backlog
      uses: sqs/oldest-message-age
      with: {{queue: orders}}
  environments: {{prod: {{}}}}
  scenarios:
"""
SCENARIOS = (
    """    - name: {index}, errors of {height} % from minute {at}
      length: 60m
      series: {{errors: {{step: {{from: 0.1, to: {height}, at: {at}m}}}}}}
      expect: {{rollback: {{because: [errors], within: 8m}}}}
""",
    """    - name: {index}, answers become slow over {height} min from minute {at}
      length: 60m
      series: {{slow: {{ramp: {{from: 0.2, to: 30, at: {at}m, for: {height}m}}}}}}
      expect: {{rollback: {{because: [slow], within: 9m}}}}
""",
    """    - name: {index}, one bad minute of {height} % at minute {at} is forgiven
      length: 60m
      series: {{errors: [{{noise: {{around: 0.5, by: 0.3, seed: {seed}}}}}, {{spike: {{to: {height}, at: {at}m, for: 1m}}}}]}}
      expect: {{rollback: never, alarm: false}}
""",
    """    - name: {index}, a backlog and errors of {height} % at minute {at}
      length: 60m
      series:
        errors: {{step: {{from: 0.1, to: {height}, at: {at}m}}}}
        backlog: {{values: "5x{at} 2000x40"}}
      expect: {{rollback: {{because: [errors, backlog]}}, notified: [oncall]}}
""",
)


def write_project(root: Path, policies: int, scenarios: int = PER_POLICY) -> None:
    """A project whose scenarios all differ and hold."""
    team = root / "policies" / "team"
    team.mkdir(parents=True)
    (root / "policies" / "environments.yaml").write_text(ENVIRONMENTS, encoding="utf-8")
    for n in range(policies):
        parts = [POLICY.format(n=n)]
        for index in range(scenarios):
            shape = SCENARIOS[index % len(SCENARIOS)]
            parts.append(
                shape.format(at=6 + index // 4 % 14, height=5 + index % 7, seed=n * scenarios + index, index=index)
            )
        (team / f"service-{n:03}.yaml").write_text("".join(parts), encoding="utf-8")


def report(folder: Path) -> str:
    """The figures as a Markdown table, how the times grow, and how they compare."""
    contestants = []
    for policies in (100, 200):
        root = folder / str(policies)
        write_project(root, policies)
        command = [sys.executable, "-m", "tests.bench.scenarios", str(root)]
        contestants.append(Contestant(f"rollguard test, {policies} policies x {PER_POLICY} scenarios", command, ROOT))
    rival, why = promtool.find()
    if rival is not None:
        contestants += _rivals(rival, folder)
    measured = race(contestants, ROUNDS)
    once, twice, *theirs = measured
    growth = f"Twice the policies take {twice.clock / once.clock:.2f} times as long; goals: 2 s, and 2.2 times."
    return table("Scenarios of one hour", measured) + f"\n{growth}\n\n{_compared(once, theirs, why)}\n"


def _rivals(program: Path, folder: Path) -> list[Contestant]:
    """promtool with all groups in one file, of two sizes, and with a file for each policy: a tenth of what we play, as it is slow."""
    shapes = {
        "50 groups x 50 tests, one file": (50, 50, 1),
        "100 groups x 100 tests, one file": (100, 100, 1),
        "10 files of 1 group x 100 tests": (1, 100, 10),
    }
    found = []
    for index, (name, (groups, tests, files)) in enumerate(shapes.items()):
        place = folder / f"promtool-{index}"
        paths = promtool.write(place, groups, tests, files)
        name = f"promtool {promtool.VERSION} test rules, {name}"
        found.append(Contestant(name, [program, "test", "rules", *(path.name for path in paths)], place))
    return found


def _compared(once: Measured, theirs: list[Measured], why: str) -> str:
    if not theirs:
        times = promtool.STORED / once.clock
        stored = f"`promtool test rules` 2.42 needed {promtool.STORED:.0f} s for 100 groups x 100 tests, {times:.0f} times as long"
        return f"{stored}: a stored figure, not run here, as {why}."
    half, whole, apart = theirs
    return (
        f"promtool takes {whole.clock / once.clock:.1f} times as long for 100 groups x 100 tests, 100 tests where we play 10,000, "
        f"and {whole.clock / half.clock:.1f} times what it takes for half of each. With a file for each policy it takes "
        f"{apart.clock / once.clock:.1f} times as long as we do, for a tenth of the tests."
    )


def main() -> None:
    """What is timed: the command, whatever the scenarios say."""
    from rollguard.cli import run

    code = run(["--root", sys.argv[1], "test", "--format", "json"])
    sys.exit(0 if code in (0, 1) else code)


if __name__ == "__main__":
    main()
