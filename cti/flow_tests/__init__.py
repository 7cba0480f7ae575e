"""Flow tests as a tool: running them, telling what differs, rewriting what was expected."""
