import { DatabaseError } from "../ports/database-port.ts";
import type { ConformanceCase } from "./conformance-test.ts";
import type { DatabaseHarness } from "./database-conformance.ts";
import { expect, rejectionOf } from "./expect.ts";

/** Makes a case that opens a database with the given query, and closes it at the end. */
export function databaseCase<Harness extends DatabaseHarness>(
  name: string,
  query: string,
  use: (database: ReturnType<Harness["open"]>, harness: Harness) => Promise<void>,
): ConformanceCase<Harness> {
  return {
    name,
    async run(harness) {
      const database = harness.open(query) as ReturnType<Harness["open"]>;
      try {
        await use(database, harness);
      } finally {
        await database.close();
      }
    },
  };
}

/** Returns the error of a call as `code: message`. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  const outcome: unknown = await call.catch((error: unknown) => error);
  return outcome instanceof DatabaseError
    ? `${outcome.code}: ${outcome.message}`
    : `no DatabaseError: ${String(outcome)}`;
}

/** Returns the code of a call's error, without the message, which depends on the database. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const [code = ""] = (await failureOf(call)).split(": ");
  return code;
}

export async function expectAborted(call: Promise<unknown>, reason: unknown): Promise<void> {
  const error = await rejectionOf(call);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error).toMatchObject({ code: "aborted", cause: reason });
}
