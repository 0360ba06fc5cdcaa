import { parentPort, workerData } from "node:worker_threads";
import { DatabaseError } from "../../ports/database-port.ts";
import { createSqliteReader, type SqliteReader } from "./reader.ts";
import { type SqliteAnswer, type SqliteRequest, type SqliteThreadData, toSqliteFailure } from "./request.ts";

const threadReader = createSqliteReader(workerData as SqliteThreadData);

parentPort?.on("message", (message: SqliteRequest & { readonly timeoutMs: number }) => {
  parentPort?.postMessage(answerRequest(threadReader, message, performance.now() + message.timeoutMs));
});

function answerRequest(reader: SqliteReader, request: SqliteRequest, endsAtMs: number): SqliteAnswer {
  try {
    switch (request.kind) {
      case "tickers":
        return { kind: "result", result: reader.readTickers(request.query, endsAtMs) };
      case "relations":
        return { kind: "result", result: reader.readRelations(request.names, endsAtMs) };
      case "columns": {
        const columns = reader.readColumns(request.names, endsAtMs);
        const result = Array.from(
          columns,
          ([name, found]) => [name, found instanceof DatabaseError ? toSqliteFailure(found) : found] as const,
        );
        return { kind: "result", result: new Map(result) };
      }
    }
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { kind: "failed", ...toSqliteFailure(error) };
  }
}
