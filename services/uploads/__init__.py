"""Files people upload, read safely: CSV here, workbooks in a limited child process."""
