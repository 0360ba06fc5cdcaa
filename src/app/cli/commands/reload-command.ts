import * as v from "valibot";
import { type Diagnostic, formatDiagnosticIn } from "../../../domain/view/diagnostic.ts";
import type { Language } from "../../../lib/language.ts";
import {
  type CommandArguments,
  type CommandIo,
  EXIT_CODES,
  type ExitCode,
  formatCount,
  printFailure,
  type RunCommand,
} from "./command.ts";
import { describeCause, describeRefusal, requestService } from "./service-call.ts";

/** How long the service may take to answer: it reads, checks and publishes the catalog first. */
const ANSWER_TIMEOUT_SECONDS = 120;

/** `mosaic reload [URL]`: makes a running service read its disk again, and prints the changes. */
export const reloadCommand: RunCommand = async (io, _deps, args) => {
  const { flags, format, language } = args;
  const query = [
    flags.has("dry-run") ? "dryRun=true" : [],
    flags.has("force") ? "force=true" : [],
    language === "en" ? [] : `lang=${language}`,
  ];
  const answer = await requestService(io, args, {
    method: "POST",
    path: "/admin/views/reload",
    query: query.flat().join("&"),
    timeoutSeconds: ANSWER_TIMEOUT_SECONDS,
  });
  if (typeof answer === "number") return answer;
  const { status, body } = answer;
  const texts = RELOAD_TEXTS[language];
  if (format === "json") io.stdout.json(JSON.stringify(body));
  const done = v.safeParse(reloadedSchema, status === 200 ? body : undefined);
  if (done.success) {
    // An older service ignores `dryRun`, and has reloaded.
    if (flags.has("dry-run") && done.output.dryRun !== true) return printFailure(io, texts.noPreview);
    if (format === "text") for (const line of describeReload(done.output, texts)) io.stdout.line(line);
    return EXIT_CODES.ok;
  }
  const refused = v.safeParse(refusedSchema, status === 200 ? undefined : body);
  if (refused.success) return printRefusal(io, refused.output, args);
  return printFailure(io, describeRefusal(answer, language));
};

const namesSchema = v.array(v.string());

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
  changes: v.object({ added: namesSchema, removed: namesSchema, changed: namesSchema }),
  items: v.number(),
  published: v.boolean(),
  // All of these may be absent from an older service.
  dryRun: v.optional(v.boolean()),
  replaced: v.optional(v.object({ at: v.string(), replica: v.string() })),
  cacheDown: v.optional(v.boolean()),
  warnings: v.optional(diagnosticsSchema),
  warningsTotal: v.optional(v.number()),
});

const refusedSchema = v.looseObject({
  code: v.string(),
  detail: v.string(),
  diagnosticsTotal: v.optional(v.number()),
  diagnostics: v.optional(diagnosticsSchema),
});

function describeReload(reloaded: v.InferOutput<typeof reloadedSchema>, texts: Texts): readonly string[] {
  const {
    hash,
    previousHash,
    generation,
    changes,
    items,
    published,
    dryRun = false,
    replaced,
    cacheDown = false,
    warnings = [],
    warningsTotal,
  } = reloaded;
  // Two signed catalogs may have the same views: then only the generation distinguishes them.
  const release = generation == null ? "" : `, ${texts.generation} ${generation}`;
  const done = hash === previousHash ? texts.same : dryRun ? texts.wouldReload : texts.reloaded;
  const lines = [
    ...describeDiagnostics(warnings, texts, warningsTotal),
    ...changes.added.map((entity) => `+ ${entity}`),
    ...changes.removed.map((entity) => `- ${entity}`),
    ...changes.changed.map((entity) => `~ ${entity}`),
    ...(replaced === undefined ? [] : [texts.replaced(replaced)]),
    ...(cacheDown ? [texts.cacheDown] : []),
    `${done}: ${formatCount(items, "view")}, ${hash}${release}`,
  ];
  if (!published && !dryRun) lines.push(texts.unpublished);
  return lines;
}

function describeDiagnostics(
  diagnostics: v.InferOutput<typeof diagnosticsSchema>,
  texts: Texts,
  total = diagnostics.length,
): readonly string[] {
  const more = total - diagnostics.length;
  return [
    // A newer service may send a code that is unknown here. The cast is safe, because the code is only shown.
    ...diagnostics.map((item) => formatDiagnosticIn(texts.language, item as Diagnostic)),
    ...(more > 0 ? [texts.more(more)] : []),
  ];
}

function printRefusal(
  io: CommandIo,
  refusal: v.InferOutput<typeof refusedSchema>,
  { flags, format, language }: CommandArguments,
): ExitCode {
  if (format === "json") return EXIT_CODES.invalid;
  const texts = RELOAD_TEXTS[language];
  const { code, detail, diagnostics = [], diagnosticsTotal } = refusal;
  for (const line of describeDiagnostics(diagnostics, texts, diagnosticsTotal)) io.stdout.line(line);
  const cause = describeCause(code, detail, language);
  return printFailure(
    io,
    `${flags.has("dry-run") ? texts.wouldNotReload : texts.notReloaded}: ${cause} [${code}]`,
  );
}

const ENGLISH_TEXTS = {
  language: "en" as Language,
  noPreview: "this version of the service ignores --dry-run, and has reloaded the catalog",
  generation: "generation",
  same: "no view changed",
  wouldReload: "would be reloaded",
  reloaded: "reloaded",
  replaced: ({ at, replica }: { at: string; replica: string }) =>
    `warning: this catalog was served before, and replaced on ${replica} at ${at}: a reload would bring it back to the whole fleet`,
  cacheDown:
    "warning: the shared cache does not answer: a reload would change this replica alone, and the others when the cache is back",
  wouldNotReload: "a reload would fail",
  notReloaded: "not reloaded",
  unpublished: "not published yet: the shared cache could not be written",
  more: (count: number) => `and ${count} more`,
};
type Texts = typeof ENGLISH_TEXTS;

export const RELOAD_TEXTS: Readonly<Record<Language, Texts>> = {
  en: ENGLISH_TEXTS,
  pt: {
    language: "pt",
    noPreview: "esta versão do serviço ignora --dry-run, e recarregou o catálogo",
    generation: "geração",
    same: "nenhuma view mudou",
    wouldReload: "seria recarregado",
    reloaded: "recarregado",
    replaced: ({ at, replica }) =>
      `aviso: este catálogo já foi servido, e substituído em ${replica} em ${at}: uma recarga o traria de volta a toda a frota`,
    cacheDown:
      "aviso: o cache compartilhado não responde: uma recarga mudaria só esta réplica, e as outras quando o cache voltar",
    wouldNotReload: "uma recarga falharia",
    notReloaded: "não recarregado",
    unpublished: "ainda não publicado: não foi possível gravar no cache compartilhado",
    more: (count) => `e mais ${count}`,
  },
};
