import * as v from "valibot";
import { type CommandIo, counted, EXIT, type ExitCode, type RunCommand, readFormat } from "./command.ts";
import { callService, readServiceAddress } from "./service-call.ts";
import { named } from "./status-command.ts";

/** How long the service may take to answer. */
const ANSWER_TIMEOUT_SECONDS = 10;
/** The number of shown characters of a hash, as in the console. */
const HASH_SHOWN_LENGTH = 12;

const entrySchema = v.looseObject({
  at: v.string(),
  replica: v.string(),
  name: v.optional(v.string()),
  // A newer service may have more of them.
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
  const format = readFormat(io, args);
  if (format === undefined) return EXIT.usage;
  const address = readServiceAddress(io, args.positionals[0]);
  if (typeof address === "string") {
    io.stderr.line(`mosaic: ${address}`);
    return EXIT.usage;
  }
  const call = { method: "GET", path: "/admin/history", timeoutSeconds: ANSWER_TIMEOUT_SECONDS } as const;
  const answer = await callService(address, call);
  if (typeof answer === "string") return failed(io, answer);
  const parsed = v.safeParse(historySchema, answer.status === 200 ? answer.body : undefined);
  if (!parsed.success)
    return failed(io, `${new URL(address.base).origin} answered ${answer.status}, but is not Mosaic`);
  const { shared, entries } = parsed.output;
  if (format === "json") io.stdout.json(JSON.stringify(parsed.output));
  else for (const entry of entries.toReversed()) io.stdout.line(describe(entry));
  if (!shared)
    io.stderr.line(
      "mosaic: warning: Redis does not answer: the list has only the entries that this replica knows",
    );
  return EXIT.ok;
};

function describe(entry: v.InferOutput<typeof entrySchema>): string {
  const { at, replica, name, kind, trigger, from, to, added, removed, changed, views, reason, errors } =
    entry;
  const short = (hash: string): string => hash.slice(0, HASH_SHOWN_LENGTH);
  const hashes = [from, to].flatMap((hash) => (hash === null ? [] : [short(hash)]));
  const total = added + removed + changed;
  const names = total > views.length ? [...views, `${total - views.length} more`] : views;
  const parts = [
    at,
    named({ id: replica, name }),
    kind,
    trigger === null || trigger === kind ? undefined : `(${trigger})`,
    kind === "refused" ? undefined : [...new Set(hashes)].join(" -> "),
    total === 0 ? undefined : `+${added} -${removed} ~${changed}: ${names.join(", ")}`,
    reason === null ? undefined : `[${reason}]`,
    errors === undefined ? undefined : describeErrors(errors),
    kind === "refused" ? `still served: ${from === null ? "nothing" : short(from)}` : undefined,
  ];
  return parts.filter((part) => part !== undefined && part !== "").join(" ");
}

function describeErrors({ total, first }: NonNullable<v.InferOutput<typeof entrySchema>["errors"]>): string {
  const count = counted(total, "error");
  return first === undefined
    ? `${count};`
    : `${count}, ${first.file}:${first.line}:${first.column} ${first.code};`;
}

function failed(io: CommandIo, detail: string): ExitCode {
  io.stderr.line(`mosaic: ${detail}`);
  return EXIT.invalid;
}
