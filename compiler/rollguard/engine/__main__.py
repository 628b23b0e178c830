"""`python -m rollguard.engine`: get the engine and say which one it is."""

from __future__ import annotations

import signal
import sys

from rollguard.engine.progress import Lines
from rollguard.engine.search import obtain_engine
from rollguard.failure import INTERRUPTED, Failure


def _stop(signum: int, _frame: object) -> None:
    raise SystemExit(128 + signum)


def main() -> int:
    signal.signal(signal.SIGTERM, _stop)  # so that a build that is told to stop clears its folder away
    lines = Lines()
    try:
        engine = obtain_engine(lines)
    except Failure as failure:
        lines.close()
        print(f"error: {failure.message}\n  = help: {failure.help}", file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        lines.close()
        return INTERRUPTED
    lines.close()
    print(f"engine: pulumi {engine.version} from {engine.origin} ({engine.path})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
