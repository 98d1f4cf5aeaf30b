import { ShapeError } from "./errors.ts";
import { readInstant } from "./instant.ts";
import { asPercent, readNumber } from "./numbers.ts";
import { isUuid } from "./path.ts";
import type { Payload } from "./payload.ts";
import { isRecord, type JsonRecord, own, spellings } from "./record.ts";

/** Where a row stands and how its values are to be read. */
export interface RowContext {
  payload: Payload;
  /** Where the row was found, such as `data.series[3]`; "" for the payload itself. */
  at: string;
  /** True on the endpoints that are known to send numbers as strings. */
  numericStrings: boolean;
}

/**
 * One JSON object, read tolerantly: names are tried left to right, each in camelCase and snake_case, and the first one present
 * with the right type wins. What is absent is null, never 0 or "". Every text is cleaned on its way out.
 */
export class Row {
  readonly #record: JsonRecord;
  readonly #context: RowContext;

  constructor(record: JsonRecord, context: RowContext) {
    this.#record = record;
    this.#context = context;
  }

  /** True when a name is there at all, null included. */
  has(...names: string[]): boolean {
    return this.#values(names).some(([, value]) => value !== undefined);
  }

  /** Cleaned; an empty text counts as absent. */
  text(...names: string[]): string | null {
    return this.#pick(names, (value) => (typeof value === "string" ? this.#clean(value) || undefined : undefined));
  }

  /** @throws ShapeError when no name holds a text. */
  needText(...names: string[]): string {
    const text = this.text(...names);
    if (text === null) throw this.#missing(names);
    return text;
  }

  /** An id: a UUID in lower case, any other text cleaned. Numbers are no ids: large ones have been rounded. */
  id(...names: string[]): string | null {
    const text = this.text(...names);
    return text !== null && isUuid(text) ? text.toLowerCase() : text;
  }

  /** @throws ShapeError when there is none. */
  needId(...names: string[]): string {
    const id = this.id(...names);
    if (id === null) throw this.#missing(names);
    return id;
  }

  /** One of the known words, or `unknown(…)` round what came instead. */
  word(known: readonly string[], ...names: string[]): string | null {
    const text = this.text(...names);
    return text === null || known.includes(text) ? text : `unknown(${text})`;
  }

  /** Any finite number. @throws ShapeError for one that JSON cannot carry exactly. */
  number(...names: string[]): number | null {
    return this.#pick(names, (value, name) => this.#number(value, name));
  }

