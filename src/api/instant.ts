import { isDay } from "./day.ts";

const INSTANT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?$/i;

/** The zero time of the service's language, which it writes for "never". */
const ZERO_TIME = "0001-01-01";

/**
 * A timestamp as RFC 3339 in UTC, or a bare date unchanged. A time without a zone is UTC. `null` is a written "never",
 * `undefined` no timestamp at all.
 */
export function readInstant(value: unknown): string | null | undefined {
  if (typeof value !== "string") return undefined;
  if (value.startsWith(ZERO_TIME)) return null;
  if (isDay(value)) return value;
  const match = INSTANT.exec(value);
  const [, day, time, zone = "Z"] = match ?? [];
  if (day === undefined || time === undefined || !isDay(day)) return undefined;
  if (zone.toUpperCase() === "Z" && isClock(time)) return `${day}T${time}Z`;
  const instant = new Date(`${day}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}

function isClock(time: string): boolean {
  return !Number.isNaN(new Date(`1970-01-01T${time}Z`).getTime());
}
