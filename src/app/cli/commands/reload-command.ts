import * as v from "valibot";
import { formatDiagnostic } from "../../../domain/view/diagnostic.ts";
import { type CommandIo, counted, EXIT, type ExitCode, type RunCommand, readFormat } from "./command.ts";
import { callService, readServiceAddress, type ServiceAnswer } from "./service-call.ts";

/** A large catalog takes a while to be read, checked and published. */
const ANSWER_TIMEOUT_SECONDS = 120;

/** `mosaic reload [URL]`: makes a running service read its disk again, and prints the changes. */
export const reloadCommand: RunCommand = async (io, _deps, args) => {
  const format = readFormat(io, args);
  if (format === undefined) return EXIT.usage;
  const address = readServiceAddress(io, args.positionals[0]);
  if (typeof address === "string") {
    io.stderr.block(`mosaic: ${address}`);
    return EXIT.usage;
  }
  const isDryRun = args.flags.has("dry-run");
  const path = "/admin/views/reload";
  const flags = [isDryRun ? "dryRun=true" : [], args.flags.has("force") ? "force=true" : []].flat();
  const call = { method: "POST", path, query: flags.join("&") } as const;
  const answer = await callService(address, { ...call, timeoutSeconds: ANSWER_TIMEOUT_SECONDS });
  if (typeof answer === "string") return failed(io, answer);
  return report(io, answer, { isDryRun, isJson: format === "json", origin: new URL(address.base).origin });
};

interface ReportOptions {
  readonly isDryRun: boolean;
  readonly isJson: boolean;
  readonly origin: string;
}

function report(
  io: CommandIo,
  { status, body }: Exclude<ServiceAnswer, string>,
  { isDryRun, isJson, origin }: ReportOptions,
): ExitCode {
  if (isJson) io.stdout.json(JSON.stringify(body));
  const done = v.safeParse(reloadedSchema, status === 200 ? body : undefined);
  if (done.success) {
    // A service that does not know the preview has reloaded.
    if (isDryRun && done.output.dryRun !== true)
      return failed(io, "the service has no preview: it has reloaded");
    if (!isJson) for (const line of describe(done.output)) io.stdout.line(line);
    return EXIT.ok;
  }
  const refused = v.safeParse(refusedSchema, status === 200 ? undefined : body);
  if (refused.success) return isJson ? EXIT.invalid : refuse(io, refused.output, isDryRun);
  return failed(io, `${origin} answered ${status}, but is not Mosaic`);
}

const names = v.array(v.string());

const diagnosticsSchema = v.array(
  v.looseObject({
    severity: v.picklist(["error", "warning"]),
    code: v.string(),
    file: v.string(),
    line: v.number(),
    column: v.number(),
    pointer: v.string(),
    message: v.string(),
    hint: v.string(),
  }),
);

const reloadedSchema = v.looseObject({
  hash: v.string(),
  previousHash: v.nullable(v.string()),
  generation: v.optional(v.nullable(v.number())),
  changes: v.object({ added: names, removed: names, changed: names }),
  items: v.number(),
  published: v.boolean(),
  // Absent from an older service, too.
  dryRun: v.optional(v.boolean()),
  // Absent from an older service.
  warnings: v.optional(diagnosticsSchema),
  warningsTotal: v.optional(v.number()),
});

const refusedSchema = v.looseObject({
  code: v.string(),
  detail: v.string(),
  diagnosticsTotal: v.optional(v.number()),
  diagnostics: v.optional(diagnosticsSchema),
});

function describe(reloaded: v.InferOutput<typeof reloadedSchema>): readonly string[] {
  const {
    hash,
    previousHash,
    generation,
    changes,
    items,
    published,
    dryRun = false,
    warnings = [],
    warningsTotal,
  } = reloaded;
  // Two releases may have the same views: then only the generation distinguishes them.
  const release = generation == null ? "" : `, generation ${generation}`;
  const lines = [
    ...diagnosticLines(warnings, warningsTotal),
    ...changes.added.map((entity) => `+ ${entity}`),
    ...changes.removed.map((entity) => `- ${entity}`),
    ...changes.changed.map((entity) => `~ ${entity}`),
    `${hash === previousHash ? "no view changed" : dryRun ? "would be reloaded" : "reloaded"}: ${counted(items, "view")}, ${hash}${release}`,
  ];
  if (!published && !dryRun) lines.push("not published yet: the shared cache could not be written");
  return lines;
}

function diagnosticLines(
  diagnostics: v.InferOutput<typeof diagnosticsSchema>,
  total = diagnostics.length,
): readonly string[] {
  const more = total - diagnostics.length;
  return [
    // A newer service may send a code that is unknown here: it is only shown.
    ...diagnostics.map((item) => formatDiagnostic(item as Parameters<typeof formatDiagnostic>[0])),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

function refuse(io: CommandIo, refusal: v.InferOutput<typeof refusedSchema>, isDryRun: boolean): ExitCode {
  const { code, detail, diagnostics = [], diagnosticsTotal } = refusal;
  for (const line of diagnosticLines(diagnostics, diagnosticsTotal)) io.stdout.line(line);
  return failed(io, `${isDryRun ? "would not be" : "not"} reloaded: ${detail} [${code}]`);
}

function failed(io: CommandIo, detail: string): ExitCode {
  io.stderr.line(`mosaic: ${detail}`);
  return EXIT.invalid;
}
