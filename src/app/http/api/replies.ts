import type { Context, Hono } from "hono";
import type * as v from "valibot";
import type { DeepReadonly } from "../../../lib/deep-readonly.ts";
import { type ProblemCode, respondProblem } from "../responses/problem.ts";
import type { HttpContext, HttpEnv } from "../responses/request-context.ts";
import { respondJson } from "../responses/respond.ts";
import type { ProblemExtensions } from "./problem-api.ts";
import type { RouteSpec } from "./route-spec.ts";

/** The body of a route's successful answer. */
export type AnswerOf<Spec extends RouteSpec> = Spec["answers"][200] extends {
  readonly schema: infer Schema extends v.GenericSchema;
}
  ? DeepReadonly<v.InferOutput<Schema>>
  : never;

export type ProblemDetailsOf<Code extends ProblemCode> = {
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
} & (unknown extends ProblemExtensions<Code>
  ? { readonly extensions?: never }
  : { readonly extensions: DeepReadonly<ProblemExtensions<Code>> });

/** Makes the answers of one route. An answer that is missing in the specification does not compile. */
export interface Responder<Spec extends RouteSpec> {
  json(context: HttpContext, value: AnswerOf<Spec>): Response;
  problem<Code extends Spec["problems"][number]>(
    context: HttpContext,
    code: Code,
    details: ProblemDetailsOf<Code>,
  ): Response;
}

const RESPONDER = {
  json: (context: HttpContext, value: unknown) => respondJson(context, 200, value),
  problem: respondProblem,
};

/** Returns the answer functions of a route; only the compiler uses the specification. */
export function responderFor<const Spec extends RouteSpec>(_spec: Spec): Responder<Spec> {
  return RESPONDER as unknown as Responder<Spec>;
}

/** Registers a route under the path of its specification, which is also its name in logs and metrics. */
export function addRoute<const Path extends string>(
  app: Hono<HttpEnv>,
  { method, path }: RouteSpec & { readonly path: Path },
  handle: (context: Context<HttpEnv, Path>) => Promise<Response> | Response,
): void {
  app.on(method.toUpperCase(), [path], (context) => {
    context.env.route = path;
    return handle(context as Context<HttpEnv, Path>);
  });
}
