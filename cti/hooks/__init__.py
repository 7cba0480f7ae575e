"""Where facts leave us for other systems."""
