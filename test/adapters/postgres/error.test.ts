import { describe, expect, it } from "vitest";
import { readPostgresUrl } from "../../../src/adapters/postgres/database.ts";
import { toDatabaseError } from "../../../src/adapters/postgres/error.ts";

const failure = (code: string, fields: object = {}): Error =>
  Object.assign(new Error("what the server said"), { code, ...fields });
const PLAIN = { isTls: false };

describe("toDatabaseError()", () => {
  it("D1: 28000 is no wrong password, and names TLS where there was none", () => {
    const refused = "PostgreSQL does not allow this user to connect in this way";
    const hint = ": it may require TLS; set sslmode=verify-full in DATABASE_URL";
    expect(toDatabaseError(failure("28000"), PLAIN)).toMatchObject({
      code: "rejected",
      detail: `${refused}${hint}`,
    });
    expect(toDatabaseError(failure("28000"), { isTls: true })).toMatchObject({
      code: "rejected",
      detail: refused,
    });
    expect(toDatabaseError(failure("28P01"), PLAIN).detail).toBe(
      "PostgreSQL rejected the user or the password",
    );
  });

  it("D4: 57P03 leaves the reason to the server", () => {
    expect(toDatabaseError(failure("57P03"), PLAIN)).toMatchObject({
      code: "unavailable",
      detail: "PostgreSQL does not accept connections now",
      databaseMessage: "what the server said",
    });
  });

  it.each([
    ...["08000", "08001", "08003", "08004", "08006", "08P01", "40001", "40P01", "53000", "53100", "53200"],
    ...[
      "53300",
      "53400",
      "57000",
      "57P01",
      "57P02",
      "57P03",
      "57P04",
      "57P05",
      "58000",
      "58030",
      "F0000",
      "F0001",
    ],
  ])("D4: SQLSTATE %s says nothing against the query", (code) => {
    const error = toDatabaseError(failure(code), PLAIN);
    expect(error).toMatchObject({ code: "unavailable", databaseMessage: "what the server said" });
    expect(error.detail).not.toContain("starting");
  });

  it.each([
    ...[
      "0A000",
      "0P000",
      "22P02",
      "25006",
      "28000",
      "28P01",
      "3D000",
      "42501",
      "42601",
      "42703",
      "42P01",
      "XX000",
    ],
  ])("D4: SQLSTATE %s is an answer", (code) => {
    expect(toDatabaseError(failure(code), PLAIN).code).toBe("rejected");
  });

  it.each([
    ...["DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ...["CERT_HAS_EXPIRED", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"],
  ])("D2: %s is said of the certificate", (code) => {
    expect(toDatabaseError(failure(code), { isTls: true })).toMatchObject({
      code: "unavailable",
      detail: expect.stringContaining("certificate is not trusted: set sslrootcert=PATH"),
    });
  });

  it.each([
    ["ERR_TLS_CERT_ALTNAME_INVALID", {}, "PostgreSQL's certificate is for another host"],
    ["ENOENT", { syscall: "connect" }, "DATABASE_URL names a folder without a socket of PostgreSQL"],
    ["ENOENT", { syscall: "open" }, "a file that DATABASE_URL names, such as sslrootcert, cannot be read"],
    ["EACCES", { syscall: "open" }, "a file that DATABASE_URL names, such as sslrootcert, cannot be read"],
    ["EPERM", { syscall: "open" }, "a file that DATABASE_URL names, such as sslrootcert, cannot be read"],
    ["EACCES", { syscall: "connect" }, "the operating system does not permit the connection to PostgreSQL"],
    ["EPERM", { syscall: "connect" }, "the operating system does not permit the connection to PostgreSQL"],
    ["EHOSTUNREACH", {}, "PostgreSQL's host is unreachable"],
    ["toString", {}, "PostgreSQL did not answer"],
  ])("D2 and D3: %s of %j has words of its own", (code, fields, detail) => {
    expect(toDatabaseError(failure(code, fields), PLAIN)).toMatchObject({ code: "unavailable", detail });
  });
});

describe("readPostgresUrl()", () => {
  it.each([
    ["postgres://h/db", "postgres://h/db", false],
    ["postgres://h/db?sslmode=disable", "postgres://h/db?sslmode=disable", false],
    ["postgres://h/db?sslmode=require", "postgres://h/db?sslmode=verify-full", true],
    ["postgres://h/db?a=b&sslmode=prefer&c=d", "postgres://h/db?a=b&sslmode=verify-full&c=d", true],
    ["postgres://h/db?sslmode=verify-ca#x", "postgres://h/db?sslmode=verify-full#x", true],
    ["postgres://h/db?sslmode=no-verify", "postgres://h/db?sslmode=no-verify", true],
    [
      "postgres://h/db?uselibpqcompat=true&sslmode=require",
      "postgres://h/db?uselibpqcompat=true&sslmode=require",
      true,
    ],
    ["postgres://h/db?sslrootcert=ca.pem", "postgres://h/db?sslrootcert=ca.pem", true],
    ["postgres://h/db?ssl=true", "postgres://h/db?ssl=true", true],
    ["postgres://u:?sslmode=x@h/db", "postgres://u:?sslmode=x@h/db", true],
  ])("D2: reads %s as %s", (given, url, isTls) => {
    expect(readPostgresUrl(given)).toEqual({ url, isTls });
  });
});
