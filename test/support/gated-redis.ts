import type { Redis } from "ioredis";
import { connectTestRedis } from "./connect-redis.ts";
import { startRespGate } from "./resp-gate.ts";

/** A Redis client whose commands go one at a time, and only when they are told to. */
export interface GatedRedis {
  readonly client: Redis;
  /** Lets one command through, once the task has asked for one; `ended` when it asks for no more. */
  step(task: Promise<unknown>): Promise<"ended" | "stepped">;
  /** Cuts the connection off when the task asks for its next command, which is lost or, with `sent`, just on its way. */
  cut(task: Promise<unknown>, options: { readonly sent: boolean }): Promise<void>;
  close(): Promise<void>;
}

export async function openGatedRedis(targetPort: number): Promise<GatedRedis> {
  const gate = await startRespGate({ targetPort });
  gate.passthrough(true);
  const client = await connectTestRedis(`redis://127.0.0.1:${gate.port}/0`, { retryDelayMsMax: 1 });
  gate.passthrough(false);

  const isAsking = async (task: Promise<unknown>): Promise<boolean> => {
    if (gate.waiting() > 0) return true;
    await Promise.race([gate.untilWaiting(), task]);
    return gate.waiting() > 0;
  };
  return {
    client,
    step: async (task) => {
      if (!(await isAsking(task))) return "ended";
      await gate.step();
      return "stepped";
    },
    cut: async (task, { sent }) => {
      if (!(await isAsking(task))) return;
      const ready = new Promise<void>((resolve) => client.once("ready", () => resolve()));
      const stepping = sent ? gate.step() : undefined;
      await gate.cut();
      // The next connection's greetings are nobody's command.
      gate.passthrough(true);
      await Promise.all([stepping, task, ready]);
      gate.passthrough(false);
    },
    close: async () => {
      client.disconnect();
      await gate.close();
    },
  };
}
