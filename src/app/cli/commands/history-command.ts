import * as v from "valibot";
import type { Language } from "../../../lib/language.ts";
import { EXIT_CODES, formatCount, printResult, type RunCommand } from "./command.ts";
import { queryService } from "./service-call.ts";
import { formatReplicaName } from "./status-command.ts";

/** The number of shown characters of a hash, as in the console. */
const HASH_SHOWN_LENGTH = 12;

const entrySchema = v.looseObject({
  at: v.string(),
  replica: v.string(),
  name: v.optional(v.string()),
  // A newer service may have more kinds and triggers.
  kind: v.string(),
  trigger: v.nullable(v.string()),
  from: v.nullable(v.string()),
  to: v.nullable(v.string()),
  added: v.number(),
  changed: v.number(),
  removed: v.number(),
  views: v.array(v.string()),
  reason: v.nullable(v.string()),
  // Absent from an older service.
  errors: v.optional(
    v.looseObject({
      total: v.number(),
      first: v.optional(
        v.looseObject({ file: v.string(), line: v.number(), column: v.number(), code: v.string() }),
      ),
    }),
  ),
});
const historySchema = v.looseObject({ shared: v.boolean(), entries: v.array(entrySchema) });

/** `mosaic history [URL]`: what happened to the catalogs of the fleet, the newest last. */
export const historyCommand: RunCommand = async (io, _deps, args) => {
  const answer = await queryService(io, args, { path: "/admin/history", schema: historySchema });
  if (typeof answer === "number") return answer;
  const texts = HISTORY_TEXTS[args.language];
  const lines = answer.entries.toReversed().map((entry) => describeEntry(entry, texts));
  printResult(io, args, { json: answer, lines });
  if (!answer.shared) io.stderr.line(`mosaic: ${texts.notShared}`);
  return EXIT_CODES.ok;
};

function describeEntry(entry: v.InferOutput<typeof entrySchema>, texts: Texts): string {
  const { at, replica, name, kind, trigger, from, to, added, removed, changed, views, reason, errors } =
    entry;
  const short = (hash: string): string => hash.slice(0, HASH_SHOWN_LENGTH);
  const hashes = [from, to].flatMap((hash) => (hash === null ? [] : [short(hash)]));
  const total = added + removed + changed;
  // An entry names the changed views first, then the added and the removed ones.
  const marked = views.map((view, at) => `${at < changed ? "~" : at < changed + added ? "+" : "-"}${view}`);
  const names = total > views.length ? [...marked, texts.more(total - views.length)] : marked;
  const parts = [
    at,
    formatReplicaName({ id: replica, name }),
    texts.words.get(kind) ?? kind,
    trigger === null || trigger === kind ? undefined : `(${texts.words.get(trigger) ?? trigger})`,
    kind === "refused" ? undefined : [...new Set(hashes)].join(" -> "),
    total === 0 ? undefined : `+${added} -${removed} ~${changed}: ${names.join(", ")}`,
    reason === null ? undefined : `[${reason}]`,
    errors === undefined ? undefined : describeErrors(errors, texts),
    kind === "refused" ? texts.stillServed(from === null ? texts.nothing : short(from)) : undefined,
  ];
  return parts.filter((part) => part !== undefined && part !== "").join(" ");
}

function describeErrors(
  { total, first }: NonNullable<v.InferOutput<typeof entrySchema>["errors"]>,
  texts: Texts,
): string {
  const count = texts.errors(total);
  return first === undefined
    ? `${count};`
    : `${count}, ${first.file}:${first.line}:${first.column} ${first.code};`;
}

const ENGLISH_TEXTS = {
  notShared: "warning: Redis does not answer: the list has only the entries that this replica knows",
  more: (count: number) => `${count} more`,
  /** Words for kinds and triggers; a value without one is shown as it was sent. */
  words: new Map<string, string>(),
  errors: (count: number) => formatCount(count, "error"),
  stillServed: (catalog: string) => `still served: ${catalog}`,
  nothing: "nothing",
};
type Texts = typeof ENGLISH_TEXTS;

export const HISTORY_TEXTS: Readonly<Record<Language, Texts>> = {
  en: ENGLISH_TEXTS,
  pt: {
    notShared: "aviso: o Redis não responde: a lista tem só os registros que esta réplica conhece",
    more: (count) => `mais ${count}`,
    words: new Map([
      ["activated", "ativado"],
      ["preload", "início"],
      ["published", "publicado"],
      ["reconcile", "conciliação"],
      ["refused", "recusado"],
      ["reload", "recarga"],
      ["reloaded", "recarregado"],
      ["repaired", "reparado"],
    ]),
    errors: (count) => formatCount(count, "erro"),
    stillServed: (catalog) => `ainda servido: ${catalog}`,
    nothing: "nada",
  },
};
