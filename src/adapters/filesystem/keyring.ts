import { KEYRING_BYTES_MAX, parseKeyring } from "../../domain/signing/parse-keyring.ts";
import type { LocalizedText } from "../../lib/language.ts";
import { KeyringError, type KeyringErrorCode, type KeyringPort } from "../../ports/keyring-port.ts";
import { describeReadFailure, fileErrorCode, readLinkedFile } from "./read-file.ts";

/** Permission bits of users that are neither the owner nor in the group. */
const OTHERS_MAY_READ = 0o004;
const OTHERS_MAY_WRITE = 0o002;

/** Makes a keyring from a JSON file. */
export function createFilesystemKeyring(path: string): KeyringPort {
  const createError = (
    code: KeyringErrorCode,
    detail: LocalizedText | string,
    options?: ErrorOptions,
  ): KeyringError => new KeyringError(path, code, detail, options);
  return {
    name: path,
    async load({ signal } = {}) {
      if (signal?.aborted) throw createError("aborted", "aborted by the caller", { cause: signal.reason });
      const read = await readLinkedFile(path, KEYRING_BYTES_MAX).catch((cause: unknown) => {
        throw createError(keyringErrorCode(cause), describeReadFailure(path, cause), { cause });
      });
      if (read === undefined)
        throw createError("unreadable", { en: "it is not a file", pt: "não é um arquivo" });
      const parsed = parseKeyring(read.bytes);
      if (parsed.kind === "malformed") throw createError("malformed", parsed.detail);
      return { keys: parsed.keys, warnings: permissionWarnings(path, read.mode) };
    },
  };
}

function permissionWarnings(path: string, mode: number): readonly string[] {
  const actions = [mode & OTHERS_MAY_READ && "read", mode & OTHERS_MAY_WRITE && "write"].filter(Boolean);
  if (actions.length === 0) return [];
  const permissions = (mode & 0o777).toString(8);
  return [
    `The keyring ${JSON.stringify(path)} has mode ${permissions}: every user may ${actions.join(" and ")} it; use 600`,
  ];
}

function keyringErrorCode(cause: unknown): KeyringErrorCode {
  return ["ENOENT", "ENOTDIR"].includes(fileErrorCode(cause)) ? "not-found" : "unreadable";
}
