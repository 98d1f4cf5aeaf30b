import { afterAll } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/serve.ts";

/** A Friday afternoon: three weeks into the month, the day two thirds over. */
export const NOW = "2026-11-20T15:00:00Z";

const open: Sandbox[] = [];

afterAll(async () => {
  await Promise.all(open.map((sandbox) => sandbox.close()));
});

/** Starts a sandbox with a clock that stands still and closes it after the file's tests. */
export async function sandboxAt(instant = NOW, options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ now: () => new Date(instant), ...options });
  open.push(sandbox);
  return sandbox;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: unknown;
}

export interface Ask {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export async function ask(url: string, { method = "GET", body, headers = {} }: Ask = {}): Promise<Answer> {
  const init: RequestInit = { method, headers, redirect: "manual" };
  if (body !== undefined) init.body = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function asVk(sandbox: Sandbox, path: string, token = sandbox.credentials.virtualKeys.agent): Promise<Answer> {
  return ask(`${sandbox.url}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } });
}

export function patHeaders(
  sandbox: Sandbox,
  pat: keyof Sandbox["credentials"]["pats"] = "admin",
): Record<string, string> {
  const { pats, workspaceId } = sandbox.credentials;
  return { authorization: `Bearer ${pats[pat]}`, "x-workspace-id": workspaceId };
}

export function asPat(sandbox: Sandbox, path: string, request: Ask = {}): Promise<Answer> {
  return ask(`${sandbox.url}/api/v1/${path}`, { headers: patHeaders(sandbox), ...request });
}

/** The value at a dotted path, undefined where the path leaves the data. */
export function pick(value: unknown, path: string): unknown {
  let here: unknown = value;
  for (const name of path.split(".")) {
    if (typeof here !== "object" || here === null) return undefined;
    here = Reflect.get(here, name);
  }
  return here;
}

export function rowsAt(value: unknown, path: string): unknown[] {
  const rows = pick(value, path);
  if (!Array.isArray(rows)) throw new Error(`no rows at ${path} of ${JSON.stringify(value).slice(0, 200)}`);
  return rows;
}

export function numberAt(value: unknown, path: string): number {
  const number = pick(value, path);
  if (typeof number !== "number") throw new Error(`no number at ${path} of ${JSON.stringify(value).slice(0, 200)}`);
  return number;
}

export function textAt(value: unknown, path: string): string {
  const text = pick(value, path);
  if (typeof text !== "string") throw new Error(`no text at ${path} of ${JSON.stringify(value).slice(0, 200)}`);
  return text;
}

/** Sum of one field over rows, of USD amounts in whole cents. */
export function sumOf(rows: unknown[], field: string): number {
  return rows.reduce<number>((sum, row) => sum + numberAt(row, field), 0);
}

export function centsOf(rows: unknown[], field: string): number {
  return rows.reduce<number>((sum, row) => sum + Math.round(numberAt(row, field) * 100), 0);
}
