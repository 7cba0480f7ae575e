"""A way to the waiting room of one queue, in English, for the tests of what waiting callers hear."""

ENGLISH_SALES = "955197"
TREES = {
    ENGLISH_SALES: f"""\
tree: "{ENGLISH_SALES}"
numbers: ["{ENGLISH_SALES}"]
languages: [zh, en]
defaults: {{human: queue}}
start: english
nodes:
  english: {{language: en, next: queue}}
  queue: {{enqueue: sales}}
""",
}
