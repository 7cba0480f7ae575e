"""A menu tree as a picture: what is on it, where it lies, and how it is written as SVG or Mermaid."""
