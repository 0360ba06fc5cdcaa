import type { Socket } from "node:net";
import { createRespSplitter, RespError, type SplitFrame } from "./read-resp.ts";
import { createReplyTracker } from "./reply-tracker.ts";

interface StepCommand {
  /** In upper case. */
  readonly command: string;
  /** How many arguments followed the command's name. */
  readonly args: number;
}

export type StepResult =
  | ({ readonly kind: "forwarded" } & StepCommand)
  /** Forwarded, but the connection was closed before the whole reply had come: it may have run or not. */
  | ({ readonly kind: "closed" } & StepCommand)
  | { readonly kind: "idle" };

export interface GatedConnectionOptions {
  readonly client: Socket;
  readonly server: Socket;
  /** Whether commands are forwarded without waiting for a step. */
  readonly isOpen: () => boolean;
  /** A command was queued, or the client closed. */
  readonly onChange: () => void;
}

export interface GatedConnection {
  step(): Promise<StepResult>;
  flush(): void;
  waiting(): number;
  hasClosed(): boolean;
  destroy(): Promise<void>;
}

interface QueuedCommand extends StepCommand {
  readonly bytes: Buffer;
}

export function createGatedConnection(options: GatedConnectionOptions): GatedConnection {
  const { client, server, isOpen, onChange } = options;
  const splitCommands = createRespSplitter();
  const splitReplies = createRespSplitter();
  const replies = createReplyTracker();
  let queue: QueuedCommand[] = [];
  let hasClosed = false;

  const step = async (): Promise<StepResult> => {
    const next = queue.shift();
    if (next === undefined) return { kind: "idle" };
    const { command, args, bytes } = next;
    const outcome = replies.expect(command, args);
    if (server.writable) server.write(bytes);
    endWhenDone();
    return { kind: await outcome, command, args };
  };
  const flush = (): void => {
    while (queue.length > 0) step();
  };
  // A client's last commands were on the wire before it closed, so they may still be stepped through.
  const endWhenDone = (): void => {
    if (hasClosed && queue.length === 0) server.end();
  };
  const receiveCommands = (chunk: Buffer): void => {
    for (const frame of splitCommands(chunk).frames) queue.push(toCommand(frame));
    if (isOpen()) flush();
    else if (queue.length > 0) onChange();
  };
  const receiveReplies = (chunk: Buffer): void => {
    const { bytes, frames } = splitReplies(chunk);
    if (bytes.length > 0 && client.writable) client.write(bytes);
    for (const frame of frames) replies.accept(frame);
  };
  const destroy = async (): Promise<void> => {
    queue = [];
    await Promise.all([destroySocket(client), destroySocket(server)]);
  };

  client.setNoDelay(true);
  server.setNoDelay(true);
  client.on("data", (chunk) => guard(client, () => receiveCommands(chunk)));
  server.on("data", (chunk) => guard(server, () => receiveReplies(chunk)));
  // "close" follows and ends the server's side, once what the client had sent has been stepped through.
  client.on("error", () => undefined);
  server.on("error", () => client.resetAndDestroy());
  client.once("close", () => {
    hasClosed = true;
    endWhenDone();
    onChange();
  });
  server.once("close", () => {
    replies.close();
    client.end();
  });

  return { step, flush, waiting: () => queue.length, hasClosed: () => hasClosed, destroy };
}

function toCommand({ type, value, bytes }: SplitFrame): QueuedCommand {
  const words = type === "*" && typeof value === "object" && !(value instanceof RespError) ? value : null;
  const name = words?.[0];
  if (words === null || typeof name !== "string") throw new TypeError("A command is an array of strings");
  return { command: name.toUpperCase(), args: words.length - 1, bytes };
}

/** What is not RESP cannot be stepped through: its sender is told, then the connection ends. */
function guard(sender: Socket, receive: () => void): void {
  try {
    receive();
  } catch (error) {
    sender.end(`-ERR RESP gate: ${error instanceof Error ? error.message : "not RESP"}\r\n`);
    sender.destroySoon();
  }
}

function destroySocket(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
    socket.destroy();
  });
}
