import { randomBytes } from "node:crypto";
import { GENERATION_MAX } from "../../../domain/signing/manifest.ts";
import { signCatalog } from "../../../domain/signing/sign-catalog.ts";
import {
  createSigningKey,
  KEYID_FORM,
  SIGNATURE_ALGORITHM,
  type SigningKey,
} from "../../../domain/signing/signing-key.ts";
import {
  type ManifestDiff,
  type ManifestOutcome,
  type SignatureMode,
  verifyManifest,
} from "../../../domain/signing/verify-manifest.ts";
import type { CatalogLoad } from "../../../ports/catalog-source-port.ts";
import { ManifestStoreError } from "../../../ports/manifest-store-port.ts";
import { invalidCatalogMessage } from "../../catalog/read-disk.ts";
import { createSigningKeysLoader } from "../../signing/signing-keys.ts";
import { loadDirectory } from "./catalog-commands.ts";
import {
  type CommandArguments,
  type CommandDeps,
  type CommandIo,
  EXIT,
  type ExitCode,
  type OutputFormat,
  type RunCommand,
  readFormat,
} from "./command.ts";
import { readSettings } from "./read-settings.ts";

/** `mosaic sign [DIR]`: writes the manifest of the catalog on disk, signed with every key of the settings. */
export const signCommand: RunCommand = async (io, deps, args) => {
  const format = readFormat(io, args);
  const generation = readGeneration(io, args);
  if (format === undefined || generation === "wrong") return EXIT.usage;
  const signatureOptions = await loadSignatureOptions(io, deps);
  if (signatureOptions === undefined) return EXIT.usage;
  const signers = readSigners(io, args, signatureOptions.keys);
  if (signers === undefined) return EXIT.usage;
  const { load, name } = await loadDirectory(io, deps, args.positionals[0]);
  if (load === undefined) return EXIT.usage;
  const refuse = (reason: string, detail: string) => refused(io, { format, directory: name, reason, detail });
  if (load.kind === "invalid") {
    return refuse(
      "invalid-catalog",
      `${invalidCatalogMessage(name, load.diagnostics)}; mosaic validate shows why`,
    );
  }
  const createdAt = new Date(deps.nowMs()).toISOString();
  const present = load.manifest;
  const signing = signCatalog(load.catalog, {
    present,
    trusted: signatureOptions.keys,
    signers,
    generation,
    createdAt,
  });
  if (signing.kind === "refused") return refuse(signing.reason, signing.detail);
  try {
    const file = await deps.storeManifest(name, signing.bytes);
    const { views, ...signed } = signing.signed;
    const keyids = signers.map(({ keyid }) => keyid);
    const result = { status: "signed", directory: name, file, ...signed, views: views.size, keyids };
    if (format === "json") io.stdout.json(JSON.stringify(result));
    else io.stdout.line(describe(result));
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof ManifestStoreError)) throw error;
    return refuse("manifest-not-written", error.message);
  }
};

function describe({
  file,
  generation,
  views,
  keyids,
}: {
  readonly file: string;
  readonly generation: number;
  readonly views: number;
  readonly keyids: readonly string[];
}): string {
  const signers = keyids.length === 0 ? "without a signature" : `signed by ${keyids.join(", ")}`;
  return `${file}: generation ${generation}, ${views} ${views === 1 ? "view" : "views"}, ${signers}`;
}

function refused(
  io: CommandIo,
  {
    format,
    ...refusal
  }: {
    readonly format: OutputFormat;
    readonly directory: string;
    readonly reason: string;
    readonly detail: string;
  },
): ExitCode {
  if (format === "json") io.stdout.json(JSON.stringify({ status: "refused", ...refusal }));
  else io.stderr.line(`${refusal.directory}: not signed: ${refusal.detail} [${refusal.reason}]`);
  return EXIT.invalid;
}

function readGeneration(io: CommandIo, { values }: CommandArguments): number | "wrong" | undefined {
  const text = values.get("generation");
  if (text === undefined) return undefined;
  const generation = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(generation)) return generation;
  io.stderr.line(
    `mosaic: --generation is ${JSON.stringify(text)}: expected a whole number from 1 to ${GENERATION_MAX}`,
  );
  return "wrong";
}

/** The signing keys, or only the one of `--keyid`; undefined after printing an error. */
function readSigners(
  io: CommandIo,
  { values }: CommandArguments,
  keys: readonly SigningKey[],
): readonly SigningKey[] | undefined {
  const chosen = values.get("keyid");
  if (chosen === undefined) return keys;
  const signers = keys.filter(({ keyid }) => keyid === chosen);
  if (signers.length > 0) return signers;
  const known =
    keys.length === 0 ? "no key is configured" : `the keys are ${keys.map(({ keyid }) => keyid).join(", ")}`;
  io.stderr.line(`mosaic: --keyid is ${JSON.stringify(chosen)}, which names no key: ${known}`);
  return undefined;
}

/** As long as a SHA-256 hash, because signatures are HMAC-SHA-256: a longer secret would not be stronger. */
const SECRET_BYTES = 32;

