import { DatabaseError } from "../ports/database-port.ts";
import { expect } from "./expect.ts";

/** `code: message` of what a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  const outcome: unknown = await call.catch((error: unknown) => error);
  return outcome instanceof DatabaseError
    ? `${outcome.code}: ${outcome.message}`
    : `no DatabaseError: ${String(outcome)}`;
}

/** The literal code of a failed call, where the message depends on the database. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  const [code = ""] = (await failureOf(call)).split(": ");
  return code;
}

export async function expectAborted(call: Promise<unknown>, reason: unknown): Promise<void> {
  const error: unknown = await call.catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(DatabaseError);
  expect(error).toMatchObject({ code: "aborted", cause: reason });
}
