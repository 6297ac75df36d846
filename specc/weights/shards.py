"""Files that belong to one another: the data files beside an index."""

from __future__ import annotations

from pathlib import Path

from specc.errors import SpeccError
from specc.source.reader import display_name
from specc.weights.files import WeightFile, open_file
from specc.weights.problems import refused


def open_beside(path: Path, index: Path) -> WeightFile:
    """Opens a file that an index stands for.

    Raises:
        SpeccError: S951 if there is none, S904 if it is a link that leads elsewhere, S002 or S003
            if it cannot be read.
    """
    check_beside(path, index)
    try:
        return open_file(path)
    except SpeccError as error:
        if error.diagnostics[0].code != "S001":
            raise
    what = f"it belongs to `{display_name(index)}` and is missing"
    raise refused("S951", path, what, help="copy the data files along with the index")


def check_beside(path: Path, index: Path) -> None:
    """Checks that a file that another one names or stands for is in that one's folder.

    A link may lead to the folder where the other file itself is, after links (model hubs keep files
    so), or below its own: what came in an archive must not make us read a file of another's.

    Raises:
        SpeccError: S904 if it is elsewhere.
    """
    try:
        real = path.resolve()
        homes = (index.resolve().parent, index.parent.resolve())
    except (OSError, RuntimeError, ValueError) as error:  # a ring of links
        raise refused("S904", path, "it is a link that leads nowhere") from error
    if not any(real.is_relative_to(home) for home in homes):
        raise refused("S904", path, "it is a link that leads out of its folder")
