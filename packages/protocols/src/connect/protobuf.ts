/** The fields of a protobuf message in their order: the number, and a varint as a number or what has a length as bytes. */
export type Fields = readonly (readonly [field: number, value: number | Uint8Array])[];

/** The wire types of a fixed size, in bytes. 0 is a varint, 2 has its length before it, and others are out of use. */
const SIZES: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [5, 4],
]);

/**
 * Reads the fields of a message in the binary format of protobuf.
 *
 * @returns Undefined for bytes that are not a message.
 */
export function fieldsOf(bytes: Uint8Array): Fields | undefined {
  const fields: [number, number | Uint8Array][] = [];
  let at = 0;

  /** A varint of at most ten bytes. Above 2^53 it is not exact, and below zero it is huge. */
  function varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  }

  while (at < bytes.length) {
    const key = varint();
    const type = key % 8;
    const size = type === 0 || type === 2 ? varint() : (SIZES.get(type) ?? Number.NaN);
    const end = type === 0 ? at : at + size;
    if (Number.isNaN(key + end + size) || end > bytes.length) return undefined;
    fields.push([Math.floor(key / 8), type === 0 ? size : bytes.subarray(at, end)]);
    at = end;
  }
  return fields;
}

/** Decodes base64 with or without padding. Returns undefined for other text. */
export function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
