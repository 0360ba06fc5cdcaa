import { describe, expect, test } from "vitest";
import { type Environment, parseSettings } from "../../../src/app/settings/settings.ts";
import { englishAmong } from "../../support/english-among.ts";
import { WRONG } from "./wrong-setting-rows.ts";

const KEY = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Environments that are refused for other reasons than the value of one setting. */
const OTHERS: readonly Environment[] = [
  { ADMIN_TOKEN: "two words" },
  { ADMIN_TOKEN: "t".repeat(1025) },
  { VIEWS_SIGNATURE_KEY: "short" },
  { VIEWS_SIGNATURE_MODE: "hmac" },
  { VIEWS_SIGNATURE_REQUIRED: "true" },
  { HOST: "localhost:80" },
  { HTTP_IDLE_TIMEOUT: "0" },
  { HTTP_DRAIN_DELAY: "-1" },
  { PORT: '"80"' },
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "ftp://h/" },
  { OTEL_EXPORTER_OTLP_ENDPOINT: "http://h/?x" },
  { OTEL_DENO: "true" },
  { DATABASE_URL: "postgres://a,b/db" },
  { DATABASE_URL: "postgres://u:p@h/my db" },
  { DATABASE_URL: "postgres://u:a/b@h/db" },
  { CACHE_BACKEND: "redis" },
  { CACHE_BACKEND: "redis", REDIS_URL: "redis://h", REDIS_TLS_CA: "ca.pem" },
  { CACHE_BACKEND: "redis", REDIS_URL: "redis+unix:///x", REDIS_TLS_CA: "ca.pem" },
  { CACHE_BACKEND: "redis", REDIS_URL: "rediss://h", REDIS_TLS_CERT: "c" },
  { CACHE_BACKEND: "redis", REDIS_URL: "rediss://h", REDIS_TLS_KEY: "k" },
  { CACHE_BACKEND: "redis", REDIS_URL: "rediss://h", REDIS_SENTINEL_PASSWORD: "s" },
  { CACHE_BACKEND: "redis", REDIS_URL: "redis-sentinel://h#m", REDIS_SENTINEL_USERNAME: "u" },
  { CACHE_BACKEND: "redis", REDIS_URL: "redis-cluster://h" },
];
const ENVIRONMENTS: readonly Environment[] = [
  ...OTHERS,
  ...WRONG.map(([name, value]) => ({ [name]: value })),
];

function messageIn(language: "en" | "pt", environment: Environment): string {
  const parsed = parseSettings(environment, { terminal: false, language });
  return parsed.kind === "invalid" ? parsed.message : expect.fail("Nothing is wrong");
}

/** The message without names, values and URLs, which are the same in both languages. */
function proseOf(message: string): string {
  return message.replaceAll(/\b[a-z+-]+:\/\/\S*|\bsqlite:\S*|SELECT ticker FROM \w+|\b[A-Z]+_\w+=?\S*/g, "");
}

describe("parseSettings() in Portuguese", () => {
  test.each(ENVIRONMENTS)("parseSettings() has a message in Portuguese for %j", (environment) => {
    const [en, pt] = [messageIn("en", environment), messageIn("pt", environment)];
    expect(englishAmong([proseOf(pt)])).toEqual([]);
    const [first, ...problems] = pt.split("\n");
    expect(first).toBe("Não é possível iniciar: 1 configuração está errada");
    const english = en.split("\n").slice(1);
    expect(problems).toHaveLength(english.length);
    for (const [index, line] of problems.entries()) expect(line).not.toBe(english[index]);
  });

  test.each([
    { OTEL_TRACES_EXPORTER: "zipkin" },
    { OTEL_METRICS_EXPORTER: "prometheus" },
    { OTEL_PROPAGATORS: "jaeger" },
    { OTEL_TRACES_SAMPLER: "mine" },
    { OTEL_TRACES_SAMPLER_ARG: "2" },
    { OTEL_METRIC_EXPORT_INTERVAL: "soon" },
    { OTEL_BSP_SCHEDULE_DELAY: "soon" },
    { OTEL_BSP_MAX_QUEUE_SIZE: "0" },
    { OTEL_RESOURCE_ATTRIBUTES: "x" },
    { OTEL_RESOURCE_ATTRIBUTES: "x,y,a=b" },
  ])("parseSettings() warns in Portuguese of %j", (environment) => {
    const warningsIn = (language: "en" | "pt") => {
      const parsed = parseSettings(environment, { terminal: false, language });
      return parsed.kind === "settings" ? parsed.warnings : expect.fail(parsed.message);
    };
    const [en, pt] = [warningsIn("en"), warningsIn("pt")];
    expect([en.length, pt.length]).toEqual([1, 1]);
    expect(pt).not.toEqual(en);
    expect(englishAmong(pt.map(proseOf))).toEqual([]);
  });

  test("parseSettings() counts wrong settings in Portuguese, and quotes their values", () => {
    expect(messageIn("pt", { PORT: "x", CACHE_BACKEND: "redis" })).toBe(
      [
        "Não é possível iniciar: 2 configurações estão erradas",
        '  PORT é "x": o esperado é uma porta de 0 a 65535; 0 é qualquer porta livre',
        "  REDIS_URL não está definida: CACHE_BACKEND=redis precisa dela, como redis://127.0.0.1:6379/0",
      ].join("\n"),
    );
  });

  test("parseSettings() has the same settings in both languages", () => {
    const environment = { VIEWS_SIGNATURE_MODE: "hmac", VIEWS_SIGNATURE_KEY: `a:${KEY}`, PORT: "0" };
    const settingsIn = (language: "en" | "pt") =>
      JSON.stringify(parseSettings(environment, { terminal: false, language }));
    expect(settingsIn("pt")).toBe(settingsIn("en"));
  });

  test("parseSettings() warns in Portuguese of a misspelt setting", () => {
    const environment = { VIEWS_DIRR: "x", VIEWS_ANYTHING: "x" };
    expect(parseSettings(environment, { terminal: false, language: "pt" })).toMatchObject({
      warnings: [
        "VIEWS_ANYTHING não é uma configuração conhecida",
        "VIEWS_DIRR não é uma configuração conhecida; você quis dizer VIEWS_DIR?",
      ],
    });
  });
});
