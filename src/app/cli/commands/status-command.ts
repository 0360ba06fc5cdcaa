import * as v from "valibot";
import type { Language } from "../../../lib/language.ts";
import { CAUSES_PT } from "./causes-pt.ts";
import { EXIT_CODES, formatCount, printResult, type RunCommand } from "./command.ts";
import { alignColumns } from "./printer.ts";
import { queryService } from "./service-call.ts";

/** `mosaic status [URL]`: lists the live replicas, what each serves, and what needs attention. */
export const statusCommand: RunCommand = async (io, _deps, args) => {
  const answer = await queryService(io, args, { path: "/admin/replicas", schema: fleetSchema });
  if (typeof answer === "number") return answer;
  const concerns = countConcerns(answer);
  const lines = describeFleet(answer, concerns, STATUS_TEXTS[args.language]);
  printResult(io, args, { json: answer, lines });
  const isWell = args.flags.has("exit-code") ? concerns === 0 : isHealthy(answer);
  return isWell ? EXIT_CODES.ok : EXIT_CODES.invalid;
};

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
      fault: v.optional(v.string()),
      advice: v.optional(v.string()),
      address: v.optional(v.string()),
    }),
  ),
});

type Outage = NonNullable<FleetAnswer["outage"]>;
type FleetAnswer = v.InferOutput<typeof fleetSchema>;

function isHealthy({ shared, hash, diverging, replicas }: FleetAnswer): boolean {
  const isWell = replicas.every(({ catalog, cache }) => catalog !== null && cache.state === "up");
  return shared && hash !== null && diverging === 0 && isWell;
}

/** The number of faults that the text output shows. */
function countConcerns({ shared, hash, replicas, lost = [] }: FleetAnswer): number {
  const ofReplicas = replicas.map(({ catalog, divergent, cache, tickers, disk }) => [
    catalog === null || divergent,
    // If `shared` is false, the missing cache is counted once for the fleet, in the last item of the result.
    shared && cache.state !== "up",
    tickers?.stale === true,
    disk !== undefined,
  ]);
  return [...ofReplicas.flat(), ...lost.map(() => true), !shared || hash === null].filter(Boolean).length;
}

function describeFleet(
  { hash, shared, diverging, replicas, self, lost = [], outage }: FleetAnswer,
  concerns: number,
  texts: Texts,
): readonly string[] {
  const rows = replicas.map((replica) => describeReplica(replica, replica.id === self, texts));
  const diverge = diverging === 0 ? "" : `; ${texts.diverge(diverging)}`;
  const alone = shared ? "" : `; ${texts.alone}`;
  const published = hash ?? (shared ? undefined : texts.unknown);
  return [
    ...alignColumns([[...texts.head, ""], ...rows]),
    "",
    `${texts.replicas(replicas.length)}${diverge}${alone}`,
    ...(outage === undefined ? [] : [texts.outage(outage)]),
    ...lost.map(({ since, ...replica }) => texts.lost(formatReplicaName(replica), since)),
    ...replicas.flatMap((replica) =>
      replica.disk === undefined
        ? []
        : [texts.refused(formatReplicaName(replica), replica.disk.reason, replica.disk.since)],
    ),
    published === undefined ? texts.nothingPublished : texts.published(published),
    texts.concerns(concerns),
  ];
}

function describeReplica(
  replica: FleetAnswer["replicas"][number],
  isAnswering: boolean,
  texts: Texts,
): readonly string[] {
  const { version, runtime, uptimeSeconds, cache, tickers } = replica;
  const stale = tickers?.stale === true ? `, ${texts.stale}` : "";
  return [
    isAnswering ? `${formatReplicaName(replica)} *` : formatReplicaName(replica),
    ...describeCatalog(replica, texts),
    texts.values.get(cache.state) ?? cache.state,
    tickers === null ? "-" : `${tickers.count}, ${formatAge(tickers.ageSeconds)}${stale}`,
    formatAge(uptimeSeconds),
    `${version}, ${runtime}`,
    describeWarning(replica, texts),
  ];
}

