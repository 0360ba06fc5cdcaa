import type { Hono } from "hono";
import { findSimilarName } from "../../../lib/similar-name.ts";
import type { ActiveCatalogHolder } from "../../catalog/active-catalog.ts";
import { LIST_VIEWS, SHOW_COLUMNS, SHOW_VIEW } from "../api/catalog-api.ts";
import { addRoute, responderFor } from "../api/replies.ts";
import { readBearerToken, TooManyAttemptsError } from "../middleware/admin-token.ts";
import { matchesEtag } from "../responses/cached-response.ts";
import { LARGE_BODY_BYTES, prepareBody } from "../responses/large-body.ts";
import {
  chooseForm,
  createAcceptEncodingReader,
  type FormChoice,
  type PreparedBody,
  type Representation,
} from "../responses/representations.ts";
import type { HttpContext, HttpEnv } from "../responses/request-context.ts";
import { RUNTIME_OMITS_LENGTH } from "../responses/respond.ts";
import { DATA_HEADERS } from "../responses/security-headers.ts";
import { type CatalogResponses, createCatalogResponses, type PreparedView } from "./catalog-responses.ts";

/**
 * JSON needs only these two of {@link DATA_HEADERS}. The other two restrict scripts, frames and links: JSON
 * has no such elements, and `nosniff` keeps browsers from reading it as HTML. On Deno, each header takes a
 * fiftieth of the time of a request, and spreading the object would take even longer than all its headers.
 */
const { "cross-origin-resource-policy": RESOURCE_POLICY, "x-content-type-options": SNIFFING } = DATA_HEADERS;

export interface CatalogRoutesDeps {
  readonly holder: ActiveCatalogHolder;
  /** Calls the listener after each activation; default: never. */
  readonly onActivation?: (listener: () => void) => void;
}

/** `GET /views`, `/views/{entity}` and `/views/{entity}/columns`. */
export function addCatalogRoutes(
  app: Hono<HttpEnv>,
  { holder, onActivation }: CatalogRoutesDeps,
  isAdminToken: (token: string) => boolean,
): void {
  const responsesOf = createCatalogResponses();
  const sendBody = createBodySender();

  const currentResponses = (): CatalogResponses | undefined => {
    const active = holder.current();
    return active === undefined ? undefined : responsesOf(active.catalog);
  };

  let latest: CatalogResponses | undefined;
  // The listing of a new catalog is made at once, so that clients that poll the listing do not wait.
  onActivation?.(() => {
    const next = currentResponses();
    const previous = latest;
    latest = next;
    // If this fails, the next request makes the listing.
    if (previous !== undefined) next?.prepareListing(previous).catch(() => undefined);
  });

  addRoute(app, LIST_VIEWS, (context) => {
    const listing = currentResponses()?.listing();
    if (listing === undefined) return respondUnavailable(context);
    return "then" in listing
      ? listing.then((prepared) => sendBody(context, prepared))
      : sendBody(context, listing);
  });

  addRoute(app, SHOW_VIEW, (context) => {
    const found = currentResponses();
    if (found === undefined) return respondUnavailable(context);
    const prepared = found.view(context.req.param("entity"));
    if (prepared === undefined) return respondViewNotFound(context, holder);
    if (prepared.whole === undefined) return sendBody(context, prepared);
    return sendForToken(context, prepared, { isOperator: isOperator(context, isAdminToken), sendBody });
  });

  addRoute(app, SHOW_COLUMNS, (context) => {
    const found = currentResponses();
    if (found === undefined) return respondUnavailable(context);
    const prepared = found.columns(context.req.param("entity"));
    return prepared === undefined ? respondViewNotFound(context, holder) : sendBody(context, prepared);
  });
}

type SendPreparedBody = (context: HttpContext, prepared: PreparedBody) => Promise<Response> | Response;

/**
 * Makes a function that sends a body in the form that the client accepts. It returns a promise only while
 * that form is being made.
 */
