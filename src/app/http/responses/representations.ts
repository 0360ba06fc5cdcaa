import { createHash } from "node:crypto";
import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import * as zlib from "node:zlib";

/** The content codings of this service, the preferred one first. */
export const CODINGS = ["zstd", "gzip"] as const;

export type Coding = (typeof CODINGS)[number];

/** One form of a body, plain or compressed, and its strong ETag. */
export interface Representation {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  /** The length in bytes, as the value of `Content-Length`. */
  readonly length: string;
  /** The coding of a compressed body; undefined for plain bytes. */
  readonly coding?: Coding;
}

/** The compressed forms of a body. Each is made on first use and kept. */
export interface CodedForms {
  /** The form in this coding, or the plain form if compression saves nothing. */
  of(coding: Coding): Representation | Promise<Representation>;
  /** The codings that were requested. */
  requestedCodings(): readonly Coding[];
}

/**
 * Bodies below this size are not compressed, because a new connection can send them in its first round trip.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6928
 */
export const CODED_BYTES_MIN = 14 * 1024;

/** @param makePlain makes the plain form; it may make a new one at each call */
export function createCodedForms(plainEtag: string, makePlain: () => Representation): CodedForms {
  const forms = new Map<Coding, Representation | Promise<Representation>>();
  return {
    requestedCodings: () => [...forms.keys()],
    of(coding) {
      const known = forms.get(coding);
      if (known !== undefined) return known;
      const plain = makePlain();
      const making = compressBody(plain.body, coding).then(
        (body) => {
          const isSmaller = body.byteLength < plain.body.byteLength;
          const form = isSmaller ? createCodedForm(body, plainEtag, coding) : plain;
          // From now on, requests get the form without a promise.
          forms.set(coding, form);
          return form;
        },
        () => {
          // Compression fails if no memory is free. This request gets the plain form; the next one tries again.
          forms.delete(coding);
          return plain;
        },
      );
      forms.set(coding, making);
      return making;
    },
  };
}

/**
 * Makes a compressed form. Its ETag has a digest of its bytes, because replicas may have different versions of
 * the compression library, whose results differ.
 */
function createCodedForm(body: Uint8Array<ArrayBuffer>, plainEtag: string, coding: Coding): Representation {
  const digest = createHash("sha256").update(body).digest("hex").slice(0, DIGEST_DIGITS);
  const etag = `${plainEtag.slice(0, -1)}-${coding}-${digest}"`;
  return { body, etag, length: String(body.byteLength), coding };
}

const DIGEST_DIGITS = 16;
const CODED_TAG_SUFFIX = new RegExp(`^-(${CODINGS.join("|")})-[0-9a-f]{${DIGEST_DIGITS}}"$`);

const COMPRESSED_SLICE_BYTES = 64 * 1024;
/** The fastest level that makes real texts as small as gzip does. */
const ZSTD_LEVEL = 3;

