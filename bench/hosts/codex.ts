import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Mode } from "../../src/mode.ts";
import type { Sandbox } from "../../src/sandbox/types.ts";
import { init, install, makePlace, type Place, settings } from "./place.ts";
import { brief, type Row } from "./report.ts";

const PACKAGE = "@openai/codex@0.169.0";
const LONGEST_MS = 60_000;

/** Codex's own protocol: requests and answers, one JSON object a line. */
interface AppServer {
  // biome-ignore lint/suspicious/noExplicitAny: answers of a foreign program
  ask(method: string, params: object): Promise<any>;
  tell(method: string): void;
  stop(): Promise<void>;
}

/** Codex without a model: which tools it sees, and what one call of each kind returns. */
export async function testCodex(sandbox: Sandbox): Promise<Row[]> {
  const rows: Row[] = [];
  for (const mode of ["vk", "manager"] as const) rows.push(...(await testMode(sandbox, mode)));
  return rows;
}

async function testMode(sandbox: Sandbox, mode: Mode): Promise<Row[]> {
  const host = `Codex app-server, ${mode}`;
  const place = makePlace(settings(sandbox, mode));
  const rows: Row[] = [];
  let server: AppServer | undefined;
  try {
    await init(place, "codex", "--mode", mode);
    server = startServer(install(PACKAGE, "codex"), place);
    await server.ask("initialize", {
      clientInfo: { name: "hosts", version: "1" },
      capabilities: { experimentalApi: true },
    });
    server.tell("initialized");
    const { data } = await server.ask("mcpServerStatus/list", {});
    const own = data.find(({ name }: { name: string }) => name === "alephant");
    const tools = Object.keys(own?.tools ?? {}).length;
    rows.push({ host, what: "mcpServerStatus/list", found: `${tools} tools`, ok: tools > 0 });
    const { thread } = await server.ask("thread/start", { cwd: place.folder });
    const call = async (tool: string, args: object) =>
      server?.ask("mcpServer/tool/call", { threadId: thread.id, server: "alephant", tool, arguments: args });
    const summary = await call("get_usage_summary", { period: "7d" });
    const headline = String(summary?.structuredContent?.headline ?? "");
    rows.push({
      host,
      what: "get_usage_summary",
      found: brief(headline),
      ok: headline !== "" && summary.isError !== true,
    });
    const wrong = await call("get_usage_summary", { periode: "7d" });
    const text = String(wrong?.content?.[0]?.text ?? "");
    rows.push({
      host,
      what: "a wrong argument",
      found: brief(text, 60),
      ok: wrong?.isError === true && text.startsWith("[INVALID_ARGUMENT]"),
    });
  } catch (error) {
    rows.push({ host, what: "conversation", found: brief(String(error)), ok: false });
  } finally {
    await server?.stop();
    place.remove();
  }
  return rows;
}

function startServer(binary: string, { env, folder }: Place): AppServer {
  const child = spawn(binary, ["app-server"], { env, cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
  // biome-ignore lint/suspicious/noExplicitAny: answers of a foreign program
  const open = new Map<number, { resolve: (value: any) => void; reject: (error: Error) => void }>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id, result, error } = JSON.parse(line);
    const waiting = open.get(id);
    if (waiting === undefined || (result === undefined && error === undefined)) return;
    open.delete(id);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new Error(JSON.stringify(error)));
  });
  let last = 0;
  const send = (message: object): void => void child.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    ask: (method, params) =>
      new Promise((resolve, reject) => {
        last += 1;
        const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), LONGEST_MS);
        open.set(last, {
          resolve: (value) => {
            clearTimeout(timer);
            resolve(value);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        });
        send({ id: last, method, params });
      }),
    tell: (method) => send({ method }),
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.stdin.end();
        setTimeout(() => child.kill("SIGTERM"), 2_000).unref();
      }),
  };
}
