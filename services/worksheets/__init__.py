"""Worksheets: what is worked out before it happens; a preview shows and a deed books the same sheet."""
