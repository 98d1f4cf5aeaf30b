import { versions } from "node:process";
import { type Config, readConfig } from "../../config.ts";
import { ConfigError } from "../../mode.ts";
import { createGuard } from "../../tool/guard.ts";
import { invoke } from "../../tool/invoke.ts";
import checkAlephantConnection from "../../tools/shared/check-alephant-connection.ts";
import { EXIT } from "../arguments.ts";
import { readCredentialFile } from "../credential-file.ts";
import type { Host } from "../host.ts";
import { type Machine, thisMachine } from "../init/machine.ts";
import { openSession } from "../session.ts";
import { personAt } from "../terminal-person.ts";
import { wrapText } from "../text-width.ts";
import { checkNames, checkNode, checkProxy } from "./environment.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import { checkHostFiles } from "./host-files.ts";
import { checkConnection } from "./service.ts";

export interface DoctorInvocation {
  readonly command: "doctor";
  readonly json: boolean;
}

/**
 * Looks at everything that can keep the server from working and says what to do about it.
 * @returns 0 when nothing failed, else 1
 */
export async function runDoctor(
  { json }: DoctorInvocation,
  host: Host,
  { place, output }: Omit<Machine, "ask"> = thisMachine(host.env),
): Promise<number> {
  const findings: Finding[] = [checkNode(versions.node), ...checkNames(host.env)];
  const hosts = await checkHostFiles(place, host);
  const config = settings(host, hosts.entries > 0);
  findings.push(...config.findings, ...hosts.findings, ...checkProxy(host.env, place.exists));
  if (config.value !== null) {
    findings.push(...(await checkConnection(config.value, host)), await checkCredential(host));
  }
  const isWell = findings.every(({ status }) => status !== "fail");
  await output.write(json ? toJson(host.version, isWell, findings) : toText(findings, output.columns));
  return isWell ? EXIT.ok : EXIT.runtime;
}

/** Hosts bring their own settings, so a shell without any is only worth a warning once a host is set up. */
function settings(host: Host, isSomeHostSetUp: boolean): { value: Config | null; findings: Finding[] } {
  try {
    const value = readConfig(host.env, (variable, path) => readCredentialFile(variable, path, host.userId));
    const mode = value.mode === "vk" ? "VK mode" : "Manager mode";
    const findings = [
      ok("settings", `${mode}, ${value.baseUrl.host}.`),
      ...value.ignored.map((name) => warn("settings", `${name} is set too and is ignored.`, `Unset ${name}.`)),
    ];
    return { value, findings };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [problem = "", ...remedy] = error.message.split("\n");
    const isEmpty = !Object.keys(host.env).some((name) => name.startsWith("ALEPHANT_"));
    return isEmpty && isSomeHostSetUp
      ? {
          value: null,
          findings: [
            warn(
              "settings",
              "No setting is set in this shell, so the connection was not checked.",
              "Export the variables and run this again.",
            ),
          ],
        }
      : { value: null, findings: [fail("settings", problem, remedy.join(" "))] };
  }
}

/** The same check as the tool of that name, through the same pipeline. */
async function checkCredential(host: Host): Promise<Finding> {
  const { session, close } = await openSession(host, null);
  try {
    const call = { signal: new AbortController().signal, progress: () => {}, person: personAt(null) };
    const { isError, content, structuredContent } = await invoke(
      checkAlephantConnection,
      {},
      session,
      createGuard(),
      call,
    );
    if (isError !== true) return ok("credential", String(structuredContent?.headline));
    const text = content.map((part) => (part.type === "text" ? part.text : "")).join(" ");
    return fail("credential", text, "See the troubleshooting part of the README.");
  } finally {
    await close();
  }
}

function toJson(version: string, isWell: boolean, findings: readonly Finding[]): string {
  return `${JSON.stringify({ version, ok: isWell, findings })}\n`;
}

const MARKS = { ok: "ok  ", warn: "WARN", fail: "FAIL" } as const;
const INDENT = " ".repeat(6);

function toText(findings: readonly Finding[], columns: number): string {
  const width = Math.max(40, Math.min(columns, 120)) - INDENT.length;
  const lines = findings.flatMap(({ check, status, text, fix }) => {
    const [first = "", ...rest] = wrapText(`${check}: ${text}`, width);
    const fixes = fix === null ? [] : wrapText(`Fix: ${fix}`, width);
    return [`${MARKS[status]}  ${first}`, ...[...rest, ...fixes].map((line) => INDENT + line)];
  });
  const count = (wanted: string): number => findings.filter(({ status }) => status === wanted).length;
  return `${[...lines, "", `${count("fail")} failed, ${count("warn")} to look at, ${count("ok")} in order.`].join("\n")}\n`;
}
