"""Settings that keep one run apart from every other on the machine: free ports, a folder of its own."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

RTP_PORTS = 200
_RTP_FIRST, _RTP_SPAN = 42000, 18000


def scratch_environment(folder: Path) -> Mapping[str, str]:
    """What to lay over the environment of every program of the run; ``folder`` is its instance."""
    rtp = _RTP_FIRST + (os.getpid() * RTP_PORTS) % _RTP_SPAN
    return {
        "CTI_FOLDERS_INSTANCE": str(folder),
        "CTI_HTTP_PORT": str(free_port()),
        "CTI_FASTAGI_PORT": str(free_port()),
        "CTI_AMI_PORT": str(free_port()),
        "CTI_SIP_PORT": str(free_port()),
        "CTI_BROWSER_PHONE_PORT": str(free_port()),
        "CTI_REDIS_PORT": str(free_port()),
        "CTI_RTP_FIRST_PORT": str(rtp),
        "CTI_RTP_LAST_PORT": str(rtp + RTP_PORTS - 1),
        "CTI_LOG_FORM": "json",
    }


def free_port() -> int:
    """A TCP port of the loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
