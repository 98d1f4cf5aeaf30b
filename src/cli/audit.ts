import { EXIT, type Invocation } from "./arguments.ts";
import { askAll, type Block } from "./audit-blocks.ts";
import { toJson, toText } from "./audit-report.ts";
import { judgeBudget, type Threshold } from "./audit-threshold.ts";
import type { Host } from "./host.ts";
import { openSession } from "./session.ts";
import { type Output, standardOutput } from "./stdout.ts";

/**
 * Prints one report and ends.
 * @returns 0; 1 when nothing could be read or budget use cannot be compared with the limit; 3 when it is over the limit
 * @throws ConfigError
 */
export async function runAudit(
  { sandbox, json, failOverPct }: Invocation & { command: "audit" },
  host: Host,
  output: Output = standardOutput(),
): Promise<number> {
  const { mode, session, close } = await openSession(host, sandbox);
  try {
    const blocks = await askAll(mode, session);
    const threshold = failOverPct === null ? null : judgeBudget(failOverPct, blocks);
    const audit = {
      mode,
      version: host.version,
      isSandbox: session.isSandbox,
      ...session.service,
      generatedAt: session.clock.now(),
      blocks,
      threshold,
    };
    await output.write(json ? toJson(audit) : toText(audit, output.columns));
    if (threshold?.exceeded === null) host.say(`alephant-mcp: budget use ${threshold.text}`);
    return exitCode(blocks, threshold);
  } finally {
    await close();
  }
}

function exitCode(blocks: readonly Block[], threshold: Threshold | null): number {
  if (threshold?.exceeded === true) return EXIT.threshold;
  if (threshold?.exceeded === null) return EXIT.runtime;
  return blocks.every(({ status }) => status === "failed") ? EXIT.runtime : EXIT.ok;
}
