// Run on its own: starts a PostgreSQL, says so, and holds it until this process is ended by its parent.
import process from "node:process";
import { startPostgres } from "../support/postgres-server.ts";

const postgres = await startPostgres();
if (process.argv[2] === "frozen") postgres.freeze();
process.stdout.write(`${postgres.port}\n`);
process.stdin.once("data", () => process.exit(0));
process.stdin.once("end", () => process.exit(1));
