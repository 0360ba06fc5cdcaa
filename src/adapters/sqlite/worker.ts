import { parentPort, workerData } from "node:worker_threads";
import { DatabaseError } from "../../ports/database-port.ts";
import type { SqliteAnswer, SqliteFailure, SqliteQuestion, SqliteThreadData } from "./question.ts";
import { createSqliteReader, type SqliteReader } from "./reader.ts";

const reader = createSqliteReader(workerData as SqliteThreadData);

parentPort?.on("message", (message: SqliteQuestion & { readonly timeoutMs: number }) => {
  parentPort?.postMessage(answer(reader, message, performance.now() + message.timeoutMs));
});

function answer(from: SqliteReader, question: SqliteQuestion, endsAtMs: number): SqliteAnswer {
  try {
    switch (question.kind) {
      case "tickers":
        return { kind: "tickers", values: from.tickers(question.query, endsAtMs) };
      case "relations":
        return { kind: "relations", relations: from.relations(question.names, endsAtMs) };
      case "columns": {
        const columns = [...from.columns(question.names, endsAtMs)];
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
