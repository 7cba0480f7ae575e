"""A menu that greets by the mode of the centre, for the tests of modes and of what is kept of numbers."""

MODED = "955188"
TREES = {
    MODED: f"""\
tree: "{MODED}"
numbers: ["{MODED}"]
languages: [zh, en]
defaults: {{human: person}}
start: door
nodes:
  door: {{branch: [{{caller: blocked, go: blocked}}, {{mode: night, go: night}}], else: day}}
  night: {{say: welcome_night, next: choose}}
  day: {{say: welcome, next: choose}}
  blocked: {{say: goodbye, next: choose}}
  choose: {{menu: whisper_motor, no_input_s: 1, attempts: 1, keys: {{"8": english}}, on_no_input: person}}
  english: {{language: en, next: person}}
  person: {{enqueue: motor}}
""",
}
