"""What the portal does: commands change the world, queries look at it, rules work it out."""
