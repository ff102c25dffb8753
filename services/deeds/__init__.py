"""Deeds: what is done to a locked account, whoever starts it: a command, an approval, the night."""
