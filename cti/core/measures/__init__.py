"""What the events add up to: the story of one call. Pure."""
