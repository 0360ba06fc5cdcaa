import process from "node:process";
import { describeMissingServer, locateServer } from "./locate-server.ts";
import { type ServerName, serverPrograms } from "./server-programs.ts";

/** The path of a server program that `ensure-servers.ts` has made sure of. */
export async function findServer(name: ServerName): Promise<string> {
  const program = serverPrograms.find((candidate) => candidate.name === name);
  if (program === undefined) throw new RangeError(`Unknown server program "${name}"`);
  const path = await locateServer(program, process.env);
  if (path === undefined) throw new Error(describeMissingServer(program, process.env));
  return path;
}