const ENCODERS: Readonly<Record<Coding, () => Transform>> = {
  gzip: () => zlib.createGzip(),
  zstd: () => zlib.createZstdCompress({ params: { [zlib.constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }),
};

/**
 * Compresses slice by slice, with a timer after each slice, so that requests are served in between. Node
 * compresses on other threads. Deno compresses on this one, and handles network events only after a timer.
 */
async function compressBody(body: Uint8Array<ArrayBuffer>, coding: Coding): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  async function* slices() {
    for (let offset = 0; offset < body.byteLength; offset += COMPRESSED_SLICE_BYTES) {
      yield body.subarray(offset, offset + COMPRESSED_SLICE_BYTES);
      await delay(0);
    }
  }
  await pipeline(Readable.from(slices()), ENCODERS[coding](), async (coded: AsyncIterable<Uint8Array>) => {
    for await (const chunk of coded) chunks.push(chunk);
  });
  return joinBytes(chunks);
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(parts.reduce((total, part) => total + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    body.set(part, offset);
    offset += part.byteLength;
  }
  return body;
}

export interface AcceptedCodings {
  /** The coding to send; undefined for plain bytes. */
  readonly preferred: Coding | undefined;
  readonly codings: readonly Coding[];
  /** Whether the plain bytes are acceptable. */
  readonly plain: boolean;
}

const PLAIN_ONLY: AcceptedCodings = { preferred: undefined, codings: [], plain: true };
/** A coding, or `*`, and its weight. */
const ACCEPT_ELEMENT =
  /^[ \t]*([\w!#$%&'*+.^`|~-]+)[ \t]*(?:;[ \t]*[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)[ \t]*)?$/;

/**
 * Reads an `Accept-Encoding` header; malformed elements are ignored.
 *
 * The weights of the client decide, then the order of {@link CODINGS}. `*` stands for gzip only, because a
 * client that sends `*` may not support zstd. A client that refuses every form gets the plain one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding
 */
export function parseAcceptEncoding(header: string): AcceptedCodings {
  const weights = new Map<string, number>();
  for (const element of header.split(",")) {
    const [, name, weight = "1"] = ACCEPT_ELEMENT.exec(element) ?? [];
    if (name !== undefined) weights.set(name.toLowerCase().replace(/^x-gzip$/, "gzip"), Number(weight));
  }
  const any = weights.get("*");
  const weightOf = (coding: Coding): number => weights.get(coding) ?? (coding === "gzip" ? (any ?? 0) : 0);
  const codings = CODINGS.filter((coding) => weightOf(coding) > 0).sort(
    (one, other) => weightOf(other) - weightOf(one),
  );
  const [best] = codings;
  const identityWeight = weights.get("identity") ?? (any === 0 ? 0 : undefined);
  const isBetter = best !== undefined && (identityWeight === undefined || weightOf(best) >= identityWeight);
  return { preferred: isBetter ? best : undefined, codings, plain: identityWeight !== 0 };
}

/** Limits of the cache of parsed headers; clients send few different headers. */
const REMEMBERED_HEADERS_MAX = 32;
const REMEMBERED_HEADER_LENGTH_MAX = 128;

/** Makes a function that reads the header and caches results, up to a limit. */
export function createAcceptEncodingReader(): (header: string | undefined) => AcceptedCodings {
  const remembered = new Map<string, AcceptedCodings>();
  return (header) => {
    if (header === undefined) return PLAIN_ONLY;
    const known = remembered.get(header);
    if (known !== undefined) return known;
    const accepted = parseAcceptEncoding(header);
    if (remembered.size < REMEMBERED_HEADERS_MAX && header.length <= REMEMBERED_HEADER_LENGTH_MAX)
      remembered.set(header, accepted);
    return accepted;
  };
}

/** Matches an entity tag, and captures its opaque part. A comma inside the quotes is part of the tag. */
export const ENTITY_TAG_PATTERN = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/**
 * Finds the first tag of an `If-None-Match` header whose form the client accepts; a different replica may
 * have made that form.
 *
 * An HTTP cache between client and service may list the tags of all forms that it has stored. It then sends
 * the client the form of the returned tag, so the client must accept that form.
 */
export function findAcceptableTag(
  ifNoneMatch: string,
  plainEtag: string,
  accepted: AcceptedCodings,
): string | undefined {
  const stem = plainEtag.slice(0, -1);
  for (const [, tag = ""] of ifNoneMatch.matchAll(ENTITY_TAG_PATTERN)) {
    if (tag === plainEtag && (accepted.plain || accepted.codings.length === 0)) return tag;
    const [, coding] = (tag.startsWith(stem) && CODED_TAG_SUFFIX.exec(tag.slice(stem.length))) || [];
    if (accepted.codings.some((one) => one === coding)) return tag;
  }
  return undefined;
}

/** All forms of one body. */
export interface BodyForms {
  /** The ETag of the plain bytes. */
  readonly etag: string;
  plain(): Representation;
  /** The compressed forms; undefined for a body that is never compressed. */
  readonly coded: CodedForms | undefined;
}

/** A body that is kept, with its compressed forms. */
export type PreparedBody = BodyForms & Representation;

export function createPreparedBody(body: Uint8Array<ArrayBuffer>, etag: string): PreparedBody {
  const plain = { body, etag, length: String(body.byteLength) };
  const coded = body.byteLength < CODED_BYTES_MIN ? undefined : createCodedForms(etag, () => plain);
  return { ...plain, plain: () => plain, coded };
}

/** What to answer: a form of the body, or 304 with the tag of a form that the client already has. */
export type FormChoice =
  | { readonly kind: "form"; readonly form: Representation }
  | { readonly kind: "known"; readonly etag: string };

/**
 * Chooses the answer by `Accept-Encoding` and `If-None-Match`. The result is a promise only while the form is
 * being made.
 */
export function chooseForm(
  forms: BodyForms,
  accepted: AcceptedCodings,
  ifNoneMatch: string | undefined,
): FormChoice | Promise<FormChoice> {
  const etag = ifNoneMatch === undefined ? undefined : findAcceptableTag(ifNoneMatch, forms.etag, accepted);
  if (etag !== undefined) return { kind: "known", etag };
  const { preferred } = accepted;
  const form = (preferred && forms.coded?.of(preferred)) ?? forms.plain();
  const choiceOf = (chosen: Representation): FormChoice =>
    ifNoneMatch?.trim() === "*" ? { kind: "known", etag: chosen.etag } : { kind: "form", form: chosen };
  return form instanceof Promise ? form.then(choiceOf) : choiceOf(form);
}
