"""`python -m services.scenario FILE.json [--database URL]`: plays a story and prints what it came to."""

import argparse
import gc
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from services.scenario.parsing import read
from services.scenario.story import WrongFile

PLAYED, WRONG = 0, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the story of a file. Exit 0: played; 2: the file or the database cannot be used, one line says why."""
    parser = argparse.ArgumentParser(prog="python -m services.scenario", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--database", metavar="URL", help="an empty PostgreSQL database to play in")
    given = parser.parse_args(arguments)
    try:
        story = read(given.file.read_text(encoding="utf-8"))
    except (WrongFile, OSError, UnicodeDecodeError) as fault:
        return _refuse(fault)
    from services.scenario.run import NotPlayable, run  # the commands: a file that is wrong needs none of them

    try:
        played = run(story, given.database)
    except NotPlayable as fault:
        return _refuse(fault)
    json.dump(played, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return PLAYED


def _refuse(fault: Exception) -> int:
    print(" ".join(str(fault).split()), file=sys.stderr)
    return WRONG


if __name__ == "__main__":
    gc.set_threshold(100_000, 20, 20)  # a short life: the collector looks often and finds next to nothing
    sys.exit(main())
