"""The caller's visit to a menu tree, without a line: tree, parser, checks, interpreter. Pure."""
