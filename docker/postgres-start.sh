#!/bin/sh
# Makes the database at the first start, with the user and database "cti" and the password of the secret; then serves it.
set -eu

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    [ -s /run/secrets/postgres_password ] || { echo "the secret postgres_password is missing or empty" >&2; exit 1; }
    initdb --username=cti --pwfile=/run/secrets/postgres_password --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
    echo "CREATE DATABASE cti;" | postgres --single -j postgres
fi
exec postgres -c "listen_addresses=*" -c unix_socket_directories=/run/postgresql
