import { parentPort, workerData } from "node:worker_threads";
import { DatabaseError } from "../../ports/database-port.ts";
import { createSqliteReader, type SqliteReader } from "./reader.ts";
import type { SqliteAnswer, SqliteFailure, SqliteRequest, SqliteThreadData } from "./request.ts";

const reader = createSqliteReader(workerData as SqliteThreadData);

parentPort?.on("message", (message: SqliteRequest & { readonly timeoutMs: number }) => {
  parentPort?.postMessage(answer(reader, message, performance.now() + message.timeoutMs));
});

function answer(from: SqliteReader, request: SqliteRequest, endsAtMs: number): SqliteAnswer {
  try {
    switch (request.kind) {
      case "tickers":
        return { kind: "tickers", values: from.tickers(request.query, endsAtMs) };
      case "relations":
        return { kind: "relations", relations: from.relations(request.names, endsAtMs) };
      case "columns": {
        const columns = [...from.columns(request.names, endsAtMs)];
        return {
          kind: "columns",
          columns: new Map(
            columns.map(([name, found]) => [name, found instanceof DatabaseError ? failure(found) : found]),
          ),
        };
      }
    }
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { kind: "failed", ...failure(error) };
  }
}

function failure({ code, detail, said, cause }: DatabaseError): SqliteFailure {
  return { code, detail, said, cause };
}
