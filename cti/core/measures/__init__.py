"""What the events add up to: the story of one call, and every figure of the centre. Pure."""
