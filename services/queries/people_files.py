"""People in an uploaded list, as the lines that a pasted one would have."""

from services.access import reading
from services.errors import EmptyFile
from services.permissions import Actor, Permission
from services.uploads.reading import read_table


def people_of_file(actor: Actor, content: bytes) -> str:
    """The column of mail addresses of a CSV or XLSX file, one a line; the one with the most addresses.

    A file without a header gives its first address, too. Raises a kind of `ImportRefused`, `NotAllowed`.
    """
    with reading(actor, Permission.SEE_SEATS):
        pass  # no file is opened for somebody who may not look at seats
    table = read_table(content)
    rows = [table.header, *(row.cells for row in table.rows)]
    width = max(len(row) for row in rows)
    columns = [[row[place].strip() for row in rows if place < len(row)] for place in range(width)]
    best = max(columns, key=lambda cells: sum("@" in cell for cell in cells))
    found = [cell for cell in best if "@" in cell]
    if not found:
        raise EmptyFile(field="file")
    return "\n".join(found)
