import { constants, crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE_BYTES = 8;
/** Of a chunk: its length, its name, and behind its data a checksum. */
const LENGTH_BYTES = 4;
const NAME_BYTES = 4;
const CHECKSUM_BYTES = 4;

/** The same picture, its pixels packed as tightly as PNG's own packing can; a browser packs in haste. */
export function shrinkPng(png: Buffer): Buffer {
  const chunks = readChunks(png);
  const pixels = inflateSync(
    Buffer.concat(chunks.filter(({ name }) => name === "IDAT").map(({ data }) => data)),
  );
  const packings = [constants.Z_DEFAULT_STRATEGY, constants.Z_FILTERED].map((strategy) =>
    deflateSync(pixels, { level: 9, memLevel: 9, strategy }),
  );
  const best = packings.reduce((left, right) => (right.byteLength < left.byteLength ? right : left));
  const header = chunks.filter(({ name }) => name === "IHDR");
  const kept = [...header, { name: "IDAT", data: best }, { name: "IEND", data: Buffer.alloc(0) }];
  const smaller = Buffer.concat([png.subarray(0, SIGNATURE_BYTES), ...kept.map(writeChunk)]);
  return smaller.byteLength < png.byteLength ? smaller : png;
}

interface Chunk {
  readonly name: string;
  readonly data: Buffer;
}

function readChunks(png: Buffer): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at < png.byteLength; ) {
    const start = at + LENGTH_BYTES + NAME_BYTES;
    const end = start + png.readUInt32BE(at);
    chunks.push({ name: png.toString("latin1", start - NAME_BYTES, start), data: png.subarray(start, end) });
    at = end + CHECKSUM_BYTES;
  }
  return chunks;
}

function writeChunk({ name, data }: Chunk): Buffer {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(data.byteLength);
  const named = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}
