import type { Fleet } from "./fleet.ts";
import { type MemorySample, memoryTrend } from "./memory-trend.ts";
import { countOpenFiles, countRedisConnections, readResidentMib } from "./process-figures.ts";

/** What replicas use of the machine and of Redis, over time. */
export interface ResourceWatch {
  /** Counts files and connections; to be called when no replica is reconnecting. */
  lookWhenCalm(): Promise<void>;
  end(): Promise<ResourceReport>;
}

export interface ResourceReport {
  /** A line for each thing that was counted. */
  readonly figures: readonly string[];
  /** What grew that should not. */
  readonly violations: readonly string[];
}

interface ReplicaRecord {
  readonly name: string;
  readonly pid: number;
  readonly memory: MemorySample[];
  readonly openFiles: number[];
}

const SAMPLE_PAUSE_MS = 1000;
/** Heaps breathe: a leak is what is beyond that over the whole time. */
const GROWTH_MIB_MAX = 48;
const GROWTH_SHARE_MAX = 0.25;
/** A file that is just being read, a connection that is just being made anew. */
const SPARE_FILES = 6;
const SPARE_CONNECTIONS_PER_REPLICA = 1;

/** Begins to watch; the first calm look is what later ones are held against. */
export async function watchResources({ replicas, redis }: Fleet): Promise<ResourceWatch> {
  const records: readonly ReplicaRecord[] = replicas.map(({ name, service }) => ({
    name,
    pid: service().pid,
    memory: [],
    openFiles: [],
  }));
  const connections: number[] = [];
  const sampleMemory = async (): Promise<void> => {
    for (const { pid, memory } of records)
      memory.push({ atMs: performance.now(), residentMib: await readResidentMib(pid) });
  };
  // A process that is gone shows elsewhere, and louder.
  const timer = setInterval(() => void sampleMemory().catch(() => undefined), SAMPLE_PAUSE_MS);

  const lookWhenCalm = async (): Promise<void> => {
    for (const { pid, openFiles } of records) openFiles.push(await countOpenFiles(pid));
    connections.push(await countRedisConnections(redis));
  };
  await lookWhenCalm();

  return {
    lookWhenCalm,
    async end() {
      clearInterval(timer);
      const reports = [
        ...records.flatMap((record) => [reportMemory(record), reportFiles(record)]),
        reportConnections(connections, records.length),
      ];
      return {
        figures: reports.map(({ figure }) => figure),
        violations: reports.flatMap(({ figure, isFlat }) => (isFlat ? [] : [`grew: ${figure}`])),
      };
    },
  };
}

interface Report {
  readonly figure: string;
  readonly isFlat: boolean;
}

function reportMemory({ name, memory }: ReplicaRecord): Report {
  const { slopeMibPerMinute, growthMib, meanMib } = memoryTrend(memory);
  const limitMib = Math.max(GROWTH_MIB_MAX, meanMib * GROWTH_SHARE_MAX);
  const figure = `${name}: memory ${meanMib.toFixed(0)} MiB, slope ${slopeMibPerMinute.toFixed(2)} MiB a minute, ${growthMib.toFixed(1)} MiB after the warm-up, at most ${limitMib.toFixed(0)}`;
  return { figure, isFlat: growthMib <= limitMib };
}

function reportFiles({ name, openFiles }: ReplicaRecord): Report {
  const [first = 0] = openFiles;
  const last = openFiles.at(-1) ?? 0;
  const figure = `${name}: open files ${first} at first, ${last} at last, ${Math.max(...openFiles)} at most`;
  return { figure, isFlat: last <= first + SPARE_FILES };
}

function reportConnections(connections: readonly number[], replicas: number): Report {
  const [first = 0] = connections;
  const last = connections.at(-1) ?? 0;
  const figure = `Redis: connections ${first} at first, ${last} at last, ${Math.max(...connections)} at most`;
  return { figure, isFlat: last <= first + replicas * SPARE_CONNECTIONS_PER_REPLICA };
}
