#!/usr/bin/env bash
# Runs the desktop's own unit tests, with the Node that built it.
set -euo pipefail
# shellcheck source=tools/shell.sh
. "$(dirname "${BASH_SOURCE[0]}")/shell.sh"
# shellcheck source=tools/node.sh
. "$ROOT/tools/node.sh"

[ -f "$ROOT/desktop/package.json" ] || exit 0
use_node
cd "$ROOT/desktop"
npm test
npm run check
