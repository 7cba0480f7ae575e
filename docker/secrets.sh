#!/bin/sh
# Makes the secrets that docker-compose.yml reads, and keeps those that are there.
set -eu
cd "$(dirname "$0")"

mkdir -p secrets
if [ ! -s secrets/postgres_password ]; then
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >secrets/postgres_password
fi
# The folder keeps others out; the file is mounted as it is, and the container's own user has to read it.
chmod 700 secrets
chmod 644 secrets/postgres_password
echo "docker/secrets/postgres_password is ready"
