import {
  type ManifestDiff,
  type ManifestOutcome,
  verifyManifest,
} from "../../../domain/signing/verify-manifest.ts";
import type { CatalogLoad } from "../../../ports/catalog-source-port.ts";
import { invalidCatalogMessage } from "../../catalog/read-disk.ts";
import { loadDirectory } from "./catalog-commands.ts";
import { type CommandIo, EXIT, type ExitCode, type RunCommand, readFormat } from "./command.ts";
import { loadSignatureOptions, type SignatureOptions } from "./signature-options.ts";

/** `mosaic verify [DIR]`: whether the catalog matches its signature, and if not, every view that differs. */
export const verifyCommand: RunCommand = async (io, deps, args) => {
  const format = readFormat(io, args);
  if (format === undefined) return EXIT.usage;
  const terms = await loadSignatureOptions(io, deps);
  if (terms === undefined) return EXIT.usage;
  const { load, name } = await loadDirectory(io, deps, args.positionals[0]);
  if (load === undefined) return EXIT.usage;
  const result = judge(name, load, terms);
  if (format === "json") io.stdout.json(JSON.stringify(result));
  else print(io, result);
  return exitCodeOf(result);
};

interface Verified {
  readonly status: "verified";
  readonly directory: string;
  readonly mode: SignatureOptions["mode"];
  readonly generation: number;
  readonly createdAt: string;
  readonly catalogHash: string;
  /** The number of signatures. */
  readonly views: number;
  /** The key that signed; null when the mode requires no signature. */
  readonly keyid: string | null;
}

interface Refused extends ManifestDiff {
  readonly status: "refused";
  readonly directory: string;
  readonly mode: SignatureOptions["mode"];
  readonly reason: string;
  readonly detail: string;
}

const NO_DIFFERENCES: ManifestDiff = { changed: [], added: [], missing: [] };

function judge(directory: string, load: CatalogLoad, terms: SignatureOptions): Refused | Verified {
  const { mode } = terms;
  const refused = (reason: string, detail: string, differences = NO_DIFFERENCES): Refused => ({
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
  const outcome: ManifestOutcome = verifyManifest(load.manifest, load.catalog, terms);
  switch (outcome.kind) {
    case "verified": {
      const { kind: _, keyid = null, ...signed } = outcome;
      return { status: "verified", directory, mode, ...signed, views: load.catalog.views.size, keyid };
    }
    case "missing":
      return refused("manifest-missing", "there is no manifest; mosaic sign creates one");
    case "unchecked":
      return refused("manifest-unchecked", "nothing was checked");
    case "refused":
      return refused(outcome.reason, outcome.detail, outcome.differences);
  }
}

function print(io: CommandIo, result: Refused | Verified): void {
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

function exitCodeOf({ status }: Refused | Verified): ExitCode {
  return status === "verified" ? EXIT.ok : EXIT.invalid;
}
