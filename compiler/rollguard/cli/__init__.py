"""The command line: one group, one module per command, loaded only when it is asked for."""

from __future__ import annotations

import errno
import importlib
import sys
import traceback
from pathlib import Path

import click

from rollguard import __version__
from rollguard.failure import INTERRUPTED, OUR_BUG, USED_WRONGLY, Failure

#: Command name to the module that holds it as `command`, in the order of `rollguard --help`.
COMMANDS = {
    "check": "rollguard.cli.check",
    "test": "rollguard.cli.test",
    "compile": "rollguard.cli.compile",
    "site": "rollguard.cli.site",
    "sandbox": "rollguard.cli.sandbox",
    "report": "rollguard.cli.report",
    "verdict": "rollguard.cli.verdict",
}

_FULL = (errno.ENOSPC, errno.EDQUOT)


class LazyGroup(click.Group):
    """Imports a command's module when the command is used, so that `check` never pays for Pulumi or MkDocs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = importlib.import_module(module).command
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="The project's folder [default: the nearest folder upwards that holds policies/].",
)
@click.version_option(__version__, prog_name="rollguard")
@click.pass_context
def group(ctx: click.Context, root: Path | None) -> None:
    """Rollback policy as code for AWS."""
    ctx.obj = root


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process.

    Exit codes: 0 fine, 1 findings, 2 used wrongly, 3 our bug (a log file holds the traceback), 130 interrupted.
    """
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    try:
        code = group.main(args=arguments, prog_name="rollguard", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return USED_WRONGLY
    except Failure as failure:
        click.echo(f"error: {failure.message}", err=True)
        if failure.help:
            click.echo(f"  = help: {failure.help}", err=True)
        return failure.exit_code
    except SystemExit:
        # The reader went away (`| head`), and nothing more can be said: click leaves for no other reason, and with 1, which means findings.
        return 0
    except OSError as error:
        if error.errno not in _FULL:
            return _report_bug()
        click.echo(f"error: {(error.strerror or '').lower()}", err=True)
        return USED_WRONGLY
    except Exception:
        return _report_bug()


def _report_bug() -> int:
    import platform
    import tempfile

    with tempfile.NamedTemporaryFile(
        "w", prefix="rollguard-crash-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write(f"rollguard {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
        log.write(traceback.format_exc())
    click.echo("error: rollguard failed; this is our bug, not yours", err=True)
    click.echo(f"  = help: please report it with {log.name}", err=True)
    return OUR_BUG