/** The name of a replica, with the id in parentheses; without a name, the id. */
export function formatReplicaName({
  id,
  name,
}: {
  readonly id: string;
  readonly name?: string | undefined;
}): string {
  return name === undefined ? id : `${name} (${id})`;
}

function describeCatalog({ catalog }: FleetAnswer["replicas"][number], texts: Texts): readonly string[] {
  if (catalog === null) return ["-", "-", "-", "-", "-"];
  const { hash, revision, generation, source, views } = catalog;
  const from = texts.values.get(source) ?? source;
  return [hash.slice(0, 12), `${revision}`, `${generation ?? "-"}`, from, `${views}`];
}

function describeWarning({ catalog, divergent }: FleetAnswer["replicas"][number], texts: Texts): string {
  if (catalog === null) return texts.noCatalog;
  return divergent ? texts.diverges : "";
}

const ENGLISH_TEXTS = {
  head: [
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
  ] as readonly string[],
  /** Words for values of the service; a value without one is shown as it was sent. */
  values: new Map<string, string>(),
  stale: "stale",
  noCatalog: "NO CATALOG",
  diverges: "DIVERGES",
  replicas: (count: number) => formatCount(count, "replica"),
  diverge: (count: number) => formatCount(count, "of them diverges", "of them diverge"),
  alone: "other replicas are unknown: the shared cache is down",
  outage: ({ address, advice, reason }: Outage) =>
    `shared cache: ${address === undefined ? "" : `${address} `}${advice ?? reason ?? "does not answer"}`,
  lost: (id: string, since: string) => `lost: ${id}, without heartbeats since ${since}`,
  refused: (id: string, reason: string, since: string) =>
    `disk refused: ${id} (${reason}) since ${since}; fix its files (mosaic validate), then reload it`,
  published: (hash: string) => `published: ${hash}`,
  unknown: "unknown (the shared cache is down)",
  nothingPublished: "nothing is published",
  concerns: (count: number) =>
    count === 0
      ? "nothing needs attention"
      : formatCount(count, "thing needs attention", "things need attention"),
};
type Texts = typeof ENGLISH_TEXTS;

export const STATUS_TEXTS: Readonly<Record<Language, Texts>> = {
  en: ENGLISH_TEXTS,
  pt: {
    head: [
      "réplica",
      "catálogo",
      "revisão",
      "geração",
      "origem",
      "views",
      "cache",
      "tickers",
      "no ar há",
      "versão",
    ],
    values: new Map([
      ["disk", "disco"],
      ["down", "fora do ar"],
      ["up", "no ar"],
    ]),
    stale: "desatualizados",
    noCatalog: "SEM CATÁLOGO",
    diverges: "DIVERGE",
    replicas: (count) => formatCount(count, "réplica"),
    diverge: (count) => formatCount(count, "delas diverge", "delas divergem"),
    alone: "as outras réplicas são desconhecidas: o cache compartilhado está fora do ar",
    outage: ({ address, fault, reason }) => {
      const known = CAUSES_PT.faults.get(fault ?? "") ?? CAUSES_PT.cacheErrors.get(reason ?? "");
      const cause = known ?? reason ?? "não responde";
      return `cache compartilhado: ${address === undefined ? "" : `${address} `}${cause}`;
    },
    lost: (id, since) => `perdida: ${id}, sem heartbeats desde ${since}`,
    refused: (id, reason, since) =>
      `disco recusado: ${id} (${reason}) desde ${since}; corrija os arquivos dela (mosaic validate) e recarregue-a`,
    published: (hash) => `publicado: ${hash}`,
    unknown: "desconhecido (o cache compartilhado está fora do ar)",
    nothingPublished: "nada está publicado",
    concerns: (count) =>
      count === 0
        ? "nada precisa de atenção"
        : formatCount(count, "coisa precisa de atenção", "coisas precisam de atenção"),
  },
};

function formatAge(seconds: number): string {
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
