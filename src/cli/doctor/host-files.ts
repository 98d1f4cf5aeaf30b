import { statSync } from "node:fs";
import { ConfigError } from "../../mode.ts";
import { isCredentialShaped } from "../../secret.ts";
import { readCredentialFile } from "../credential-file.ts";
import type { Host } from "../host.ts";
import { isRecord } from "../init/edit.ts";
import { readSettings } from "../init/file.ts";
import type { HostSpec } from "../init/host-spec.ts";
import { HOSTS, isInstalled, targetFile } from "../init/hosts.ts";
import type { Place } from "../init/place.ts";
import { judgeEntry } from "./entry-rules.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import { findEntries, readDocument } from "./host-entry.ts";

/** What was found in the hosts' files, and how many entries of ours there are. */
export interface HostFindings {
  readonly findings: readonly Finding[];
  readonly entries: number;
}

/** Looks into every host's own file and the project's files of the present folder. */
export async function checkHostFiles(
  place: Place,
  { env, userId }: Pick<Host, "env" | "userId">,
): Promise<HostFindings> {
  const findings: Finding[] = [];
  let entries = 0;
  for (const spec of HOSTS) {
    const files = new Set([spec.file(place), targetFile(spec, place, true)]);
    let own = 0;
    for (const file of files) {
      const found = file === null ? null : await checkFile(spec, file, place, { env, userId });
      findings.push(...(found?.findings ?? []));
      own += found?.entries ?? 0;
    }
    entries += own;
    if (own === 0 && isInstalled(spec, place)) {
      findings.push(
        warn(spec.title, "It is installed, but this server is not set up in it.", `Run: alephant-mcp init ${spec.id}`),
      );
    }
  }
  return { findings: findings.length > 0 ? findings : [ok("hosts", "No known host was found.")], entries };
}

async function checkFile(
  spec: HostSpec,
  file: string,
  place: Place,
  { env, userId }: Pick<Host, "env" | "userId">,
): Promise<HostFindings> {
  let text: string | null;
  try {
    text = readSettings(file);
  } catch {
    return { findings: [fail(spec.title, `${file} cannot be read.`, "Check its owner and mode.")], entries: 0 };
  }
  if (text === null) return { findings: [], entries: 0 };
  if (spec.format === "yaml") return checkYaml(spec, file, text);
  const document = await readDocument(spec, text);
  if (document === null) {
    const format = spec.format.toUpperCase();
    return {
      findings: [
        fail(spec.title, `${file} is not valid ${format}, so the host cannot read it.`, "Correct it in an editor."),
      ],
      entries: 0,
    };
  }
  const found = findEntries(spec, document);
  const around = {
    spec,
    file,
    env,
    exists: place.exists,
    credentialFileProblem: (variable: string, path: string) => credentialFileProblem(variable, path, userId),
    isShared: userId !== null && (statSync(file).mode & 0o044) !== 0,
    inputIds: inputIds(document),
  };
  const findings = found.flatMap((entry) => judgeEntry(entry, around));
  if (found.length > 0 && findings.length === 0) findings.push(ok(spec.title, `${file} is in order.`));
  return { findings, entries: found.length };
}

function checkYaml(spec: HostSpec, file: string, text: string): HostFindings {
  if (!text.includes("alephant-mcp")) return { findings: [], entries: 0 };
  const finding = isCredentialShaped(text)
    ? warn(
        spec.title,
        `${file}: a credential stands in clear.`,
        `Let the host fill it in: alephant-mcp init ${spec.id} --print`,
      )
    : ok(spec.title, `${file} starts this server.`);
  return { findings: [finding], entries: 1 };
}

function inputIds({ inputs }: Record<string, unknown>): string[] {
  const list: readonly unknown[] = Array.isArray(inputs) ? inputs : [];
  return list.flatMap((input) => (isRecord(input) && typeof input.id === "string" ? [input.id] : []));
}

function credentialFileProblem(variable: string, path: string, userId: number | null): string | null {
  try {
    readCredentialFile(variable, path, userId);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error.message.replace("\n", " ");
    throw error;
  }
}
