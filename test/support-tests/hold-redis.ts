// Run on its own: starts a Redis, says so, and holds it until this process is ended by its parent.
import process from "node:process";
import { startRedis } from "../support/redis-server.ts";

const redis = await startRedis();
if (process.argv[2] === "frozen") redis.freeze();
process.stdout.write(`${redis.port}\n`);
process.stdin.once("data", () => process.exit(0));
process.stdin.once("end", () => process.exit(1));
