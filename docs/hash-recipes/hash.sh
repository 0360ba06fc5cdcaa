#!/bin/sh
# Usage: hash.sh URL. Prints the hash of the catalog that the service at URL serves. Needs curl and sha256sum.
set -eu
service=$1

names() {
  curl -fsS "$service/views" | grep -o '"entity":"[^"]*"' | cut -d '"' -f 4 | LC_ALL=C sort
}

joined() {
  printf '{'
  comma=
  for name in $(names); do
    printf '%s"%s": ' "$comma" "$name"
    curl -fsS "$service/views/$name"
    comma=', '
  done
  printf '}'
}

joined | sha256sum | cut -d ' ' -f 1
