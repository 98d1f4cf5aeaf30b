import { type Config, OPTIONS, readConfig, type SandboxAccess, sandboxConfig } from "../config.ts";
import { createLog } from "../log.ts";
import type { Mode } from "../mode.ts";
import type { FilePolicy } from "../policy-file.ts";
import { redact } from "../secret.ts";
import type { OpenApi, Session } from "../tool/invoke.ts";
import { NO_RULES } from "../tool/policy.ts";
import { createServiceClock } from "../tool/service-clock.ts";
import { TOOLSETS } from "../toolset.ts";
import { auditPlace, openChangeRecord } from "./change-record.ts";
import { readCredentialFile } from "./credential-file.ts";
import type { Host } from "./host.ts";

/** A session and the way to end what it opened. */
export interface OpenedSession {
  readonly mode: Mode;
  readonly session: Session;
  /** For the one line on stderr at start: version, mode, host, workspace, rate limit. */
  readonly summary: string;
  close(): Promise<void>;
}

/** Placeholder access while the sandbox is not running yet; its settings are checked all the same. */
const NOT_STARTED: SandboxAccess = {
  url: "http://127.0.0.1",
  virtualKey: "vk-sandbox-not-started",
  pat: "pat_sandbox_not_started",
  workspaceId: "00000000-0000-0000-0000-000000000000",
};

/**
 * Reads the settings and prepares a session; the client, and the sandbox when asked for by name, start with the first call.
 * @throws ConfigError
 */
export async function openSession(host: Host, sandbox: Mode | null): Promise<OpenedSession> {
  const config =
    sandbox === null
      ? readConfig(host.env, (variable, path) => readCredentialFile(variable, path, host.userId))
      : sandboxConfig(sandbox, NOT_STARTED, host.env);
  for (const { name, secret } of Object.values(OPTIONS)) if (secret) host.forget(name);
  const rules = config.policyFile === null ? null : await readRules(config.policyFile, host.userId);
  const blank = (text: string): string => redact(text, [config.credential]);
  const log = createLog({ level: config.logLevel, write: host.say, redact: blank });
  for (const name of config.ignored) log.warn(`${name} is set too and is ignored`);
  // The sandbox makes its own credential, later.
  const principal = sandbox === null ? config.credential.fingerprint() : "sandbox";
  const place = auditPlace(host, config.auditFile, sandbox !== null);
  const { unknownWrites, ...record } = openChangeRecord(host, { place, principal, secrets: [config.credential], log });
  const clock = createServiceClock(
    () => new Date(),
    (text) => log.warn(text),
  );
  const closers: (() => Promise<void>)[] = [];
  let opening: Promise<OpenApi> | undefined;
  const open = async (): Promise<OpenApi> => {
    const ready = sandbox === null ? config : sandboxConfig(sandbox, await startSandbox(closers), host.env);
    const { connect } = await import("./connection.ts");
    const connection = connect({ config: ready, env: host.env, version: host.version, log, hear: clock.hear });
    closers.unshift(() => connection.close());
    return connection.open;
  };
  return {
    mode: config.mode,
    session: {
      openApi: () => {
        // What fails once may be there the next time.
        opening ??= open().catch((error: unknown) => {
          opening = undefined;
          throw error;
        });
        return opening;
      },
      readOnly: config.readOnly,
      toolsets: config.toolsets,
      isSandbox: sandbox !== null,
      timeoutMs: config.timeoutMs,
      clock,
      log,
      redact: blank,
      principal,
      policy: rules ?? NO_RULES,
      ...record,
      // A virtual key changes nothing; what another process did is not its business.
      unknownWrites: config.mode === "vk" ? async () => [] : unknownWrites,
      confirmWith: config.confirmWith,
      keyDelivery: config.keyDelivery,
      service: {
        host: sandbox === null ? config.baseUrl.host : "sandbox (simulated)",
        workspaceId: config.workspaceId,
      },
    },
    summary: summarise(config, {
      version: host.version,
      isSandbox: sandbox !== null,
      ruleCount: rules?.ruleCount ?? 0,
    }),
    close: async () => {
      for (const close of closers) await close();
    },
  };
}

/** Few have rules: what reads them is loaded only then. */
async function readRules(path: string, userId: number | null): Promise<FilePolicy> {
  const { readPolicyFile } = await import("../policy-file.ts");
  return readPolicyFile(path, userId);
}

async function startSandbox(closers: (() => Promise<void>)[]): Promise<SandboxAccess> {
  const { startSandbox: start } = await import("../sandbox/serve.ts");
  const { url, credentials, close } = await start();
  closers.push(close);
  return {
    url,
    virtualKey: credentials.virtualKeys.agent,
    pat: credentials.pats.admin,
    workspaceId: credentials.workspaceId,
  };
}

function summarise(
  config: Config,
  { version, isSandbox, ruleCount }: { version: string; isSandbox: boolean; ruleCount: number },
): string {
  const where = isSandbox ? "sandbox (simulated data)" : config.baseUrl.host;
  const workspace = config.workspaceId === null || isSandbox ? "" : `, workspace ${config.workspaceId}`;
  const limit = config.rateLimitRpm === 0 ? "no rate limit" : `${config.rateLimitRpm} calls/min`;
  const access = config.mode === "vk" || config.readOnly ? ", read-only" : "";
  const sets = config.toolsets.length < TOOLSETS.length ? `, tools of ${config.toolsets.join(" + ")} only` : "";
  const rules = ruleCount === 0 ? "" : `, ${ruleCount} ${ruleCount === 1 ? "rule" : "rules"} on changes`;
  return `version ${version}, ${config.mode} mode${access}${sets}, ${where}${workspace}, ${limit}${rules}`;
}
