"""Exit code 0 while our server says that it is ready."""

import os
import sys
import urllib.request

port = os.environ.get("CTI_HTTP_PORT", "8095")
try:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=4) as answer:
        sys.exit(answer.status != 200)
except OSError as problem:
    sys.exit(f"not ready: {problem}")
