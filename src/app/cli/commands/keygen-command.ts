import { randomBytes } from "node:crypto";
import { createSigningKey, KEYID_FORM, SIGNATURE_ALGORITHM } from "../../../domain/signing/signing-key.ts";
import { type Command, EXIT } from "./command.ts";
import { readFormat } from "./read-format.ts";

/** The size of the hash: more would add nothing. */
const SECRET_BYTES = 32;

/** `mosaic keygen`: a new secret, in the form of `VIEWS_SIGNATURE_KEY` or as an entry of a keyring. */
export const keygenCommand: Command = {
  name: "keygen",
  summary: "Print a new key for VIEWS_SIGNATURE_KEY; with json, an entry of a keyring",
  positionalsMax: 0,
  options: [
    ["--keyid ID", "name the key, so that several can be told apart"],
    ["--format json", "print an entry for VIEWS_SIGNATURE_KEYRING"],
  ],
  examples: [
    { line: "keygen", does: "a secret for VIEWS_SIGNATURE_KEY" },
    { line: "keygen --keyid 2026-01 --format json", does: "an entry of a keyring" },
  ],
  async run(io, _deps, args) {
    const format = readFormat(io, args);
    if (format === undefined) return EXIT.usage;
    const secret = randomBytes(SECRET_BYTES).toString("base64url");
    const name = args.values.get("keyid");
    const key = createSigningKey(secret, name);
    if (key === undefined) {
      io.stderr.line(`mosaic: --keyid is ${JSON.stringify(name)}: it takes ${KEYID_FORM}`);
      return EXIT.usage;
    }
    const entry = { keyid: key.keyid, alg: SIGNATURE_ALGORITHM, key: secret };
    const text = name === undefined ? secret : `${name}:${secret}`;
    io.stdout.line(format === "json" ? JSON.stringify(entry) : text);
    return EXIT.ok;
  },
};
