"""What an import says: why a file is refused, what became of a row, what a column is changed by."""

from __future__ import annotations

from collections.abc import Mapping

from services.words.i18n import N_

# Merged into the table of refusals; placeholders are the refusal's values.
IMPORT_REFUSALS: Mapping[str, str] = {
    "import_refused": N_("{field}: this file cannot be read as a table. Save it again as CSV (UTF-8) or XLSX."),
    "file_missing": N_("File: {name} cannot be read. Check its name and place."),
    "file_too_large": N_("File: it is larger than {limit} MB. Split it into several files."),
    "file_type_unknown": N_(
        "File: it is neither CSV nor XLSX. Open it in your spreadsheet and save it as one of them."
    ),
    "workbook_unreadable": N_(
        "File: this workbook is damaged, protected or too large to be opened. "
        "Save it again as XLSX without a password, or as CSV (UTF-8)."
    ),
    "encoding_wrong": N_(
        "File: line {line} holds characters that are not {encoding}. "
        "Choose another encoding, or save the file again as CSV (UTF-8)."
    ),
    "quote_not_closed": N_(
        "File: a quotation mark opens on line {line} and is never closed. Close or remove it there."
    ),
    "line_malformed": N_(
        "File: a quotation mark stands in the wrong place on line {line}. Inside a quoted cell, write it twice."
    ),
    "empty_file": N_("File: there is no row below the header. Choose a file with a header and at least one row."),
    "too_many_rows": N_("File: it has more than {limit} rows, the most a file may have. Split it into several files."),
    "too_many_columns": N_(
        "File: something stands in cell {cell}, and at most {limit} columns are read. Delete what is outside the table."
    ),
    "column_twice": N_("File: the header names the column {column} twice. Give each column its own name."),
    "columns_missing": N_("Column map: the file has no column {columns}. Choose the columns again, or another file."),
    "fields_unmapped": N_("Column map: choose a column for {missing}. Without it no row can be read."),
    "map_malformed": N_("Column map: it cannot be used. Correct {place}."),
}

# Merged into the table of problems.
IMPORT_PROBLEMS: Mapping[str, str] = {
    "formula_cell": N_("{field}: the cell holds a formula or an error. Paste its value instead."),
    "cell_count": N_("{field}: it has {cells} cells, and the header has {columns}. Check its delimiters and quotes."),
    "row_twice": N_("{field}: {value} stands in row {row} already. Keep one of the two."),
    "not_yes_or_no": N_("{field}: {value} is neither yes nor no."),
    "value_unknown": N_("{field}: {value} is not known. Translate it to one of ours, or correct the file."),
    "unknown_rep": N_("{field}: nobody active sells here under {value}. Correct the address, or leave it empty."),
    "rep_not_yours_to_choose": N_("{field}: only a manager may give accounts to {value}."),
    "belongs_to_another": N_("{field}: this account belongs to somebody else. Ask a manager."),
    "read_only_account": N_("{field}: this is a self-service account, and it is read-only here."),
    "changed_meanwhile": N_("{field}: the account changed since you looked. Look at the verdicts again."),
    "not_stored": N_("{field}: the database refused this row. Check its values."),
    "email_without_name": N_("{field}: a billing contact needs a name and a mail address."),
}

# Verdicts and steps, by their codes.
VERDICTS: Mapping[str, str] = {
    "new": N_("New"),
    "changed": N_("Changed"),
    "unchanged": N_("Unchanged"),
    "refused": N_("Refused"),
}

STEPS: Mapping[str, str] = {
    "first_of_several": N_("first of several (before ; or /)"),
    "first_part": N_("first part (before the first comma)"),
    "all_but_last_part": N_("all but the last part (before the last comma)"),
    "last_part": N_("last part (after the last comma)"),
    "strip_footnotes": N_("without footnote marks such as [2]"),
    "without_brackets": N_("without what stands in brackets"),
    "blank_if_none": N_("empty where it says none"),
    "state_to_us": N_("US state → US"),
    "state_code": N_("US state → its two letters, else empty"),
    "upper_case": N_("in capitals"),
    "digits": N_("digits only"),
}
