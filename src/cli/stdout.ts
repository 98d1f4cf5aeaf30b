import { stdout } from "node:process";

/** Where a command's report goes. */
export interface Output {
  /** Cells of one line. */
  readonly columns: number;
  /** Resolves when the text is handed over, or when nobody reads any more. */
  write(text: string): Promise<void>;
}

/** The part of stdout that is used. */
interface Stream {
  readonly columns?: number | undefined;
  write(text: string, done: (error?: Error | null) => void): boolean;
  on(event: "error", listener: () => void): unknown;
}

/** A file or a pipe has no width of its own. */
const COLUMNS_WITHOUT_TERMINAL = 100;

/** The only writer to stdout beside the protocol: commands that print a report go through it. */
export function standardOutput(stream: Stream = stdout): Output {
  // A reader such as `head` may leave early; that is its right and no failure of the report.
  stream.on("error", () => {});
  return {
    columns: stream.columns ?? COLUMNS_WITHOUT_TERMINAL,
    write: (text) => new Promise((resolve) => void stream.write(text, () => resolve())),
  };
}
