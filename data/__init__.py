"""What things are: the nouns of the portal."""
