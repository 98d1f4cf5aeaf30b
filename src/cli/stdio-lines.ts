const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines without copying what has arrived already with every chunk. */
export interface LineCutter {
  /** Takes a chunk and gives each line it completes, without its end, in order. @throws LineTooLong */
  push(chunk: Uint8Array): Generator<Uint8Array>;
}

/** A line went on beyond the limit; what follows cannot be understood any more. */
export class LineTooLong extends Error {
  override readonly name = "LineTooLong";
}

/** @param limit bytes of one line, its end not counted */
export function createLineCutter(limit: number): LineCutter {
  let parts: Uint8Array[] = [];
  let size = 0;

  function keep(part: Uint8Array): void {
    size += part.byteLength;
    if (size > limit) throw new LineTooLong();
    if (part.byteLength > 0) parts.push(part);
  }

  return {
    *push(chunk) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        keep(chunk.subarray(from, end));
        const line = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, size);
        parts = [];
        size = 0;
        from = end + 1;
        yield line;
      }
      keep(chunk.subarray(from));
    },
  };
}
