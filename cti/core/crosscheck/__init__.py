"""The journal held against what Asterisk wrote down by itself."""
