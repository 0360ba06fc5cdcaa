import { Agent, get } from "node:http";
import type { LoadOptions } from "./load.ts";

/** Sends requests over kept-alive connections, one at a time each, and returns how many milliseconds each answer took. */
export async function answerTimes({
  port,
  path,
  connections,
  requests,
}: LoadOptions): Promise<readonly number[]> {
  const share = Math.ceil(requests / connections);
  const drive = async (): Promise<readonly number[]> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const times: number[] = [];
    for (let request = 0; request < share; request++) times.push(await answerTime({ agent, port, path }));
    agent.destroy();
    return times;
  };
  return (await Promise.all(Array.from({ length: connections }, drive))).flat();
}

interface Question {
  readonly agent: Agent;
  readonly port: number;
  readonly path: string;
}

function answerTime(question: Question): Promise<number> {
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    const sent = get({ ...question, host: "127.0.0.1" }, (response) => {
      const { statusCode } = response;
      response.once("error", reject);
      response.once("end", () => {
        if (statusCode === 200) resolve(performance.now() - startedMs);
        else reject(new Error(`Cannot run the benchmark: ${question.path} was answered with ${statusCode}`));
      });
      response.resume();
    });
    sent.once("error", reject);
  });
}
