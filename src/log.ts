/** One line per event on stderr; stdout belongs to the protocol. */
export interface Log {
  error(event: string, facts?: Facts): void;
  warn(event: string, facts?: Facts): void;
  info(event: string, facts?: Facts): void;
  debug(event: string, facts?: Facts): void;
}

/** Names and numbers only: an error object, a message or a stack may quote a credential and is never logged. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

const ORDER = { error: 0, warn: 1, info: 2, debug: 3 } as const;
export type Level = keyof typeof ORDER;

export interface LogOptions {
  readonly level: Level;
  /** Takes one finished line. */
  readonly write: (line: string) => void;
  /** Applied to every whole line before it is written. */
  readonly redact: (line: string) => string;
}

const MAX_LINE = 600;

export function createLog({ level, write, redact }: LogOptions): Log {
  const at =
    (own: Level) =>
    (event: string, facts: Facts = {}) => {
      if (ORDER[own] > ORDER[level]) return;
      const details = Object.entries(facts).map(([key, value]) => ` ${key}=${String(value)}`);
      const line = redact(`alephant-mcp ${own}: ${event}${details.join("")}`).replace(/\s+/g, " ");
      write(line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line);
    };
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}
