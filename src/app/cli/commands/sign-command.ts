import { randomBytes } from "node:crypto";
import { GENERATION_FORM, parseGeneration } from "../../../domain/signing/manifest.ts";
import { signCatalog } from "../../../domain/signing/sign-catalog.ts";
import {
  createSigningKey,
  isKeyid,
  KEYID_FORM,
  SIGNATURE_ALGORITHM,
  type SigningKey,
} from "../../../domain/signing/signing-key.ts";
import type { SignatureMode } from "../../../domain/signing/verify-manifest.ts";
import type { Diagnostic } from "../../../domain/view/diagnostic.ts";
import type { Language, LocalizedText } from "../../../lib/language.ts";
import { FileWriteError } from "../../../ports/file-write-error.ts";
import { createInvalidCatalogMessage } from "../../catalog/read-disk.ts";
import { createSigningKeysLoader } from "../../signing/signing-keys.ts";
import { loadDirectory } from "./catalog-commands.ts";
import {
  type CommandArguments,
  type CommandDeps,
  type CommandIo,
  EXIT_CODES,
  type ExitCode,
  formatCount,
  type OptionValueRule,
  printFailure,
  printResult,
  type RunCommand,
} from "./command.ts";
import { readSettings } from "./read-settings.ts";

export const GENERATION_RULE: OptionValueRule = {
  accepts: (text) => parseGeneration(text) !== undefined,
  expected: GENERATION_FORM,
};
export const KEYID_RULE: OptionValueRule = { accepts: isKeyid, expected: KEYID_FORM };

