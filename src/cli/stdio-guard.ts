import type { EventEmitter } from "node:events";

/** The parts of a process that the guard watches and ends. */
export interface GuardedProcess extends EventEmitter {
  readonly stdin: EventEmitter;
  readonly stdout: EventEmitter;
  readonly stderr: EventEmitter;
  exit(code: number): void;
}

/** A close that hangs must not leave an orphan behind. */
const HARD_STOP_MS = 2_000;

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
}

function describe(error: unknown): string {
  const code = error instanceof Error && "code" in error ? ` ${String(error.code)}` : "";
  return error instanceof Error ? `${error.name}${code}` : typeof error;
}

/**
 * Ends the process once and cleanly, whichever way the host lets go of it: end of stdin, a broken stdout, a signal, or an
 * error nobody caught. Hosts differ in which one they use, and the SDK's transport notices none of them.
 * @param close releases what is open; it gets two seconds
 * @param report writes one line, which may fail silently
 * @returns stop, for callers that have their own reason
 */
export function guardStdio(
  target: GuardedProcess,
  close: () => Promise<void>,
  report: (line: string) => void,
): (code: number) => void {
  let isStopping = false;
  const stop = (code: number): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => target.exit(code), HARD_STOP_MS).unref();
    close().then(
      () => target.exit(code),
      () => target.exit(code),
    );
  };
  const tell = (line: string): void => {
    try {
      report(line);
    } catch {
      // An error here would come back as the next uncaught one, for ever.
    }
  };
  const crash = (error: unknown): void => {
    if (isBrokenPipe(error)) {
      stop(0);
      return;
    }
    if (!isStopping) tell(`alephant-mcp error: unexpected ${describe(error)}; stopping`);
    stop(1);
  };
  target.stdout.on("error", (error) => (isBrokenPipe(error) ? stop(0) : crash(error)));
  // A dead stderr only means that nobody listens to the log.
  target.stderr.on("error", () => {});
  target.stdin.on("end", () => stop(0));
  target.stdin.on("close", () => stop(0));
  // A terminal that is gone shows itself in this way.
  target.stdin.on("error", () => stop(0));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) target.on(signal, () => stop(0));
  target.on("uncaughtException", crash);
  target.on("unhandledRejection", crash);
  return stop;
}
