import type { Fault, Switches } from "../../src/sandbox/serve.ts";
import type { Strike } from "./server.ts";

/** How a fault gets between the product and the service. */
export type Inject =
  /** Bytes of our own in answer to the struck request; `times` = how often, then it is passed on. */
  | { readonly kind: "raw"; readonly strike: (elsewhere: string) => Strike; readonly times?: number }
  /** A fault or switch of the simulated service. */
  | { readonly kind: "sandbox"; readonly fault?: Omit<Fault, "path" | "method">; readonly switches?: Partial<Switches> }
  /** An address where no healthy service is, or only behind something. */
  | { readonly kind: "address"; readonly open: () => Promise<Address> };

export interface Address {
  readonly baseUrl: string;
  readonly env?: Readonly<Record<string, string>>;
  /** True when only a new process can see the setting. */
  readonly needsProcess?: boolean;
  close(): Promise<void> | void;
}

/** What one cell must show. */
export interface Expected {
  /** The error code; null = a successful answer. */
  readonly code: string | null;
  /** Requests to the struck route; null = any number. */
  readonly hits: number | null;
  /** What the text must hold. */
  readonly says?: RegExp;
  /**
   * What a change must say of itself: that nothing was changed, or what became of it as far as can be found out. Whatever it
   * claims is compared with what the service holds.
   */
  readonly state?: "unchanged" | "settled" | "applied";
  readonly leastMs?: number;
}

/** A read of the product and the route it asks. */
export interface Asked {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly path: string;
}

export interface Row {
  /** Number of the row in the fault table, with a letter for its variants. */
  readonly id: string;
  readonly fault: string;
  readonly inject: Inject;
  /** Null: the fault cannot meet a read, or a write. */
  readonly read: Expected | null;
  readonly write: Expected | null;
  readonly asked?: Asked;
  /** Waits for real timeouts of five seconds and more. */
  readonly isSlow?: boolean;
}

export const retried = (code: string, says?: RegExp): Expected => ({ code, hits: 3, ...(says && { says }) });
export const once = (code: string, says?: RegExp): Expected => ({ code, hits: 1, ...(says && { says }) });
export const fine = (hits: number | null = 1, says?: RegExp): Expected => ({ code: null, hits, ...(says && { says }) });
/** Class N: it never left. */
export const never = (code: string): Expected => ({ code, hits: 0, state: "unchanged" });
/** Class R: refused by the service. */
export const refused = (code: string, says?: RegExp): Expected => ({
  code,
  hits: 1,
  state: "unchanged",
  ...(says && { says }),
});
/** Class M: it may have been applied. */
export const maybe = (code: string, says?: RegExp): Expected => ({
  code,
  hits: 1,
  state: "settled",
  ...(says && { says }),
});
export const applied: Expected = { code: null, hits: 1, state: "applied" };

export const raw = (strike: Strike, times?: number): Inject => ({
  kind: "raw",
  strike: () => strike,
  ...(times !== undefined && { times }),
});

/** One fault in one line: number, name, how it is made, what a read shows, what a change shows. */
export function row(
  id: string,
  fault: string,
  inject: Inject,
  read: Expected | null,
  write: Expected | null,
  more: Pick<Row, "asked" | "isSlow"> = {},
): Row {
  return { id, fault, inject, read, write, ...more };
}

export const at = (open: () => Promise<Address>): Inject => ({ kind: "address", open });
export const serviceFault = (fault: Omit<Fault, "path" | "method">): Inject => ({ kind: "sandbox", fault });
export const switched = (switches: Partial<Switches>): Inject => ({ kind: "sandbox", switches });
