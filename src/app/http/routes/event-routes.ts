import type { Hono } from "hono";
import { findLanguage, type Language } from "../../../lib/language.ts";
import { VERSION } from "../../settings/version.ts";
import type { Readiness } from "../../status/readiness.ts";
import type { SubscribeResult, SubscriberHub } from "../../status/subscriber-hub.ts";
import { FOLLOW_EVENTS } from "../api/event-api.ts";
import { addRoute, responderFor } from "../api/replies.ts";
import type { HttpContext, HttpEnv } from "../responses/request-context.ts";
import { DATA_HEADERS } from "../responses/security-headers.ts";

export interface EventRoutesDeps {
  readonly statusStream: Pick<SubscriberHub, "subscribe">;
  readonly readiness: () => Readiness;
}

const eventsResponder = responderFor(FOLLOW_EVENTS);

/** The time after which a disconnected client reconnects. */
const RETRY_MS = 2000;
/** A client with this many unread messages is disconnected; after a reconnect it gets the current state. */
const UNREAD_EVENTS_MAX = 16;

/** `GET /events`: the state of this replica and each change of it, as server-sent events. */
export function addEventRoutes(app: Hono<HttpEnv>, { statusStream, readiness }: EventRoutesDeps): void {
  addRoute(app, FOLLOW_EVENTS, (context) => {
    const language = findLanguage(context.req.query("lang") ?? "en");
    if (language === undefined)
      return eventsResponder.problem(context, "bad_request", {
        detail: "The query parameter lang must be en or pt",
      });
    const { stream, subscribed } = openStream(statusStream, language);
    if (subscribed.kind === "subscribed") {
      if (context.req.raw.method !== "HEAD") return sendStream(context, stream);
      // Hono also calls this handler for a HEAD, and drops the body: the stream would stay open and unread.
      subscribed.unsubscribe();
      return sendStream(context, null);
    }
    if (subscribed.kind === "closed") {
      const { reasons, components, checks } = readiness();
      const extensions = { version: VERSION, reasons, components, checks };
      return eventsResponder.problem(context, "not_ready", { detail: "The service is stopping", extensions });
    }
    return eventsResponder.problem(context, "too_many_followers", {
      detail: "The limit of event streams is reached; poll GET /readyz instead",
      headers: { "retry-after": "10" },
    });
  });
}

function openStream(statusStream: Pick<SubscriberHub, "subscribe">, language: Language) {
  const encoder = new TextEncoder();
  const held: { subscribed: SubscribeResult } = { subscribed: { kind: "closed" } };
  const unsubscribe = (): void => {
    if (held.subscribed.kind === "subscribed") held.subscribed.unsubscribe();
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = (text: string): void => {
          if ((controller.desiredSize ?? 0) > 0) {
            controller.enqueue(encoder.encode(text));
            return;
          }
          unsubscribe();
          controller.close();
        };
        send(`retry: ${RETRY_MS}\n\n`);
        const subscriber = {
          state: (json: string) => send(`event: state\ndata: ${json}\n\n`),
          heartbeat: () => send(":\n\n"),
          end: () => controller.close(),
        };
        held.subscribed = statusStream.subscribe(subscriber, language);
      },
      cancel: unsubscribe,
    },
    new CountQueuingStrategy({ highWaterMark: UNREAD_EVENTS_MAX }),
  );
  return { stream, subscribed: held.subscribed };
}

function sendStream(context: HttpContext, body: ReadableStream<Uint8Array> | null): Response {
  return new Response(body, {
    headers: {
      ...DATA_HEADERS,
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      // Without this header, a proxy that buffers answers would deliver no events.
      "x-accel-buffering": "no",
      "x-request-id": context.env.requestId,
    },
  });
}
