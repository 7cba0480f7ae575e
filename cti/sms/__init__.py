"""Where text messages leave us: a file, an HTTP gateway, or SMPP."""
