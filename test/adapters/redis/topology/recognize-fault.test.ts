import { describe, expect, it } from "vitest";
import { createRedisClient } from "../../../../src/adapters/redis/client.ts";
import {
  describeFault,
  recognizeFault,
  replyWithoutSecrets,
} from "../../../../src/adapters/redis/topology/recognize-fault.ts";

function reply(message: string, command = "hello"): Error {
  return Object.assign(new Error(message), { name: "ReplyError", command: { name: command } });
}

function systemError(code: string): Error {
  return Object.assign(new Error(`it failed with ${code}`), { code });
}

describe("recognizeFault()", () => {
  it.each([
    [reply("WRONGPASS invalid username-password pair"), /user and password/],
    [reply("NOAUTH HELLO must be called"), /requires a password/],
    [reply("NOPERM this user has no permissions"), /lacks a permission/],
    [reply("DENIED Redis is running in protected mode"), /protected mode/],
    [reply("LOADING Redis is loading the dataset in memory"), /still loading/],
    [reply("MASTERDOWN Link with MASTER is down"), /lost its primary/],
    [reply("ERR DB index is out of range", "select"), /rejected the database number/],
    [reply("NOPERM this user has no permissions", "select"), /rejected the database number/],
    [systemError("ECONNREFUSED"), /connection refused/],
    [systemError("ENOTFOUND"), /host name not found/],
    [systemError("EAI_AGAIN"), /host name not found/],
    [systemError("ECONNRESET"), /use rediss:\/\//],
    [systemError("EPROTO"), /use redis:\/\//],
    [systemError("EHOSTUNREACH"), /host unreachable/],
    [systemError("EACCES"), /does not permit the connection/],
    [
      Object.assign(new Error("Requires net access"), { name: "NotCapable" }),
      /--allow-net must list every server/,
    ],
    [systemError("CERT_HAS_EXPIRED"), /certificate is not trusted/],
    [systemError("ERR_TLS_CERT_ALTNAME_INVALID"), /certificate is not trusted/],
    [systemError("DEPTH_ZERO_SELF_SIGNED_CERT"), /certificate is not trusted/],
  ])("B7: gives the cause of %s", (error, words) => {
    expect(recognizeFault(error)?.advice).toMatch(words);
    expect(describeFault(recognizeFault(error), error, {})).toBe(
      `${recognizeFault(error)?.advice}: ${error.message}`,
    );
  });

  it.each([reply("ERR syntax error", "get"), new Error("Stream isn't writeable"), systemError("toString")])(
    "B7: has no words of its own for %s",
    (error) => {
      expect(recognizeFault(error)).toBeUndefined();
      expect(describeFault(recognizeFault(error), error, {})).toBe(error.message);
    },
  );
});

describe("replyWithoutSecrets()", () => {
  it.each([
    ["READONLY You can't write", "READONLY You can't write"],
    [
      "ERR unknown command `HELLO`, with args beginning with: `3` `AUTH` `u` `s3cret` ",
      "ERR unknown command `HELLO`",
    ],
    [
      "ERR unknown command 'HELLO'. Args: 3 AUTH mosaic s3cret",
      "ERR unknown command 'HELLO'. Args: 3 AUTH *** ***",
    ],
    ["MOVED 15627 10.0.0.1:7001", "MOVED 15627"],
    ["OOM too much. script: fc71fd97, on @user_script:16.", "OOM too much."],
    ["ERR two\r\n\u001b[2Jlines", "ERR two [2Jlines"],
    [`ERR ${"x".repeat(500)}`, `ERR ${"x".repeat(196)}…`],
  ])("shows of %j no secret, no host and no control character", (message, shown) => {
    expect(replyWithoutSecrets(new Error(message), { username: "mosaic", password: "s3cret" })).toBe(shown);
  });
});

describe("createRedisClient()", () => {
  it.each(["rediss", "REDISS", "Rediss"])("B2: speaks TLS to %s://", (scheme) => {
    const client = createRedisClient(`${scheme}://user:secret@127.0.0.1:1/0`);
    expect(client.options.tls).toBeTruthy();
    client.disconnect();
  });

  it("B2: speaks plain text to REDIS://", () => {
    const client = createRedisClient("REDIS://127.0.0.1:1/0");
    expect(client.options.tls).toBeUndefined();
    client.disconnect();
  });
});
