"""The names by which the parts of a call are known."""

from typing import NewType

CallId = NewType("CallId", str)
"""The caller channel's id at arrival (``ACD_CALL``); on every leg and event of the call."""
ChannelName = NewType("ChannelName", str)
"""Asterisk's name of one leg, such as ``PJSIP/8001-00000007``."""
AgentId = NewType("AgentId", str)
"""The agent's staff number, such as ``1023``."""
QueueName = NewType("QueueName", str)
EventId = NewType("EventId", str)
"""Place in the journal: the Redis stream id ``milliseconds-sequence``."""
