import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as z from "zod";
import type { Sandbox } from "../../../src/sandbox/serve.ts";
import { BINARY } from "../binary.ts";

/** The built program, spoken to by a client that cannot ask its person, so that changes are confirmed by token. */
export interface Server {
  readonly client: Client;
  readonly pid: number | null;
  readonly stderr: string[];
}

export interface Start {
  readonly sandbox: Sandbox;
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Shell commands that prepare the process, each with its semicolon. */
  readonly shell?: string;
  readonly args?: string;
}

export async function connect({ sandbox, home, env = {}, shell = "", args = "" }: Start): Promise<Server> {
  const { credentials, url } = sandbox;
  const client = new Client({ name: "e2e", version: "1" });
  const transport = new StdioClientTransport({
    command: "/bin/sh",
    args: ["-c", `${shell} exec "${process.execPath}" "${BINARY}" ${args}`],
    env: {
      ALEPHANT_API_BASE_URL: url,
      ALEPHANT_RATE_LIMIT_RPM: "0",
      ALEPHANT_PAT: credentials.pats.admin,
      ALEPHANT_WORKSPACE_ID: credentials.workspaceId,
      HOME: home,
      PATH: process.env.PATH ?? "",
      ...env,
    },
    stderr: "pipe",
  });
  const stderr: string[] = [];
  transport.stderr?.on("data", (chunk) => stderr.push(String(chunk)));
  await client.connect(transport);
  return { client, pid: transport.pid, stderr };
}

const answer = z.looseObject({
  isError: z.boolean().optional(),
  content: z.array(z.looseObject({ text: z.string() })),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
});

export async function call({ client }: Server, name: string, args: Record<string, unknown>) {
  const { isError, content, structuredContent } = answer.parse(await client.callTool({ name, arguments: args }));
  return {
    isError: isError === true,
    text: content.map(({ text }) => text).join("\n"),
    value: structuredContent ?? {},
  };
}

/** The token that a plan carries. */
export function tokenOf(plan: object): string {
  return z.looseObject({ confirmation: z.looseObject({ token: z.string() }) }).parse(plan).confirmation.token;
}

/** Plans, then confirms with the token of the plan; a plan that was refused is the answer. */
export async function change(server: Server, name: string, args: Record<string, unknown>) {
  const plan = await call(server, name, args);
  if (plan.isError) return { ...plan, token: "" };
  const token = tokenOf(plan.value);
  return { ...(await call(server, name, { ...args, confirmation_token: token })), token };
}
