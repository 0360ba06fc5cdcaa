#!/bin/sh
# toEqual() and toStrictEqual() of vitest 5.1.1 take any two keys of node:crypto for equal: two secrets, two public keys, a key of Ed25519
# and one of RSA, two keys of Web Crypto; inside objects too, and in toHaveBeenCalledWith(). A key has no properties of its own
# that vitest could compare. So the test of a rotation or of a keyring passes with the wrong key.
# Seen on Node 24.21.0 and Deno 2.9.5. assert.deepStrictEqual() of both finds each pair different, and vitest itself compares URL and
# Headers by their content. key.equals() is the way out. Node's assert did the same until a change of 2023, and Bun's has an
# open one; about vitest no issue was found, and its documentation of toEqual() does not mention keys. Exits with 1 when that has
# changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm pkg set type=module >/dev/null
npm install --silent --save-exact vitest@5.1.1 node@24.21.0 deno@2.9.5
cat >keys.test.mjs <<'JS'
import assert from "node:assert/strict";
import { createSecretKey, generateKeyPairSync, webcrypto } from "node:crypto";
import { expect, test, vi } from "vitest";
const ed25519 = () => generateKeyPairSync("ed25519");
const aes = () => webcrypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]);
const pairs = [
  [createSecretKey("one", "utf8"), createSecretKey("another", "utf8")],
  [ed25519().publicKey, ed25519().publicKey],
  [ed25519().privateKey, ed25519().privateKey],
  [ed25519().publicKey, generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey],
  [await aes(), await aes()],
];
test.each(pairs)("pair %#", (one, other) => {
  assert.notDeepStrictEqual(one, other);
  expect(one).toEqual(other);
  expect(one).toStrictEqual(other);
  expect({ keys: [one] }).toStrictEqual({ keys: [other] });
  const sign = vi.fn();
  sign(one);
  expect(sign).toHaveBeenCalledWith(other);
});
test("keys and other objects", () => {
  assert.equal(pairs[1][0].equals(pairs[1][1]), false);
  expect(new URL("http://one")).not.toEqual(new URL("http://another"));
  expect(new Headers({ a: "1" })).not.toEqual(new Headers({ a: "2" }));
});
JS
for runtime in node "deno run -A"; do
  # shellcheck disable=SC2086
  node_modules/.bin/$runtime node_modules/vitest/vitest.mjs run --root . >vitest.log 2>&1 || { cat vitest.log; exit 1; }
  grep -q "6 passed" vitest.log
done
echo 'vitest 5.1.1: toEqual() and toStrictEqual() take any two keys of node:crypto for equal'
