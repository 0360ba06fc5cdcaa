import * as v from "valibot";
import { type CommandIo, EXIT, type ExitCode, type RunCommand } from "./command.ts";
import { callService, readServiceAddress, type ServiceAddress } from "./service-call.ts";

/** How long the service may take to answer. */
const ANSWER_TIMEOUT_SECONDS = 10;

/** `mosaic status [URL]`: lists the live replicas, what each serves, and which diverge. */
export const statusCommand: RunCommand = async (io, _deps, { positionals: [given], values }) => {
  const format = values.get("format") ?? "text";
  if (format !== "text" && format !== "json")
    return misused(io, `--format is text or json, not ${JSON.stringify(format)}`);
  const address = readServiceAddress(io, given);
  if (typeof address === "string") return misused(io, address);
  const answer = await requestFleet(address);
  if (typeof answer === "string") {
    io.stderr.line(`mosaic: ${answer}`);
    return EXIT.invalid;
  }
  if (format === "json") io.stdout.json(JSON.stringify(answer));
  else for (const line of describeFleet(answer)) io.stdout.line(line);
  return isHealthy(answer) ? EXIT.ok : EXIT.invalid;
};

function misused(io: CommandIo, detail: string): ExitCode {
  io.stderr.line(`mosaic: ${detail}`);
  return EXIT.usage;
}

const fleetSchema = v.looseObject({
  self: v.string(),
  shared: v.boolean(),
  hash: v.nullable(v.string()),
  diverging: v.number(),
  replicas: v.array(
    v.looseObject({
      id: v.string(),
      name: v.optional(v.string()),
      version: v.string(),
      runtime: v.string(),
      uptimeSeconds: v.number(),
      catalog: v.nullable(
        v.looseObject({
          hash: v.string(),
          source: v.string(),
          views: v.number(),
          revision: v.number(),
          generation: v.nullish(v.number()),
        }),
      ),
      cache: v.looseObject({ state: v.string() }),
      tickers: v.nullable(v.looseObject({ count: v.number(), ageSeconds: v.number(), stale: v.boolean() })),
      divergent: v.boolean(),
      disk: v.optional(v.object({ reason: v.string(), since: v.string() })),
    }),
  ),
  // Absent from an older service.
  lost: v.optional(v.array(v.object({ id: v.string(), name: v.optional(v.string()), since: v.string() }))),
  outage: v.optional(
    v.looseObject({
      reason: v.optional(v.string()),
      advice: v.optional(v.string()),
      address: v.optional(v.string()),
    }),
  ),
});

type FleetAnswer = v.InferOutput<typeof fleetSchema>;

/** Requests the fleet; returns a string with the reason if that fails. */
async function requestFleet(address: ServiceAddress): Promise<FleetAnswer | string> {
  const call = { method: "GET", path: "/admin/replicas", timeoutSeconds: ANSWER_TIMEOUT_SECONDS } as const;
  const answer = await callService(address, call);
  if (typeof answer === "string") return answer;
  const parsed = v.safeParse(fleetSchema, answer.status === 200 ? answer.body : undefined);
  if (parsed.success) return parsed.output;
  return `${new URL(address.base).origin} answered ${answer.status}, but is not Mosaic`;
}

/** Whether all replicas serve the published catalog and reach the shared cache. */
function isHealthy({ shared, hash, diverging, replicas }: FleetAnswer): boolean {
  const isWell = replicas.every(({ catalog, cache }) => catalog !== null && cache.state === "up");
  return shared && hash !== null && diverging === 0 && isWell;
}

function describeFleet({
  hash,
  shared,
  diverging,
  replicas,
  self,
  lost = [],
  outage,
}: FleetAnswer): readonly string[] {
  const head = [
    "replica",
    "catalog",
    "revision",
    "generation",
    "source",
    "views",
    "cache",
    "tickers",
    "up",
    "version",
    "",
  ];
  const rows = replicas.map((replica) => describeReplica(replica, replica.id === self));
  const known = replicas.length === 1 ? "1 replica" : `${replicas.length} replicas`;
  const absent = shared ? "nothing is published" : "published: unknown (the shared cache is down)";
  const published = hash === null ? absent : `published: ${hash}`;
  const alone = shared ? "" : "; other replicas are unknown: the shared cache is down";
  const verb = diverging === 1 ? "diverges" : "diverge";
  const diverge = diverging === 0 ? "" : `; ${diverging} of them ${verb}`;
  const missing = lost.map(
    ({ since, ...replica }) => `lost: ${named(replica)}, without heartbeats since ${since}`,
  );
  const refused = replicas.flatMap((replica) =>
    replica.disk === undefined ? [] : describeRefusal(named(replica), replica.disk),
  );
  const cause = outage === undefined ? [] : [describeOutage(outage)];
  return [
    ...[...table([head, ...rows]), "", `${known}${diverge}${alone}`],
    ...[...cause, ...missing, ...refused, published],
  ];
}

function describeOutage({ reason, advice, address }: NonNullable<FleetAnswer["outage"]>): string {
  const server = address === undefined ? "" : ` ${address}`;
  return `shared cache:${server} ${advice ?? reason ?? "does not answer"}`;
}

function describeRefusal(id: string, { reason, since }: { reason: string; since: string }): string {
  return `disk refused: ${id} (${reason}) since ${since}; fix its files (mosaic validate), then reload it`;
}

function describeReplica(replica: FleetAnswer["replicas"][number], isAnswering: boolean): readonly string[] {
  const { version, runtime, uptimeSeconds, cache, tickers } = replica;
  const stale = tickers?.stale === true ? ", stale" : "";
  return [
    isAnswering ? `${named(replica)} *` : named(replica),
    ...describeCatalog(replica),
    cache.state,
    tickers === null ? "-" : `${tickers.count}, ${age(tickers.ageSeconds)}${stale}`,
    age(uptimeSeconds),
    `${version}, ${runtime}`,
    warning(replica),
  ];
}

/** The name by which people know a replica, before its id. */
export function named({ id, name }: { readonly id: string; readonly name?: string | undefined }): string {
  return name === undefined ? id : `${name} (${id})`;
}

function describeCatalog({ catalog }: FleetAnswer["replicas"][number]): readonly string[] {
  if (catalog === null) return ["-", "-", "-", "-", "-"];
  const { hash, revision, generation, source, views } = catalog;
  return [hash.slice(0, 12), `${revision}`, `${generation ?? "-"}`, source, `${views}`];
}

function warning({ catalog, divergent }: FleetAnswer["replicas"][number]): string {
  if (catalog === null) return "NO CATALOG";
  return divergent ? "DIVERGES" : "";
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function age(seconds: number): string {
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
