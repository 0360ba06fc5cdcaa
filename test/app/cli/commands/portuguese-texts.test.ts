import { describe, expect, test } from "vitest";
import { CATALOG_TEXTS } from "../../../../src/app/cli/commands/catalog-commands.ts";
import { CAUSES_PT } from "../../../../src/app/cli/commands/causes-pt.ts";
import { DATABASE_TEXTS } from "../../../../src/app/cli/commands/database-commands.ts";
import { DIFF_TEXTS } from "../../../../src/app/cli/commands/diff-command.ts";
import { EDIT_TEXTS } from "../../../../src/app/cli/commands/edit-commands.ts";
import { HISTORY_TEXTS } from "../../../../src/app/cli/commands/history-command.ts";
import { INSPECT_TEXTS } from "../../../../src/app/cli/commands/inspect-command.ts";
import { NEW_TEXTS } from "../../../../src/app/cli/commands/new-command.ts";
import { RELOAD_TEXTS } from "../../../../src/app/cli/commands/reload-command.ts";
import { SERVICE_TEXTS } from "../../../../src/app/cli/commands/service-call.ts";
import { SIGN_TEXTS } from "../../../../src/app/cli/commands/sign-command.ts";
import { STATUS_TEXTS } from "../../../../src/app/cli/commands/status-command.ts";
import { VALIDATE_TEXTS } from "../../../../src/app/cli/commands/validate-command.ts";
import { USAGE_TEXTS } from "../../../../src/app/cli/parse-command-line.ts";
import { PORTUGUESE } from "../../../../src/app/console/texts-pt.js";
import { REFUSAL_RULES } from "../../../../src/domain/release/refusal-reasons.ts";
import { CacheError } from "../../../../src/ports/cache-port.ts";
import { englishAmong } from "../../../support/english-among.ts";

const TABLES: Readonly<Record<string, { readonly en: object; readonly pt: object }>> = {
  catalog: CATALOG_TEXTS,
  database: DATABASE_TEXTS,
  diff: DIFF_TEXTS,
  edit: EDIT_TEXTS,
  history: HISTORY_TEXTS,
  inspect: INSPECT_TEXTS,
  new: NEW_TEXTS,
  reload: RELOAD_TEXTS,
  service: SERVICE_TEXTS,
  sign: SIGN_TEXTS,
  status: STATUS_TEXTS,
  usage: USAGE_TEXTS,
  validate: VALIDATE_TEXTS,
};
/** Arguments that texts with parameters take in the place of the others. */
const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  "inspect.failed": [
    new CacheError("get", "timeout", "1"),
    undefined,
    { kind: "loading", advice: "Redis is still loading its data" },
  ],
  "inspect.advice": [{ kind: "loading", advice: "" }],
  "status.outage": [{ address: "1", fault: "loading", advice: "Redis is still loading its data" }],
  "reload.replaced": [{ at: "1", replica: "1" }],
};
/** What is the same word in both languages, or no text. */
const SAME = new Set([
  "inspect.labels.cache",
  "inspect.labels.hash",
  "inspect.labels.tickers",
  "inspect.labels.views",
  "inspect.tickers",
  "inspect.bytes",
  "inspect.reason",
  "reload.language",
]);

/** The Portuguese texts that have English words; options and settings of Redis have the same name in both languages. */
function englishIn(texts: readonly string[]): readonly string[] {
  return englishAmong(texts.map((text) => text.replaceAll(/--[a-z-]+|\bmin-replicas-to-write\b/g, "")));
}

/** Every text by its path, with 2 for each parameter. */
function textsOf(table: object, path: string): readonly (readonly [path: string, text: string])[] {
  return Object.entries(table).flatMap(([key, value]: [string, unknown]) => {
    const name = `${path}.${key}`;
    if (typeof value === "string") return [[name, value] as const];
    if (typeof value === "function") {
      const given = ARGUMENTS[name] ?? Array(value.length).fill(2);
      return [[name, String(value(...given))] as const];
    }
    // The keys of a map are words of the service, which may have no other word.
    if (value instanceof Map) return [];
    return textsOf(value as object, name);
  });
}

describe("The texts of the commands in Portuguese", () => {
  test.each(Object.entries(TABLES))(
    "the texts of %s are the same in number, and none is English",
    (name, { en, pt }) => {
      const [english, portuguese] = [textsOf(en, name), textsOf(pt, name)];
      expect(portuguese.map(([path]) => path)).toEqual(english.map(([path]) => path));
      const byPath = new Map(english);
      const texts = portuguese.filter(([path]) => !SAME.has(path) && !path.includes(".head."));
      expect(texts.filter(([path, text]) => byPath.get(path) === text)).toEqual([]);
      expect(englishIn(texts.map(([, text]) => text))).toEqual([]);
    },
  );

  test("the causes of failures have no English words", () => {
    const texts = Object.values(CAUSES_PT).flatMap((table) => [...table.values()]);
    expect(texts.length).toBeGreaterThan(70);
    expect(englishIn(texts)).toEqual([]);
  });
});

test("an error reply that is not recognized is printed in Portuguese too", () => {
  const error = new CacheError("get", "rejected", "Redis answered BUSY a script");
  expect(INSPECT_TEXTS.pt.failed(error, undefined, undefined)).toContain("BUSY a script");
});

test("commands and console name each reason of a refusal in the same Portuguese words", () => {
  const reasons = Object.keys(REFUSAL_RULES);
  const ofConsole: Readonly<Record<string, string>> = PORTUGUESE.reasons;
  expect(reasons.map((reason) => CAUSES_PT.reasons.get(reason))).toEqual(
    reasons.map((reason) => ofConsole[reason]),
  );
});
