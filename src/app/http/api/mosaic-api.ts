import type { Hono } from "hono";
import type * as v from "valibot";
import type { ProblemCode } from "../responses/problem.ts";
import type { API_ROUTES } from "./api-routes.ts";
import type { ProblemBody } from "./problem-api.ts";
import type { AnswerOf } from "./replies.ts";
import type { RouteSpec } from "./route-spec.ts";

type ApiRoute = (typeof API_ROUTES)[number];

/** The type of the API for the typed client of Hono: `hc<MosaicApi>(url)`. */
export type MosaicApi = Hono<
  object,
  { [Path in ApiRoute["path"]]: MethodsOf<Extract<ApiRoute, { readonly path: Path }>> },
  "/"
>;

type MethodsOf<Route extends RouteSpec> = {
  [Spec in Route as `$${Spec["method"]}`]: SuccessEndpoint<Spec> | ProblemEndpoint<Spec>;
};

/** A type alias, because the client's types do not accept an interface here. */
type Endpoint<Input, Output, Format extends string, Status extends number> = {
  readonly input: Input;
  readonly output: Output;
  readonly outputFormat: Format;
  readonly status: Status;
};

type SuccessEndpoint<Spec extends RouteSpec> =
  | (Spec["answers"][200] extends { readonly mediaType: string }
      ? Endpoint<InputOf<Spec>, string, "text", 200>
      : Endpoint<InputOf<Spec>, AnswerOf<Spec>, "json", 200>)
  | (Spec["answers"] extends { readonly 304: unknown } ? Endpoint<InputOf<Spec>, null, "body", 304> : never);

type StatusOf<Code extends ProblemCode> = ProblemBody<Code>["status"];

/** The problems of a route by status, so that a client that has checked the status knows the possible codes. */
type ProblemEndpoint<
  Spec extends RouteSpec,
  Status extends number = StatusOf<Spec["problems"][number]>,
> = Status extends number
  ? Endpoint<
      InputOf<Spec>,
      Extract<ProblemBody<Spec["problems"][number]>, { readonly status: Status }>,
      "json",
      Status
    >
  : never;

type InputOf<Spec extends RouteSpec> = ParametersOf<Spec> & QueryOf<Spec> & BodyOf<Spec> & HeadersOf<Spec>;

type ParametersOf<Spec extends RouteSpec> = Spec extends { readonly parameters: infer Parameters }
  ? { param: { [Name in keyof Parameters]: string } }
  : object;

type QueryOf<Spec extends RouteSpec> = Spec extends { readonly query: infer Query extends QuerySpecs }
  ? { query?: { [Name in keyof Query]?: v.InferInput<Query[Name]["schema"]> } }
  : object;

type QuerySpecs = NonNullable<RouteSpec["query"]>;

type BodyOf<Spec extends RouteSpec> = Spec extends {
  readonly body: { readonly schema: infer Schema extends v.GenericSchema };
}
  ? { json: v.InferInput<Schema> }
  : object;

type HeadersOf<Spec extends RouteSpec> = {
  header?: { "x-request-id"?: string } & (Spec["answers"] extends { readonly 304: unknown }
    ? { "if-none-match"?: string }
    : object);
};
