#!/bin/sh
# Run once by the database's image: an owner for migrations, and the application, which owns nothing.
set -e
psql --set=ON_ERROR_STOP=1 --username=postgres \
    --set=owner_password="$OWNER_PASSWORD" --set=application_password="$APPLICATION_PASSWORD" <<'SQL'
CREATE ROLE rolloutgov_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE rolloutgov_app LOGIN PASSWORD :'application_password';
CREATE DATABASE rolloutgov OWNER rolloutgov_owner;
SQL
