import * as v from "valibot";
import { REFUSAL_REASONS } from "../../../domain/release/refusal-reasons.ts";
import { VERSION } from "../../settings/version.ts";
import { PROBLEMS, type ProblemCode } from "../responses/problem.ts";
import { createCountSchema, createTextSchema, requestIdSchema } from "./field-schemas.ts";
import { checksSchema, componentsSchema, EXAMPLE_CHECKS, versionSchema } from "./operations-api.ts";

export const diagnosticSchema = v.object({
  severity: v.picklist(["error", "warning"]),
  code: createTextSchema("Stable code of the diagnostic."),
  file: createTextSchema("Path of the file, with the catalog folder."),
  line: createCountSchema("Line, from 1."),
  column: createCountSchema("Column, from 1, in UTF-16 code units."),
  pointer: createTextSchema("JSON pointer into the view; empty for the whole file."),
  message: v.string(),
  hint: createTextSchema("What to write instead."),
  frame: v.optional(createTextSchema("The source lines, with a caret below the position.")),
});

const refusalSchema = v.object({
  reason: v.pipe(v.picklist(REFUSAL_REASONS), v.description("The reason as in the log and the metrics.")),
});

/** Members that some problems have in addition to code and detail. */
const EXTENSION_SCHEMAS = {
  catalog_invalid: v.object({
    diagnostics: v.pipe(v.array(diagnosticSchema), v.description("The first diagnostics.")),
    diagnosticsTotal: createCountSchema("Number of all diagnostics."),
  }),
  catalog_foreign: refusalSchema,
  catalog_generation_conflict: refusalSchema,
  catalog_rollback: refusalSchema,
  catalog_signature_invalid: refusalSchema,
  catalog_unsigned: refusalSchema,
  not_ready: v.object({
    reasons: v.pipe(v.array(v.string()), v.description("Why the replica is not ready.")),
    version: versionSchema,
    components: componentsSchema,
    checks: checksSchema,
  }),
  signing_keys_unusable: refusalSchema,
  ticker_not_found: v.object({
    hint: createTextSchema("What to write instead."),
    stale: v.pipe(v.boolean(), v.description("Whether the list of tickers is stale.")),
  }),
  view_not_found: v.object({ hint: createTextSchema("What to write instead.") }),
} as const;

type ExtendedProblemCode = keyof typeof EXTENSION_SCHEMAS;

/** The additional members of a problem with this code; most have none. */
export type ProblemExtensions<Code extends ProblemCode> = Code extends ExtendedProblemCode
  ? v.InferOutput<(typeof EXTENSION_SCHEMAS)[Code]>
  : unknown;

/** The body of a problem of this code; of any code without one. */
export type ProblemBody<Code extends ProblemCode = ProblemCode> = Code extends ProblemCode
  ? {
      readonly type: `urn:mosaic:problem:${Code}`;
      readonly title: string;
      readonly status: (typeof PROBLEMS)[Code][0];
      readonly code: Code;
      readonly detail: string;
      readonly requestId: string;
    } & ProblemExtensions<Code>
  : never;

const EXTENSION_SCHEMA_BY_CODE: Partial<
  Readonly<Record<ProblemCode, { readonly entries: v.ObjectEntries }>>
> = EXTENSION_SCHEMAS;

function createProblemSchema(code: ProblemCode) {
  const [status, title] = PROBLEMS[code];
  return v.object({
    type: v.literal(`urn:mosaic:problem:${code}`),
    title: v.literal(title),
    status: v.literal(status),
    code: v.literal(code),
    detail: createTextSchema("Description of this occurrence."),
    requestId: requestIdSchema,
    ...EXTENSION_SCHEMA_BY_CODE[code]?.entries,
  });
}

const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

export const PROBLEM_SCHEMAS = Object.fromEntries(
  PROBLEM_CODES.map((code) => [code, createProblemSchema(code)]),
) as unknown as Readonly<Record<ProblemCode, v.GenericSchema>>;

