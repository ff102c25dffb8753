"""The scenario player: a story in a file, played through the real commands on a throw-away database."""
