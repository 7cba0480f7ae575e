"""Menus of one node each, for the tests of messages and text messages."""

MESSAGES, TEXTED = "955186", "955187"
TREES = {
    MESSAGES: f"""\
tree: "{MESSAGES}"
numbers: ["{MESSAGES}"]
languages: [zh, en]
defaults: {{human: person}}
start: leave
nodes:
  leave: {{voicemail: consult, longest_s: 30, next: saved, silent: nothing,
          failed: not_now}}
  saved: {{hangup: left, say: leave_message_saved}}
  nothing: {{hangup: silent, say: goodbye}}
  not_now: {{say: leave_message_unavailable, next: bye}}
  bye: {{hangup: failed, say: goodbye}}
  person: {{enqueue: consult}}
""",
    TEXTED: f"""\
tree: "{TEXTED}"
numbers: ["{TEXTED}"]
languages: [zh, en]
defaults: {{human: person}}
start: text
nodes:
  text: {{sms: complaint, with: {{no: "20261122"}}, next: bye, failed: person}}
  bye: {{hangup: texted, say: goodbye}}
  person: {{enqueue: consult}}
""",
}
