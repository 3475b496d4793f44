/**
 * The fields of a protobuf message in order. Each has its field number and a value: a number for a varint, bytes for
 * all else.
 */
export type Fields = readonly (readonly [field: number, value: number | Uint8Array])[];

/**
 * The fixed-size wire types and their sizes in bytes. Type 0 is a varint, type 2 has a length prefix, and the others
 * are deprecated.
 */
const SIZES: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [5, 4],
]);

/**
 * Reads the fields of a message in the protobuf binary format.
 *
 * @returns The fields, or undefined if the bytes aren't a message.
 */
export function fieldsOf(bytes: Uint8Array): Fields | undefined {
  const fields: [number, number | Uint8Array][] = [];
  let at = 0;

  /**
   * Reads a varint of at most ten bytes. Values above 2^53 lose precision, and negative values come out as huge
   * numbers.
   */
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
