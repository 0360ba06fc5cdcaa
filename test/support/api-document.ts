import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

/** The description of the API as it is served, so far as tests read it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly headers: Readonly<Record<string, ApiHeader>>;
  };
}

export interface ApiOperation {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters: readonly {
    readonly $ref?: string;
    readonly name?: string;
    readonly schema?: JsonSchema;
  }[];
  readonly requestBody?: { readonly content: ApiContent };
  readonly responses: Readonly<Record<string, ApiResponse>>;
}

interface ApiResponse {
  readonly headers: Readonly<Record<string, ApiHeader>>;
  readonly content?: ApiContent;
}

type ApiContent = Readonly<
  Record<
    string,
    { readonly schema: JsonSchema; readonly examples?: Readonly<Record<string, { readonly value: unknown }>> }
  >
>;
type JsonSchema = Readonly<Record<string, unknown>>;

interface ApiHeader {
  readonly $ref?: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}

/** An answer, wherever it comes from. */
export interface GivenAnswer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Reads the description of the API. */
export interface ApiReader {
  /** Each operation as `GET /views/{entity}`. */
  readonly operations: ReadonlyMap<string, ApiOperation>;
  /** Each answer as `GET /views 200` or `GET /views 503 catalog_unavailable`. */
  readonly answers: readonly string[];
  /** Which of them an answer of this operation is, and what is not as it is documented. */
  read(operation: string, answer: GivenAnswer): { readonly name: string; readonly faults: readonly string[] };
  /** What is wrong with a value. */
  validate(schema: JsonSchema, value: unknown): readonly string[];
}

/** These hold fields that nobody can know beforehand. */
const OPEN_SCHEMAS: ReadonlySet<string> = new Set(["OpenApi", "View"]);

export function createApiReader(document: ApiDocument): ApiReader {
  const operations: ReadonlyMap<string, ApiOperation> = new Map(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    ),
  );
  const validate = createValidation(document);
  const { headers: known } = document.components;

  function answersOf([name, { responses }]: readonly [string, ApiOperation]): readonly string[] {
    return Object.entries(responses).flatMap(([status, { content }]) => {
      const codes = codesOf(document, content?.["application/problem+json"]?.schema);
      return codes.length === 0 ? [`${name} ${status}`] : codes.map((code) => `${name} ${status} ${code}`);
    });
  }

  function headerFault(name: string, documented: ApiHeader | undefined, value: unknown): readonly string[] {
    if (documented === undefined) return value === undefined ? [] : [`${name} is not documented`];
    const { required = false, schema = {} } =
      documented.$ref === undefined ? documented : (known[name] ?? {});
    if (value === undefined) return required ? [`${name} is missing`] : [];
    return validate(schema, value).map((fault) => `${name}: ${fault}`);
  }

  function headerFaults(response: ApiResponse, { headers }: GivenAnswer): readonly string[] {
    return Object.keys(known).flatMap((name) =>
      headerFault(name, response.headers[name], headers[name.toLowerCase()]),
    );
  }

  return {
    operations,
    validate,
    answers: [...operations].flatMap(answersOf),
    read(operation, answer) {
      const mediaType = String(answer.headers["content-type"] ?? "").split(";", 1)[0] ?? "";
      const body: unknown =
        /json$/.test(mediaType) && answer.text !== "" ? JSON.parse(answer.text) : answer.text;
      const isProblem = mediaType === "application/problem+json";
      const code = isProblem ? ` ${(body as { readonly code: string }).code}` : "";
      const name = `${operation} ${answer.status}${code}`;
      const response = operations.get(operation)?.responses[answer.status];
      if (response === undefined) return { name, faults: [`${name} is not documented`] };
      const faults = [
        ...headerFaults(response, answer),
        ...bodyFaults(response, { mediaType, body, validate }),
      ];
      return { name, faults };
    },
  };
}

interface GivenBody {
  readonly mediaType: string;
  readonly body: unknown;
  readonly validate: ApiReader["validate"];
}

function bodyFaults({ content }: ApiResponse, { mediaType, body, validate }: GivenBody): readonly string[] {
  if (content === undefined) return body === "" ? [] : ["a body is not documented"];
  const range = mediaType.replace(/\/.*/, "/*");
  const documented = content[mediaType] ?? content[range] ?? content["*/*"];
  if (documented === undefined) return [`${mediaType} is not documented`];
  const values = mediaType === "text/event-stream" ? eventData(String(body)) : [body];
  return values.flatMap((value) => validate(documented.schema, value));
}

/** The data of each event of a stream. */
function eventData(stream: string): readonly unknown[] {
  const events = stream.split("\n\n").filter((event) => event.startsWith("event: "));
  return events.map((event) => JSON.parse(event.slice(event.indexOf("\ndata: ") + 7)));
}

/** The codes of the problems that a schema takes; none for what is no problem. */
function codesOf(document: ApiDocument, schema: JsonSchema | undefined): readonly string[] {
  if (schema === undefined) return [];
  const refs = (schema.oneOf ?? [schema]) as readonly { readonly $ref: string }[];
  return refs.map(({ $ref }) => {
    const { properties } = document.components.schemas[$ref.split("/").at(-1) ?? ""] ?? {};
    return (properties as { readonly code: { readonly const: string } }).code.const;
  });
}

/** In tests nothing more may come than what is documented, though clients must bear it. */
function createValidation({ components }: ApiDocument): ApiReader["validate"] {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, ownProperties: true });
  ajv.addVocabulary(["components", "discriminator"]);
  ajv.addFormat("date-time", (text) => new Date(text).toISOString() === text);
  const schemas = Object.fromEntries(
    Object.entries(components.schemas).map(([name, schema]) => [
      name,
      OPEN_SCHEMAS.has(name) ? schema : closed(schema),
    ]),
  );
  ajv.addSchema({ $id: "api", components: { schemas } });
  const compiled = new Map<JsonSchema, ValidateFunction>();
  return (schema, value) => {
    const validate = compiled.get(schema) ?? ajv.compile(absolute(schema) as JsonSchema);
    compiled.set(schema, validate);
    return validate(value) ? [] : [ajv.errorsText(validate.errors)];
  };
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return copy.type === "object" && "properties" in copy ? { additionalProperties: false, ...copy } : copy;
}

/** References of a schema on its own, which are to the document. */
function absolute(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(absolute);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === "$ref" ? `api${value}` : absolute(value)]),
  );
}
