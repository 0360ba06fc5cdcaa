#!/bin/sh
# Run once by the image of PostgreSQL, on an empty volume: the user that replicas connect as may read and nothing else.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$READER_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE mosaic LOGIN PASSWORD :'password';
GRANT SELECT ON ALL TABLES IN SCHEMA public TO mosaic;
ALTER ROLE mosaic SET default_transaction_read_only = on;
SQL
