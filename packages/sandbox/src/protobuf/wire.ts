import { badRequest } from '../registry/api-status-error.ts';

/** One field as it stands on the wire. */
export type WireField =
  | { readonly id: number; readonly kind: 'varint'; readonly value: bigint }
  | { readonly id: number; readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly id: number; readonly kind: 'fixed64'; readonly value: DataView }
  | { readonly id: number; readonly kind: 'fixed32'; readonly value: DataView };

const MAX_VARINT_BYTES = 10;

/**
 * The fields of a protobuf message, in the order of the wire.
 * @throws ApiStatusError 400 where the bytes are no message
 */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  const reader = new Reader(bytes);
  while (!reader.atEnd) {
    const tag = Number(reader.varint());
    const id = tag >>> 3;
    switch (tag & 7) {
      case 0:
        yield { id, kind: 'varint', value: reader.varint() };
        break;
      case 1:
        yield { id, kind: 'fixed64', value: reader.view(8) };
        break;
      case 2:
        yield { id, kind: 'bytes', value: reader.bytes(Number(reader.varint())) };
        break;
      case 5:
        yield { id, kind: 'fixed32', value: reader.view(4) };
        break;
      default:
        throw malformed();
    }
  }
}

/** The varints of a packed field. */
export function packedVarints(bytes: Uint8Array): readonly bigint[] {
  const reader = new Reader(bytes);
  const values: bigint[] = [];
  while (!reader.atEnd) values.push(reader.varint());
  return values;
}

/** What is said of bytes that are no message. */
export function malformed(): Error {
  return badRequest('the body of the request is not valid protobuf');
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let index = 0; index < MAX_VARINT_BYTES; index++) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw malformed();
      value |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw malformed();
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length;
    if (!Number.isSafeInteger(length) || end > this.#bytes.length) throw malformed();
    const found = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return found;
  }

  view(length: number): DataView {
    const found = this.bytes(length);
    return new DataView(found.buffer, found.byteOffset, found.byteLength);
  }
}