/** `mosaic sign [DIR]`: writes the manifest of the catalog on disk, signed with the keys of the settings. */
export const signCommand: RunCommand = async (io, deps, args) => {
  const { format, language } = args;
  const generation = parseGeneration(args.values.get("generation") ?? "");
  const texts = SIGN_TEXTS[language];
  const signatureOptions = await loadSignatureOptions(io, deps, language);
  if (signatureOptions === undefined) return EXIT_CODES.usage;
  const signers = readSigners(io, args, { keys: signatureOptions.keys, texts });
  if (signers === undefined) return EXIT_CODES.usage;
  const { load, name } = await loadDirectory(io, deps, args.positionals[0], { language });
  if (load === undefined) return EXIT_CODES.usage;
  const refuse = (reason: string, detail: string, text: string): ExitCode => {
    if (format === "json") {
      io.stdout.json(JSON.stringify({ status: "refused", directory: name, reason, detail }));
    } else io.stderr.line(`${name}: ${texts.notSigned}: ${text} [${reason}]`);
    return EXIT_CODES.invalid;
  };
  if (load.kind === "invalid") {
    const { en, pt } = describeInvalidCatalog(name, load.diagnostics);
    return refuse("invalid-catalog", en, { en, pt }[language]);
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
  if (signing.kind === "refused") return refuse(signing.reason, signing.texts.en, signing.texts[language]);
  try {
    const file = await deps.storeManifest(name, signing.bytes);
    const { views, ...signed } = signing.signed;
    const keyids = signers.map(({ keyid }) => keyid);
    const result = { status: "signed", directory: name, file, ...signed, views: views.size, keyids };
    printResult(io, args, { json: result, lines: [describeSignedResult(result, texts)] });
    return EXIT_CODES.ok;
  } catch (error) {
    if (!(error instanceof FileWriteError)) throw error;
    return refuse("manifest-not-written", error.message, error.texts[language]);
  }
};

interface SignedResult {
  readonly file: string;
  readonly generation: number;
  readonly views: number;
  readonly keyids: readonly string[];
}

function describeSignedResult({ file, generation, views, keyids }: SignedResult, texts: SignTexts): string {
  const signers = keyids.length === 0 ? texts.unsigned : texts.signedBy(keyids.join(", "));
  return `${file}: ${texts.generation(generation)}, ${formatCount(views, "view")}, ${signers}`;
}

/** The refusal of an invalid catalog. */
export function describeInvalidCatalog(name: string, diagnostics: readonly Diagnostic[]): LocalizedText {
  return {
    en: `${createInvalidCatalogMessage(name, diagnostics)}; mosaic validate shows why`,
    pt: `${createInvalidCatalogMessage(name, diagnostics, "pt")}; mosaic validate mostra por quê`,
  };
}

const ENGLISH_TEXTS = {
  notSigned: "not signed",
  refused: "refused",
  verified: "verified",
  generation: (generation: number) => `generation ${generation}`,
  createdAt: (time: string) => ` of ${time}`,
  unsigned: "without a signature",
  hashesOnly: "hashes only, no signature was checked",
  signedBy: (keyids: string) => `signed by ${keyids}`,
  changed: "changed since it was signed",
  added: "not signed",
  missing: "signed, but absent",
  noKeys: "no key is configured",
  keys: (keyids: string) => `the keys are ${keyids}`,
  unknownKey: (given: string, known: string) => `--keyid is ${given}, which names no key: ${known}`,
  warning: "warning",
  noKey:
    "no signing key is configured: set VIEWS_SIGNATURE_KEY or VIEWS_SIGNATURE_KEYRING, or VIEWS_SIGNATURE_MODE=sha256 to sign without a key",
};
export type SignTexts = typeof ENGLISH_TEXTS;

export const SIGN_TEXTS: Readonly<Record<Language, SignTexts>> = {
  en: ENGLISH_TEXTS,
  pt: {
    notSigned: "não assinado",
    refused: "recusado",
    verified: "verificado",
    generation: (generation) => `geração ${generation}`,
    createdAt: (time) => ` de ${time}`,
    unsigned: "sem assinatura",
    hashesOnly: "só os hashes, nenhuma assinatura foi verificada",
    signedBy: (keyids) => `assinado por ${keyids}`,
    changed: "alterada desde a assinatura",
    added: "não assinada",
    missing: "assinada, mas ausente",
    noKeys: "nenhuma chave está configurada",
    keys: (keyids) => `as chaves são ${keyids}`,
    unknownKey: (given, known) => `--keyid é ${given}, que não é o nome de uma chave: ${known}`,
    warning: "aviso",
    noKey:
      "nenhuma chave de assinatura está configurada: defina VIEWS_SIGNATURE_KEY ou VIEWS_SIGNATURE_KEYRING, ou VIEWS_SIGNATURE_MODE=sha256 para assinar sem chave",
  },
};

/** The signing keys, or only the one of `--keyid`; undefined after printing an error. */
function readSigners(
  io: CommandIo,
  { values }: CommandArguments,
  { keys, texts }: { readonly keys: readonly SigningKey[]; readonly texts: SignTexts },
): readonly SigningKey[] | undefined {
  const chosen = values.get("keyid");
  if (chosen === undefined) return keys;
  const signers = keys.filter(({ keyid }) => keyid === chosen);
  if (signers.length > 0) return signers;
  const known = keys.length === 0 ? texts.noKeys : texts.keys(keys.map(({ keyid }) => keyid).join(", "));
  printFailure(io, texts.unknownKey(JSON.stringify(chosen), known));
  return undefined;
}

/** As long as a SHA-256 hash, because signatures are HMAC-SHA-256: a longer secret would not be stronger. */
const SECRET_BYTES = 32;

/** `mosaic keygen`: prints a new secret for `VIEWS_SIGNATURE_KEY`, or an entry of a keyring. */
export const keygenCommand: RunCommand = async (io, _deps, args) => {
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  const name = args.values.get("keyid");
  const json = { keyid: createSigningKey(secret, name)?.keyid, alg: SIGNATURE_ALGORITHM, key: secret };
  printResult(io, args, { json, lines: [name === undefined ? secret : `${name}:${secret}`] });
  return EXIT_CODES.ok;
};

export interface SignatureOptions {
  /** Never `none`: signing and verifying need a mode that reads manifests. */
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
  language: Language,
): Promise<SignatureOptions | undefined> {
  const texts = SIGN_TEXTS[language];
  const settings = readSettings(io, language);
  if (settings === undefined) return undefined;
  const loaded = await createSigningKeysLoader(settings, openKeyring)();
  if (loaded.kind === "refused") {
    io.stderr.line(loaded.texts?.[language] ?? loaded.detail);
    return undefined;
  }
  for (const warning of loaded.warnings) io.stderr.line(`mosaic: ${texts.warning}: ${warning}`);
  const { keys } = loaded;
  if (settings.viewsSignatureMode !== "none") return { mode: settings.viewsSignatureMode, keys };
  if (keys.length > 0) return { mode: "hmac", keys };
  printFailure(io, texts.noKey);
  return undefined;
}
