import { FAULT_KINDS, type Switches } from "./switches.ts";
import type { Fault } from "./types.ts";

interface Armed {
  fault: Fault;
  path: RegExp;
  left: number;
  skip: number;
}

interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
}

/** The faults that wait for a matching request; the one set last is asked first. */
export class FaultBook {
  #armed: Armed[] = [];

  /** @throws RangeError when the fault cannot be read. */
  add(fault: Fault): void {
    if (!FAULT_KINDS.includes(fault.kind)) throw new RangeError(`unknown fault "${fault.kind}"`);
    const { times = "always", skip = 0 } = fault;
    const left = times === "once" ? 1 : times === "always" ? Number.POSITIVE_INFINITY : times;
    if (left > 0) this.#armed.unshift({ fault, path: pattern(fault.path ?? "*"), left, skip });
  }

  clear(): void {
    this.#armed = [];
  }

  /** The fault that strikes this request, if any; a counted one is used up. */
  take(asked: Asked, switches: Switches): Fault | null {
    for (const armed of this.#armed) {
      if (!matches(armed, asked)) continue;
      if (armed.skip > 0) {
        armed.skip -= 1;
        continue;
      }
      armed.left -= 1;
      if (armed.left <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
      return armed.fault;
    }
    return switches.fault === "none" ? null : { kind: switches.fault };
  }
}

function matches({ fault, path }: Armed, asked: Asked): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== asked.method) return false;
  if (!path.test(asked.path)) return false;
  return Object.entries(fault.query ?? {}).every(([name, value]) => asked.query[name] === value);
}

function pattern(glob: string): RegExp {
  const parts = glob.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

/** Reads a fault from JSON. @throws RangeError when a field is unknown or has the wrong type. */
export function readFault(value: unknown): Fault {
  const fields = new Map<string, unknown>(typeof value === "object" && value !== null ? Object.entries(value) : []);
  const take = (name: string) => {
    const found = fields.get(name);
    fields.delete(name);
    return found;
  };
  const wanted = take("kind");
  const kind = FAULT_KINDS.find((known) => known === wanted);
  if (!kind) throw new RangeError(`fault.kind must be one of ${FAULT_KINDS.join(", ")}`);
  const fault: Fault = { kind };
  for (const name of ["path", "method", "location", "retryAfter", "message"] as const) {
    const found = take(name);
    if (typeof found === "string") fault[name] = found;
    else if (found !== undefined) throw new RangeError(`fault.${name} must be a string`);
  }
  for (const name of ["skip", "delayMs", "status", "code"] as const) {
    const found = take(name);
    if (typeof found === "number") fault[name] = found;
    else if (found !== undefined) throw new RangeError(`fault.${name} must be a number`);
  }
  const times = take("times");
  if (times === "once" || times === "always" || typeof times === "number") fault.times = times;
  else if (times !== undefined) throw new RangeError('fault.times must be "once", "always" or a number');
  const query = take("query");
  if (typeof query === "object" && query !== null) {
    fault.query = Object.fromEntries(Object.entries(query).map(([name, text]) => [name, String(text)]));
  }
  if (fields.size > 0) throw new RangeError(`unknown field fault.${[...fields.keys()][0]}`);
  return fault;
}
