"""The staff line: asks for a staff number and its PIN, three times at most.

A script is a plain function over pyst2's AGI verbs (`stream_file`, `get_data`, ...). It may block:
it runs in a thread of its own, and after the node's `timeout_s` the caller goes on without it.
`agi.secrets` is the folder of the installation's secret files. What is returned becomes
`$staff.result` and `$staff.number` in the menu. PINs are set by `cti staff pin NUMBER`.
"""

from datetime import UTC, datetime

from cti.staff_pins import StaffPins

TRIES = 3
WAIT_MS = 8000


def run(agi):
    pins = StaffPins(agi.secrets)
    for _ in range(TRIES):
        number = agi.get_data("95518/staff_ask_number", WAIT_MS, 12)
        pin = agi.get_data("95518/staff_ask_pin", WAIT_MS, 12)
        if number and pin and pins.check(number, pin, datetime.now(UTC)) == "ok":
            return {"result": "ok", "number": number}
        agi.stream_file("95518/staff_refused")
    return {"result": "refused"}
