"""Mails: what the portal writes to customers, from the facts of an outbox row to a message ready to send."""