/** `mosaic keygen`: prints a new secret for `VIEWS_SIGNATURE_KEY`, or an entry of a keyring. */
export const keygenCommand: RunCommand = async (io, _deps, args) => {
  const format = readFormat(io, args);
  if (format === undefined) return EXIT.usage;
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  const name = args.values.get("keyid");
  const key = createSigningKey(secret, name);
  if (key === undefined) {
    io.stderr.line(`mosaic: --keyid is ${JSON.stringify(name)}: expected ${KEYID_FORM}`);
    return EXIT.usage;
  }
  const entry = { keyid: key.keyid, alg: SIGNATURE_ALGORITHM, key: secret };
  const text = name === undefined ? secret : `${name}:${secret}`;
  io.stdout.line(format === "json" ? JSON.stringify(entry) : text);
  return EXIT.ok;
};

/**
 * `mosaic verify [DIR]`: checks whether the catalog matches its manifest, and lists every view that differs.
 */
export const verifyCommand: RunCommand = async (io, deps, args) => {
  const format = readFormat(io, args);
  if (format === undefined) return EXIT.usage;
  const signatureOptions = await loadSignatureOptions(io, deps);
  if (signatureOptions === undefined) return EXIT.usage;
  const { load, name } = await loadDirectory(io, deps, args.positionals[0]);
  if (load === undefined) return EXIT.usage;
  const result = verifyLoad(name, load, signatureOptions);
  if (format === "json") io.stdout.json(JSON.stringify(result));
  else print(io, result);
  return exitCodeOf(result);
};

interface VerifiedResult {
  readonly status: "verified";
  readonly directory: string;
  readonly mode: SignatureOptions["mode"];
  readonly generation: number;
  readonly createdAt: string;
  readonly catalogHash: string;
  readonly views: number;
  /** The id of the key that signed; null if the mode requires no signature. */
  readonly keyid: string | null;
}

interface RefusedResult extends ManifestDiff {
  readonly status: "refused";
  readonly directory: string;
  readonly mode: SignatureOptions["mode"];
  readonly reason: string;
  readonly detail: string;
}

const NO_DIFFERENCES: ManifestDiff = { changed: [], added: [], missing: [] };

function verifyLoad(
  directory: string,
  load: CatalogLoad,
  signatureOptions: SignatureOptions,
): RefusedResult | VerifiedResult {
  const { mode } = signatureOptions;
  const refused = (reason: string, detail: string, differences = NO_DIFFERENCES): RefusedResult => ({
    status: "refused",
    directory,
    mode,
    reason,
    detail,
    ...differences,
  });
  if (load.kind === "invalid") {
    const detail = `${invalidCatalogMessage(directory, load.diagnostics)}; mosaic validate shows why`;
    return refused("invalid-catalog", detail);
  }
  const outcome: ManifestOutcome = verifyManifest(load.manifest, load.catalog, signatureOptions);
  switch (outcome.kind) {
    case "verified": {
      const { kind: _, keyid = null, ...signed } = outcome;
      return { status: "verified", directory, mode, ...signed, views: load.catalog.views.size, keyid };
    }
    case "missing":
      return refused("manifest-missing", "the folder has no manifest; mosaic sign creates one");
    case "unchecked":
      return refused("manifest-unchecked", "nothing was checked");
    case "refused":
      return refused(outcome.reason, outcome.detail, outcome.differences);
  }
}

function print(io: CommandIo, result: RefusedResult | VerifiedResult): void {
  if (result.status === "verified") {
    const { directory, generation, createdAt, views, keyid } = result;
    const signer = keyid === null ? "hashes only, no signature was checked" : `signed by ${keyid}`;
    const count = `${views} ${views === 1 ? "view" : "views"}`;
    io.stdout.line(`${directory}: verified: generation ${generation} of ${createdAt}, ${count}, ${signer}`);
    return;
  }
  for (const entity of result.changed) io.stdout.line(`${entity}: changed since it was signed`);
  for (const entity of result.added) io.stdout.line(`${entity}: not signed`);
  for (const entity of result.missing) io.stdout.line(`${entity}: signed, but absent`);
  io.stderr.line(`${result.directory}: refused: ${result.detail} [${result.reason}]`);
}

function exitCodeOf({ status }: RefusedResult | VerifiedResult): ExitCode {
  return status === "verified" ? EXIT.ok : EXIT.invalid;
}

export interface SignatureOptions {
  /** Never `none`, because these commands always check signatures. */
  readonly mode: Exclude<SignatureMode, "none">;
  readonly keys: readonly SigningKey[];
}

/**
 * Reads mode and keys from the settings; undefined after printing an error.
 *
 * With a key, the mode `none` means `hmac`, because pipelines often set only the key. Without a key, the mode must be
 * `sha256`, so that a check never becomes weaker because a secret is missing.
 */
export async function loadSignatureOptions(
  io: CommandIo,
  { openKeyring }: CommandDeps,
): Promise<SignatureOptions | undefined> {
  const settings = readSettings(io);
  if (settings === undefined) return undefined;
  const loaded = await createSigningKeysLoader(settings, openKeyring)();
  if (loaded.kind === "refused") return printFailure(io, loaded.detail);
  for (const warning of loaded.warnings) io.stderr.line(`mosaic: warning: ${warning}`);
  const { keys } = loaded;
  if (settings.viewsSignatureMode !== "none") return { mode: settings.viewsSignatureMode, keys };
  if (keys.length > 0) return { mode: "hmac", keys };
  return printFailure(
    io,
    "mosaic: no signing key is configured: set VIEWS_SIGNATURE_KEY or VIEWS_SIGNATURE_KEYRING, or VIEWS_SIGNATURE_MODE=sha256 to sign without a key",
  );
}

function printFailure(io: CommandIo, message: string): undefined {
  io.stderr.line(message);
  return undefined;
}