  /** A number of requests or tokens. @throws ShapeError when negative: the whole answer is then in doubt. */
  count(...names: string[]): number | null {
    return this.#pick(names, (value, name) => {
      const number = this.#number(value, name);
      if (number !== undefined && number < 0) throw this.#wrong(name, "a number of 0 or more");
      return number;
    });
  }

  /** A limit, a size or a duration. A negative one is a way to write "none" and counts as absent. */
  nonNegative(...names: string[]): number | null {
    return this.#pick(names, (value, name) => {
      const number = this.#number(value, name);
      return number !== undefined && number >= 0 ? number : undefined;
    });
  }

  /** USD from names that hold USD. An integer written as a string is a raw storage unit, not money: see `hasRawCost`. */
  usd(...names: string[]): number | null {
    return this.#pick(names, (value, name) => (isIntegerText(value) ? undefined : this.#number(value, name)));
  }

  /** USD from names that hold integer cents. */
  cents(...names: string[]): number | null {
    const cents = this.#pick(names, (value, name) =>
      typeof value === "number" ? this.#number(value, name) : undefined,
    );
    return cents === null ? null : cents / 100;
  }

  /** True when one of the names, or a `…_sum` of cost, holds raw storage units. */
  hasRawCost(...names: string[]): boolean {
    if (!this.#context.numericStrings) return false;
    return this.has("costSum") || this.#values(names).some(([, value]) => isIntegerText(value));
  }

  /** Percent, 0-100, from a name whose unit is not documented. */
  percentOrFraction(...names: string[]): number | null {
    const value = this.number(...names);
    return value === null ? null : asPercent(value);
  }

  flag(...names: string[]): boolean | null {
    return this.#pick(names, (value) => (typeof value === "boolean" ? value : undefined));
  }

  /** RFC 3339 in UTC, or a bare date as it came. `null` also for a written "never". */
  instant(...names: string[]): string | null {
    return this.reportedInstant(...names).value;
  }

  /** Tells "never" (`reported`, value null) from "not said". */
  reportedInstant(...names: string[]): { reported: boolean; value: string | null } {
    for (const [, value] of this.#values(names)) {
      if (value === null) return { reported: true, value: null };
      const instant = readInstant(value);
      if (instant !== undefined) return { reported: true, value: instant };
    }
    return { reported: false, value: null };
  }

  /** A calendar date; an instant gives its UTC date. */
  day(...names: string[]): string | null {
    return this.instant(...names)?.slice(0, 10) ?? null;
  }

  /** Texts of an array; entries that are not texts are left out. */
  texts(...names: string[]): string[] | null {
    return this.#pick(names, (value) =>
      Array.isArray(value)
        ? value.filter((entry) => typeof entry === "string").map((entry) => this.#clean(entry))
        : undefined,
    );
  }

  /** Points of an array, as numbers or as `{value}` objects; anything else in it is null, and so are raw units of money. */
  points(name: string, isMoney: boolean): (number | null)[] | null {
    return this.#pick([name], (value) =>
      Array.isArray(value)
        ? value.map((entry) => {
            const point: unknown = isRecord(entry) ? own(entry, "value") : entry;
            return isMoney && isIntegerText(point) ? null : (this.#number(point, name) ?? null);
          })
        : undefined,
    );
  }

  row(...names: string[]): Row | null {
    return this.#pick(names, (value, name) => (isRecord(value) ? this.#child(value, name) : undefined));
  }

  /** Rows of an array. @throws ShapeError for an entry that is no object. */
  rows(...names: string[]): Row[] | null {
    return this.#pick(names, (value, name) => {
      if (!Array.isArray(value)) return undefined;
      return value.map((entry, i) => {
        if (!isRecord(entry)) throw this.#wrong(`${name}[${i}]`, "an object");
        return this.#child(entry, `${name}[${i}]`);
      });
    });
  }

  /** Entries of an object as name and row; other entries are left out. */
  entries(...names: string[]): [string, Row][] {
    const record = this.#pick(names, (value) => (isRecord(value) ? value : undefined));
    return Object.entries(record ?? {}).flatMap(([name, value]): [string, Row][] =>
      isRecord(value) ? [[this.#clean(name), this.#child(value, name)]] : [],
    );
  }

  /** The error for a field of this row that must not be as it is. */
  wrong(name: string, expected: string): ShapeError {
    return this.#wrong(name, expected);
  }

  #pick<T>(names: readonly string[], accept: (value: unknown, name: string) => T | undefined): T | null {
    for (const name of names) {
      for (const spelling of spellings(name)) {
        const accepted = accept(own(this.#record, spelling), spelling);
        if (accepted !== undefined) return accepted;
      }
    }
    return null;
  }

  #values(names: readonly string[]): [string, unknown][] {
    return names.flatMap(spellings).map((name): [string, unknown] => [name, own(this.#record, name)]);
  }

  #number(value: unknown, name: string): number | undefined {
    const number = readNumber(value, this.#context.numericStrings);
    if (number === "not exact") throw this.#wrong(name, "a number that can be read exactly");
    return number;
  }

  #child(record: JsonRecord, name: string): Row {
    return new Row(record, { ...this.#context, at: this.#place(name) });
  }

  #clean(text: string): string {
    return this.#context.payload.clean(text);
  }

  #place(name: string): string {
    return this.#context.at === "" ? name : `${this.#context.at}.${name}`;
  }

  #missing(names: readonly string[]): ShapeError {
    return this.#error(`Field ${this.#place(names[0] ?? "")} is missing or of the wrong type`);
  }

  #wrong(name: string, expected: string): ShapeError {
    return this.#error(`Field ${this.#place(name)}: expected ${expected}`);
  }

  #error(what: string): ShapeError {
    const { path, status } = this.#context.payload;
    return new ShapeError(`${what} (in the answer of ${path}).`, { path, status });
  }
}

function isIntegerText(value: unknown): boolean {
  return typeof value === "string" && /^-?\d+$/.test(value);
}
