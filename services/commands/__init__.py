"""Commands: one module a noun, one function a verb; each one transaction, none calls another."""
