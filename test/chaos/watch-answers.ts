import type { LoadAnswer, LoadResult } from "../support/load-steadily.ts";
import { etagOf, type KnownCatalog } from "./known-catalogs.ts";

/** Judges the answers of one process. */
export interface AnswerWatch {
  readonly onResult: (result: LoadResult) => void;
  /** What must not have been: each once, with how often it was and with an example. */
  violations(): readonly string[];
  answers(): number;
}

export interface AnswerWatchOptions {
  readonly replica: string;
  /** All that may be served. */
  readonly catalogs: () => Iterable<KnownCatalog>;
}

const EXAMPLE_CHARACTERS = 300;

/** Once a catalog was served, every answer is whole and known and none is a failure. */
export function watchAnswers({ replica, catalogs }: AnswerWatchOptions): AnswerWatch {
  const found = new Map<string, { times: number; readonly example: string }>();
  let isActive = false;
  let answers = 0;

  const judge = (result: LoadResult): string | undefined => {
    if (result.kind === "failed") return `no answer (${result.error.message})`;
    const { path, status } = result;
    const isWaiting = !isActive && status === 503 && !path.startsWith("/tickers");
    if (isWaiting) return undefined;
    if (!path.startsWith("/views")) return status === 200 ? undefined : `status ${status}`;
    if (status !== 200 && status !== 404) return `status ${status}`;
    isActive ||= status === 200;
    return isKnown(result, catalogs()) ? undefined : `status ${status} and a body of no known catalog`;
  };

  return {
    onResult(result) {
      answers += 1;
      const violation = judge(result);
      if (violation === undefined) return;
      const key = `${result.path}: ${violation}`;
      const record = found.get(key) ?? { times: 0, example: exampleOf(result) };
      record.times += 1;
      found.set(key, record);
    },
    violations: () =>
      [...found].map(
        ([what, { times, example }]) => `${replica}: ${times} times ${what}, such as ${example}`,
      ),
    answers: () => answers,
  };
}

function isKnown({ path, status, body, headers }: LoadAnswer, catalogs: Iterable<KnownCatalog>): boolean {
  const text = body.toString("utf8");
  for (const catalog of catalogs) {
    const expected = catalog.bodies.get(path);
    if (status === 404 && expected === undefined) return true;
    if (status === 200 && text === expected && headers.etag === etagOf(catalog, path, text)) return true;
  }
  return false;
}

function exampleOf(result: LoadResult): string {
  if (result.kind === "failed") return "none";
  const { headers, body } = result;
  return `ETag ${headers.etag}, ${body.toString("utf8").slice(0, EXAMPLE_CHARACTERS)}`;
}
