import { DatabaseError } from "../ports/database-port.ts";
import { expect } from "./expect.ts";

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
  const error: unknown = await call.catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error).toMatchObject({ code: "aborted", cause: reason });
}
