import { parentPort, workerData } from "node:worker_threads";
import { DatabaseError } from "../../ports/database-port.ts";
import { createSqliteReader, type SqliteReader } from "./reader.ts";
import type { SqliteAnswer, SqliteFailure, SqliteRequest, SqliteThreadData } from "./request.ts";

const threadReader = createSqliteReader(workerData as SqliteThreadData);

parentPort?.on("message", (message: SqliteRequest & { readonly timeoutMs: number }) => {
  parentPort?.postMessage(answerRequest(threadReader, message, performance.now() + message.timeoutMs));
});

function answerRequest(reader: SqliteReader, request: SqliteRequest, endsAtMs: number): SqliteAnswer {
  try {
    switch (request.kind) {
      case "tickers":
        return { kind: "tickers", values: reader.readTickers(request.query, endsAtMs) };
      case "relations":
        return { kind: "relations", relations: reader.readRelations(request.names, endsAtMs) };
      case "columns": {
        const columns = [...reader.readColumns(request.names, endsAtMs)];
        return {
          kind: "columns",
          columns: new Map(
            columns.map(([name, found]) => [name, found instanceof DatabaseError ? toFailure(found) : found]),
          ),
        };
      }
    }
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { kind: "failed", ...toFailure(error) };
  }
}

function toFailure({ code, texts: detail, databaseMessage, cause }: DatabaseError): SqliteFailure {
  return { code, detail, databaseMessage, cause };
}
