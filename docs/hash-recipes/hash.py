"""Usage: hash.py URL. Prints the hash of the catalog that the service at URL serves."""

import hashlib
import json
import sys
from urllib.request import urlopen


def fetch(path: str) -> bytes:
    with urlopen(sys.argv[1] + path) as response:
        return response.read()


names = sorted(item["entity"] for item in json.loads(fetch("/views"))["items"])
members = [b'"%s": %s' % (name.encode(), fetch(f"/views/{name}")) for name in names]
print(hashlib.sha256(b"{" + b", ".join(members) + b"}").hexdigest())
