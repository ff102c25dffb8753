"""The night: what is due on a day, worked out from facts and written in chunks of accounts."""
