"""``python -m arkit``."""

from arkit.cli import main

main()
