"""`python -m rollguard`."""

from rollguard.cli import main

main()
