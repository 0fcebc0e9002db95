#!/bin/sh
# Run by PostgreSQL's image when it first starts: Xtablo's own role and database. The role is no superuser, so that
# whoever gets hold of its password reads no file of the server and runs no program there.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$XTABLO_PASSWORD" --username="$POSTGRES_USER" --dbname=postgres <<'SQL'
CREATE ROLE xtablo LOGIN PASSWORD :'password';
CREATE DATABASE xtablo OWNER xtablo;
-- It signs in from inside of the container, which asks for no password, and from nowhere else.
ALTER ROLE CURRENT_USER PASSWORD NULL;
SQL
