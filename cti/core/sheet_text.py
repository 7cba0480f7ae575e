"""Texts in files that spreadsheets open. Pure."""

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it Excel takes UTF-8 for the system's code page and garbles Chinese."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes spreadsheets compute a text: https://owasp.org/www-community/attacks/CSV_Injection."""


def safe(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
