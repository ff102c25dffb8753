"""How the portal looks: its server, front door, menu, theme and building blocks."""