/** The name of a problem's schema in the OpenAPI document: view_not_found gives ViewNotFoundProblem. */
export function toProblemSchemaName(code: ProblemCode): string {
  return `${code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Problem`;
}

const createReasonExtension = (reason: (typeof REFUSAL_REASONS)[number]) => ({ reason });

const PROBLEM_EXAMPLES: Readonly<Record<ProblemCode, readonly [detail: string, extensions?: object]>> = {
  bad_request: ["The body is incomplete"],
  body_too_large: ["The limit is 65536 bytes"],
  catalog_foreign: [
    "the cache has another fleet's publication; ?force=true replaces it",
    createReasonExtension("foreign-fleet"),
  ],
  catalog_generation_conflict: [
    "generation 7 is already active with another catalog hash",
    createReasonExtension("generation-conflict"),
  ],
  catalog_invalid: [
    'Cannot load catalog "data/views": 1 view is invalid',
    {
      diagnostics: [
        {
          severity: "error",
          code: "field-missing",
          file: "data/views/view_fiis_info.yaml",
          line: 1,
          column: 1,
          pointer: "/columns",
          message: "columns is missing",
          hint: "add columns: a list of names",
        },
      ],
      diagnosticsTotal: 1,
    },
  ],
  catalog_rollback: ["generation 6 is lower than the active generation 7", createReasonExtension("rollback")],
  catalog_signature_invalid: [
    'view "view_fiis_info" differs from its signed hash',
    createReasonExtension("signed-view-changed"),
  ],
  catalog_unavailable: [
    "No verified catalog is active yet; loading is retried, and GET /readyz shows the reason",
  ],
  catalog_unreadable: ['Cannot load catalog "data/views": folder not found'],
  catalog_unsigned: [
    "the catalog has no manifest, but one is required",
    createReasonExtension("manifest-missing"),
  ],
  database_unavailable: ["Cannot read tickers: the database cannot be reached"],
  head_too_large: ["The request line and the headers exceed 16 KiB"],
  internal_error: ["The log of the service has the cause under this request id"],
  method_not_allowed: ["Use GET, HEAD"],
  not_found: ["No route has this path"],
  not_ready: [
    "The cache has no catalog",
    {
      reasons: ["The cache has no catalog"],
      version: VERSION,
      components: {
        catalog: { state: "absent" },
        cache: { backend: "redis", state: "up", breaker: "closed" },
        database: { state: "unknown" },
        tickers: { state: "absent" },
      },
      checks: {
        ...EXAMPLE_CHECKS,
        catalog: { status: "fail", code: "absent", since: EXAMPLE_CHECKS.catalog.since },
      },
    },
  ],
  request_timeout: ["The body did not arrive in time"],
  signing_keys_unusable: [
    'Cannot load keyring "keyring.json": file not found',
    createReasonExtension("signing-keys-unusable"),
  ],
  ticker_not_found: ["The ticker is not in the list", { hint: "Did you mean HGLG11?", stale: false }],
  tickers_unavailable: ["No list of tickers could be loaded yet; loading is retried"],
  too_many_attempts: [
    "Too many wrong admin tokens; wait for the seconds in Retry-After, then send the value of ADMIN_TOKEN",
  ],
  too_many_followers: ["The limit of event streams is reached; poll GET /readyz instead"],
  unauthorized: ["Send the header Authorization: Bearer followed by the value of ADMIN_TOKEN"],
  uri_too_long: ["The URL exceeds 8192 characters"],
  view_not_found: [
    "No view has this entity; GET /views lists all",
    { hint: "Did you mean view_fiis_dividends?" },
  ],
};

export function createProblemExample(code: ProblemCode): Readonly<Record<string, unknown>> {
  const [status, title] = PROBLEMS[code];
  const [detail, extensions = {}] = PROBLEM_EXAMPLES[code];
  return {
    type: `urn:mosaic:problem:${code}`,
    title,
    status,
    code,
    detail,
    requestId: "r-42",
    ...extensions,
  };
}
