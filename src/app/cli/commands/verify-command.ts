import {
  type ManifestDiff,
  type ManifestOutcome,
  verifyManifest,
} from "../../../domain/signing/verify-manifest.ts";
import type { CatalogLoad } from "../../../ports/catalog-source-port.ts";
import { invalidCatalogMessage } from "../../catalog/read-disk.ts";
import { loadDirectory } from "./catalog-commands.ts";
import { type Command, type CommandIo, EXIT, type ExitCode } from "./command.ts";
import { readFormat } from "./read-format.ts";
import { loadSignatureOptions, type SignatureOptions } from "./signature-options.ts";

/** `mosaic verify [DIR]`: whether the catalog is what was signed, and if not, every view that differs. */
export const verifyCommand: Command = {
  name: "verify",
  takes: "[DIR]",
  summary: "Check the views of DIR, or of VIEWS_DIR, against their manifest and its signature",
  positionalsMax: 1,
  failsWhen: "the catalog is invalid, or is not what was signed",
  options: [["--format json", "print for programs"]],
  examples: [
    { line: "verify data/views", does: "fail if anything differs from what was signed" },
    { line: "verify --format json data/views", does: "the same for a pipeline" },
  ],
  async run(io, deps, args) {
    const format = readFormat(io, args);
    if (format === undefined) return EXIT.usage;
    const terms = await loadSignatureOptions(io, deps);
    if (terms === undefined) return EXIT.usage;
    const { load, name } = await loadDirectory(io, deps, args.positionals[0]);
    if (load === undefined) return EXIT.usage;
    const result = judge(name, load, terms);
    if (format === "json") io.stdout.write(`${JSON.stringify(result)}\n`);
    else print(io, result);
    return exitCodeOf(result);
  },
};

interface Verified {
  readonly status: "verified";
  readonly directory: string;
  readonly mode: SignatureOptions["mode"];
  readonly generation: number;
  readonly createdAt: string;
  readonly catalogHash: string;
  /** How many there are. */
  readonly views: number;
  /** The key that signed; null when the mode asks for no signature. */
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
    const detail = `${invalidCatalogMessage(directory, load.diagnostics)}; mosaic validate says why`;
    return refused("invalid-catalog", detail);
  }
  const outcome: ManifestOutcome = verifyManifest(load.manifest, load.catalog, terms);
  switch (outcome.kind) {
    case "verified": {
      const { kind: _, keyid = null, ...signed } = outcome;
      return { status: "verified", directory, mode, ...signed, views: load.catalog.views.size, keyid };
    }
    case "missing":
      return refused("manifest-missing", "there is no manifest; mosaic sign makes one");
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
    io.stdout.write(
      `${directory}: verified: generation ${generation} of ${createdAt}, ${count}, ${signer}\n`,
    );
    return;
  }
  for (const entity of result.changed) io.stdout.write(`${entity}: changed since it was signed\n`);
  for (const entity of result.added) io.stdout.write(`${entity}: not signed\n`);
  for (const entity of result.missing) io.stdout.write(`${entity}: signed, and absent\n`);
  io.stderr.write(`${result.directory}: refused: ${result.detail} [${result.reason}]\n`);
}

function exitCodeOf({ status }: Refused | Verified): ExitCode {
  return status === "verified" ? EXIT.ok : EXIT.invalid;
}