function createBodySender(): SendPreparedBody {
  const readAccepted = createAcceptEncodingReader();
  return (context, prepared) => {
    const { header } = context.env;
    const ifNoneMatch = header("if-none-match");
    if (prepared.coded === undefined) {
      return matchesEtag(ifNoneMatch, prepared.etag)
        ? sendNotModified(context, prepared.etag)
        : sendForm(context, prepared);
    }
    const choice = chooseForm(prepared, readAccepted(header("accept-encoding")), ifNoneMatch);
    return choice instanceof Promise
      ? choice.then((chosen) => sendChosenForm(context, chosen))
      : sendChosenForm(context, choice);
  };
}

function sendChosenForm(context: HttpContext, choice: FormChoice): Response {
  return choice.kind === "known"
    ? sendNotModified(context, choice.etag, true)
    : sendForm(context, choice.form, true);
}

function sendNotModified({ env: { requestId } }: HttpContext, etag: string, isNegotiated = false): Response {
  const headers: Record<string, string> = {
    "cache-control": "no-cache",
    etag,
    "cross-origin-resource-policy": RESOURCE_POLICY,
    "x-content-type-options": SNIFFING,
    "x-request-id": requestId,
  };
  if (isNegotiated) headers.vary = "Accept-Encoding";
  return new Response(null, { status: 304, headers });
}

function sendForm(
  context: HttpContext,
  { body, etag, length, coding }: Representation,
  isNegotiated = false,
): Response {
  // An object literal, because merging header objects would take most of the time on this hot path.
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "cache-control": "no-cache",
    etag,
    "cross-origin-resource-policy": RESOURCE_POLICY,
    "x-content-type-options": SNIFFING,
    "x-request-id": context.env.requestId,
  };
  if (isNegotiated) headers.vary = "Accept-Encoding";
  if (coding !== undefined) headers["content-encoding"] = coding;
  // For HEAD the router drops the body, and with it the length: so the length is set here.
  if (RUNTIME_OMITS_LENGTH || context.req.raw.method === "HEAD")
    return new Response(body, { headers: { ...headers, "content-length": length } });
  if (body.length < LARGE_BODY_BYTES) return new Response(body, { status: 200, headers });
  const large = prepareBody(body);
  return new Response(large.body, { headers: { ...headers, ...large.headers } });
}

interface TokenOptions {
  readonly isOperator: boolean;
  readonly sendBody: SendPreparedBody;
}

/**
 * Sends the view with its `__` keys if the request has the admin token, else the view without these keys.
 */
async function sendForToken(
  context: HttpContext,
  prepared: PreparedView,
  { isOperator, sendBody }: TokenOptions,
): Promise<Response> {
  const whole = isOperator ? prepared.whole : undefined;
  const response = await sendBody(context, whole ?? prepared);
  response.headers.append("vary", "Authorization");
  if (whole !== undefined) response.headers.set("cache-control", "private, no-cache");
  return response;
}

/**
 * Whether the request has the right token. A wrong token counts as a failed attempt, but the request is not
 * refused, because reading needs no token.
 */
function isOperator({ env }: HttpContext, isAdminToken: (token: string) => boolean): boolean {
  const token = readBearerToken(env.header("authorization"));
  try {
    return token !== undefined && isAdminToken(token);
  } catch (error) {
    if (error instanceof TooManyAttemptsError) return false;
    throw error;
  }
}

const listResponder = responderFor(LIST_VIEWS);
/** Also used by `SHOW_COLUMNS`, because both routes have the same answer for an unknown view. */
const viewResponder = responderFor(SHOW_VIEW);

function respondUnavailable(context: HttpContext): Response {
  return listResponder.problem(context, "catalog_unavailable", {
    detail: "No verified catalog is active yet; loading is retried, and GET /readyz shows the reason",
    headers: { "retry-after": "1" },
  });
}

/**
 * Maximum number of views among which a similar name is looked for. Comparing more names would take too long
 * for a request without a token.
 */
const COMPARED_VIEWS_MAX = 2000;

function respondViewNotFound(context: HttpContext, holder: ActiveCatalogHolder): Response {
  const views = holder.current()?.catalog.views;
  const names = views === undefined || views.size > COMPARED_VIEWS_MAX ? [] : [...views.keys()];
  const near = findSimilarName(context.req.param("entity") ?? "", names);
  const hint = near === undefined ? "GET /views lists all" : `Did you mean ${near}?`;
  return viewResponder.problem(context, "view_not_found", {
    detail: "No view has this entity; GET /views lists all",
    extensions: { hint },
  });
}
