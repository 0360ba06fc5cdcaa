import { AssertionError } from "node:assert";
import type { JsonObject } from "../../src/domain/json/json-value.ts";
import { expectLasting } from "./agreement.ts";
import { heldOf } from "./foreign-publication.ts";
import { publishWithPython } from "./python-publisher.ts";
import { type RunningFleet, servedHash, startFleet } from "./running-fleet.ts";
import { RUNTIMES } from "./runtimes.ts";
import { startReplica } from "./started-replica.ts";
import { viewYaml } from "./views-directory.ts";
import { untilLooked } from "./watch-looks.ts";

export interface PublicationReport {
  readonly publication: number;
  /** Undefined when all replicas came to serve it and Redis holds it as it was written. */
  readonly loss: string | undefined;
  readonly durationMs: number;
}

const VIEWS = 300;
const PAUSE_MS = 10;
const FILES = { "view_000.yaml": viewYaml("of_the_disk"), "other.yaml": viewYaml("a") };

/**
 * Publishes so often from Python, key by key, beside a fleet of three replicas, and starts one more in the middle of each
 * publication. Yields one report for each.
 */
export async function* publishBesideFleet(count: number): AsyncGenerator<PublicationReport> {
  const [runtime] = RUNTIMES;
  if (runtime === undefined) throw new RangeError("There is no runtime");
  await using fleet = await startFleet({ size: 3, files: FILES, runtime });
  for (let publication = 1; publication <= count; publication++) {
    const startedMs = performance.now();
    const loss = await publishOnce(fleet, publication);
    yield { publication, loss, durationMs: performance.now() - startedMs };
  }
}

async function publishOnce(fleet: RunningFleet, publication: number): Promise<string | undefined> {
  const { redis, replicas } = fleet;
  const runtime = RUNTIMES[publication % RUNTIMES.length];
  if (runtime === undefined) throw new RangeError("There is no runtime");
  await using python = await publishWithPython({ redis, views: viewsOf(publication), pauseMs: PAUSE_MS });
  await python.untilHalf();
  await using started = await startReplica({ runtime, files: FILES, redisUrl: redis.url });
  const all = [...replicas, started];
  await untilLooked(redis, { replicas: all.length, looks: 2 });
  const { hash, writes } = await python.finish();
  try {
    await expectLasting({ redis, replicas: all }, hash);
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error;
    const served = new Set(await Promise.all(all.map(servedHash)));
    return `${hash} was published, and replicas serve ${[...served].join(" and ")}`;
  }
  const held = await heldOf(redis, writes);
  const other = writes.find(({ value }, index) => held[index]?.value !== value);
  return other && `${other.key} is not as it was written`;
}

function viewsOf(publication: number): Readonly<Record<string, JsonObject>> {
  const names = Array.from({ length: VIEWS }, (_, index) => `view_${String(index).padStart(3, "0")}`);
  return Object.fromEntries(
    names.map((name) => [name, { identifiers: ["a"], columns: ["a", `publication_${publication}`] }]),
  );
}
