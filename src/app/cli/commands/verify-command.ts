import {
  type ManifestDiff,
  type ManifestOutcome,
  type ManifestRefusal,
  verifyManifest,
} from "../../../domain/signing/verify-manifest.ts";
import type { LocalizedText } from "../../../lib/language.ts";
import type { CatalogLoad } from "../../../ports/catalog-source-port.ts";
import { loadDirectory } from "./catalog-commands.ts";
import { CAUSES_PT } from "./causes-pt.ts";
import { type CommandIo, EXIT_CODES, formatCount, type RunCommand } from "./command.ts";
import {
  describeInvalidCatalog,
  loadSignatureOptions,
  SIGN_TEXTS,
  type SignatureOptions,
  type SignTexts,
} from "./sign-command.ts";

/**
 * `mosaic verify [DIR]`: checks whether the catalog matches its manifest, and lists every view that differs.
 */
export const verifyCommand: RunCommand = async (io, deps, args) => {
  const { format, language } = args;
  const signatureOptions = await loadSignatureOptions(io, deps, language);
  if (signatureOptions === undefined) return EXIT_CODES.usage;
  const { load, name } = await loadDirectory(io, deps, args.positionals[0], { language });
  if (load === undefined) return EXIT_CODES.usage;
  const { result, cause } = verifyLoad(name, load, signatureOptions);
  if (format === "json") io.stdout.json(JSON.stringify(result));
  else printVerification(io, result, { texts: SIGN_TEXTS[language], cause: cause?.[language] ?? "" });
  return result.status === "verified" ? EXIT_CODES.ok : EXIT_CODES.invalid;
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

interface Verification {
  readonly result: RefusedResult | VerifiedResult;
  /** Why the catalog is refused. */
  readonly cause?: LocalizedText;
}

const NO_DIFFERENCES: ManifestDiff = { changed: [], added: [], missing: [] };

function verifyLoad(directory: string, load: CatalogLoad, signatureOptions: SignatureOptions): Verification {
  const { mode } = signatureOptions;
  const refuse = (reason: string, cause: LocalizedText, differences = NO_DIFFERENCES): Verification => ({
    result: { status: "refused", directory, mode, reason, detail: cause.en, ...differences },
    cause,
  });
  if (load.kind === "invalid") {
    return refuse("invalid-catalog", describeInvalidCatalog(directory, load.diagnostics));
  }
  const outcome: ManifestOutcome = verifyManifest(load.manifest, load.catalog, signatureOptions);
  switch (outcome.kind) {
    case "verified": {
      const { kind: _, keyid = null, ...signed } = outcome;
      const { size: views } = load.catalog.views;
      return { result: { status: "verified", directory, mode, ...signed, views, keyid } };
    }
    case "missing":
      return refuse("manifest-missing", {
        en: "the folder has no manifest; mosaic sign creates one",
        pt: "a pasta não tem manifesto; mosaic sign cria um",
      });
    case "unchecked":
      return refuse("manifest-unchecked", { en: "nothing was checked", pt: "nada foi verificado" });
    case "refused":
      return refuse(outcome.reason, describeRefusal(outcome), outcome.differences);
  }
}

function describeRefusal({ reason, detail, texts }: ManifestRefusal): LocalizedText {
  return texts ?? { en: detail, pt: CAUSES_PT.reasons.get(reason) ?? detail };
}

interface PrintOptions {
  readonly texts: SignTexts;
  /** Why the catalog is refused; empty for a verified one. */
  readonly cause: string;
}

function printVerification(
  io: CommandIo,
  result: RefusedResult | VerifiedResult,
  { texts, cause }: PrintOptions,
): void {
  if (result.status === "verified") {
    const { directory, generation, createdAt, views, keyid } = result;
    const signer = keyid === null ? texts.hashesOnly : texts.signedBy(keyid);
    const release = `${texts.generation(generation)}${texts.createdAt(createdAt)}`;
    io.stdout.line(`${directory}: ${texts.verified}: ${release}, ${formatCount(views, "view")}, ${signer}`);
    return;
  }
  for (const entity of result.changed) io.stdout.line(`${entity}: ${texts.changed}`);
  for (const entity of result.added) io.stdout.line(`${entity}: ${texts.added}`);
  for (const entity of result.missing) io.stdout.line(`${entity}: ${texts.missing}`);
  io.stderr.line(`${result.directory}: ${texts.refused}: ${cause} [${result.reason}]`);
}
