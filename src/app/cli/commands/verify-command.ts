import {
  type ManifestDiff,
  type ManifestOutcome,
  verifyManifest,
} from "../../../domain/signing/verify-manifest.ts";
import type { CatalogLoad } from "../../../ports/catalog-source-port.ts";
import { loadDirectory } from "./catalog-commands.ts";
import { type CommandIo, EXIT_CODES, formatCount, type RunCommand } from "./command.ts";
import {
  describeInvalidCatalog,
  describeSigningRefusal,
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
  const result = verifyLoad(name, load, signatureOptions);
  const invalid =
    load.kind === "invalid" ? describeInvalidCatalog(name, load.diagnostics)[language] : undefined;
  if (format === "json") io.stdout.json(JSON.stringify(result));
  else printVerification(io, result, { texts: SIGN_TEXTS[language], invalid });
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
    return refused("invalid-catalog", describeInvalidCatalog(directory, load.diagnostics).en);
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

interface PrintOptions {
  readonly texts: SignTexts;
  /** Why the catalog is invalid; undefined for a valid one. */
  readonly invalid: string | undefined;
}

function printVerification(
  io: CommandIo,
  result: RefusedResult | VerifiedResult,
  { texts, invalid }: PrintOptions,
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
  const { directory, reason, detail } = result;
  io.stderr.line(
    `${directory}: ${texts.refused}: ${invalid ?? describeSigningRefusal(texts, reason, detail)} [${reason}]`,
  );
}
