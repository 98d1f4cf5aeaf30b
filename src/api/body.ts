import { TooLargeError } from "./errors.ts";
import type { ByteStream, FetchResponse } from "./fetch.ts";

const MIB = 1024 * 1024;

/** Largest answer that is read, counted after decompression. */
export const LARGEST_BODY = 8 * MIB;
/** Of an error's body more is never needed. */
export const LARGEST_ERROR_BODY = 64 * 1024;

/**
 * Reads a body chunk by chunk. Ending early for any reason cancels the stream, which closes the socket.
 * @throws TooLargeError beyond the limit; the signal's reason as soon as it is aborted, even if the stream hangs
 */
export async function readBody(response: FetchResponse, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(response.body, signal)) {
    size += chunk.byteLength;
    if (size > limit) throw new TooLargeError(`The answer exceeds ${sizeName(limit)}; narrow the period.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Gives up on a body that is not wanted. */
export function dropBody(response: FetchResponse): void {
  response.body?.getReader().cancel().catch(ignore);
}

async function* chunksOf(stream: ByteStream, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  const aborted = whenAborted(signal);
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), aborted.promise]);
      if (value !== undefined) yield value;
      if (done) return;
    }
  } finally {
    aborted.forget();
    // A stream that has ended or failed makes this a no-op.
    reader.cancel().catch(ignore);
  }
}

function whenAborted(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  let abort = ignore;
  const promise = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
  promise.catch(ignore);
  return { promise, forget: () => signal.removeEventListener("abort", abort) };
}

function sizeName(bytes: number): string {
  return bytes >= MIB ? `${bytes / MIB} MB` : `${bytes / 1024} KB`;
}

function ignore(): void {}
