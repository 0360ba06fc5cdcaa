import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
/** Of a chunk: its length and its name before its data, a checksum behind it. */
const HEAD_BYTES = 8;
const CHECKSUM_BYTES = 4;
/** A byte names so many colours. */
const COLORS_MAX = 256;
const CHANNELS: Readonly<Record<number, number>> = { 2: 3, 6: 4 };
const PALETTE_TYPE = 3;

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Bytes of a pixel. */
  readonly channels: number;
  readonly pixels: Buffer;
}

/**
 * The picture with 256 colours at most, in far fewer bytes. Pages have few colours; what goes are shades at the edges
 * of letters, which become others next to them.
 *
 * @param png of 8 bits a channel, without interlacing, as browsers write them
 */
export function shrinkPng(png: Buffer): Buffer {
  const { width, height, channels, pixels } = readPicture(png);
  const counts = new Map<number, number>();
  for (let at = 0; at < pixels.byteLength; at += channels) {
    const color = pixels.readUIntBE(at, 3);
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([one, often], [other, less]) => less - often || one - other);
  const palette = choosePalette(byCount.map(([color]) => color));
  const places = new Map(byCount.map(([color]) => [color, nearest(palette, color).place]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const place = places.get(pixels.readUIntBE(pixel * channels, 3)) ?? 0;
    rows[pixel + Math.floor(pixel / width) + 1] = place;
  }
  return writePicture({ width, height, palette, rows });
}

/** The most frequent colours that are no nearer to each other than they must be, so that rare ones stay as well. */
function choosePalette(byCount: readonly number[]): readonly number[] {
  for (let apart = 0; ; apart++) {
    const palette: number[] = [];
    for (const color of byCount) {
      if (nearest(palette, color).distance > apart ** 2) palette.push(color);
      if (palette.length > COLORS_MAX) break;
    }
    // Sorted, so that the same picture is the same file.
    if (palette.length <= COLORS_MAX) return palette.sort((one, other) => one - other);
  }
}

interface Nearest {
  readonly place: number;
  /** Squared, over red, green and blue. */
  readonly distance: number;
}

function nearest(palette: readonly number[], color: number): Nearest {
  const distanceTo = (other: number): number =>
    [16, 8, 0].reduce((sum, shift) => sum + (((color >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
  return palette.reduce<Nearest>(
    (best, other, place) => {
      const distance = distanceTo(other);
      return distance < best.distance ? { place, distance } : best;
    },
    { place: 0, distance: Number.POSITIVE_INFINITY },
  );
}

interface IndexedPicture {
  readonly width: number;
  readonly height: number;
  readonly palette: readonly number[];
  /** Of each row, a zero and then the places of its colours. */
  readonly rows: Buffer;
}

function writePicture({ width, height, palette, rows }: IndexedPicture): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, PALETTE_TYPE, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255]))),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function readPicture(png: Buffer): Picture {
  const data: Buffer[] = [];
  let header: Buffer = Buffer.alloc(0);
  for (let at = SIGNATURE.byteLength; at < png.byteLength; ) {
    const start = at + HEAD_BYTES;
    const end = start + png.readUInt32BE(at);
    const name = png.toString("latin1", at + 4, start);
    if (name === "IHDR") header = png.subarray(start, end);
    if (name === "IDAT") data.push(png.subarray(start, end));
    at = end + CHECKSUM_BYTES;
  }
  const [width, height, channels] = [
    header.readUInt32BE(0),
    header.readUInt32BE(4),
    CHANNELS[header[9] ?? 0],
  ];
  if (header[8] !== 8 || channels === undefined || header[12] !== 0)
    throw new RangeError("Cannot shrink this kind of PNG");
  return {
    width,
    height,
    channels,
    pixels: unfilter(inflateSync(Buffer.concat(data)), width * channels, channels),
  };
}

/** Each row says first how its bytes differ from those to the left and above. */
function unfilter(filtered: Buffer, rowBytes: number, channels: number): Buffer {
  const height = filtered.byteLength / (rowBytes + 1);
  const pixels = Buffer.alloc(rowBytes * height);
  for (let row = 0; row < height; row++) {
    const kind = filtered[row * (rowBytes + 1)] ?? 0;
    for (let column = 0; column < rowBytes; column++) {
      const at = row * rowBytes + column;
      const left = column < channels ? 0 : (pixels[at - channels] ?? 0);
      const above = row === 0 ? 0 : (pixels[at - rowBytes] ?? 0);
      const aboveLeft = column < channels || row === 0 ? 0 : (pixels[at - rowBytes - channels] ?? 0);
      pixels[at] = (filtered[at + row + 1] ?? 0) + predict(kind, { left, above, aboveLeft });
    }
  }
  return pixels;
}

interface Neighbours {
  readonly left: number;
  readonly above: number;
  readonly aboveLeft: number;
}

/** @see https://www.w3.org/TR/png-3/#9Filter-types */
function predict(kind: number, { left, above, aboveLeft }: Neighbours): number {
  switch (kind) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4: {
      const sum = left + above - aboveLeft;
      const [byLeft, byAbove, byBoth] = [left, above, aboveLeft].map((value) => Math.abs(sum - value)) as [
        number,
        number,
        number,
      ];
      if (byLeft <= byAbove && byLeft <= byBoth) return left;
      return byAbove <= byBoth ? above : aboveLeft;
    }
    default:
      return 0;
  }
}

function chunk(name: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.byteLength);
  const named = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}
