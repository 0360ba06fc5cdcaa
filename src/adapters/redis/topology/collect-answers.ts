import { setTimeout as delay } from "node:timers/promises";
import type { LocatorClient } from "./locator-client.ts";
import { type ClientLogin, safeReply } from "./recognize-fault.ts";

/** What one server answered. */
export interface Answer<Value> {
  readonly name: string;
  readonly value?: Value | undefined;
  readonly error?: Error;
}

/** How long the rest may take once most servers have answered. */
const GRACE_MS = 50;

/** Queries all servers at once; ends when all have answered or failed, or soon after most of them have answered. */
export async function collectAnswers<Value>(
  clients: readonly LocatorClient[],
  ask: (client: LocatorClient) => Promise<Value>,
): Promise<readonly Answer<Value>[]> {
  const answers: Answer<Value>[] = [];
  const { promise: most, resolve } = Promise.withResolvers<void>();
  const asking = clients.map(async (client) => {
    try {
      answers.push({ name: client.name, value: await ask(client) });
      if (answers.filter(({ error }) => error === undefined).length * 2 > clients.length) resolve();
    } catch (error) {
      answers.push({ name: client.name, error: error as Error });
    }
  });
  const limit = new AbortController();
  await Promise.race([
    Promise.all(asking),
    most.then(() => delay(GRACE_MS, undefined, { signal: limit.signal }).catch(() => undefined)),
  ]);
  limit.abort();
  return [...answers];
}

const NAMED_MAX = 3;

/** The failure of each server. */
export function failureOf(answers: readonly Answer<unknown>[], login: ClientLogin): string {
  const shown = answers.slice(0, NAMED_MAX).map(({ name, error }) => {
    const reason = error === undefined ? "no answer" : safeReply(error, login);
    return reason.includes(name) ? reason : `${name}: ${reason}`;
  });
  const more = answers.length - shown.length;
  return `${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}
