#!/bin/sh
# Puts the database's password, which is a secret's file, into the address that the settings take; then becomes cti.
set -eu

if [ -z "${CTI_SQL_URL:-}" ] && [ -s /run/secrets/postgres_password ]; then
    CTI_SQL_URL="postgresql+asyncpg://cti:$(cat /run/secrets/postgres_password)@postgres:5432/cti"
    export CTI_SQL_URL
fi
exec cti "$@"
