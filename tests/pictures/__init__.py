"""Pictures of every page, taken from a whole hotline at work: real calls, real agents' desktops."""
