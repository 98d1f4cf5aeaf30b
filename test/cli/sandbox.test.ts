import { EventEmitter } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Host } from "../../src/cli/host.ts";
import { runSandbox } from "../../src/cli/sandbox.ts";
import { readConfig } from "../../src/config.ts";
import { startSandbox } from "../../src/sandbox/serve.ts";

function start(port: number) {
  const target = Object.assign(new EventEmitter(), {
    stdin: new EventEmitter(),
    stdout: new EventEmitter(),
    stderr: new EventEmitter(),
    exit: () => {},
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  const host: Host = {
    env: {},
    target,
    say: (line) => stderr.push(line),
    forget: () => {},
    version: "1.2.3",
    userId: null,
  };
  const output = {
    columns: 80,
    write: async (text: string) => {
      stdout.push(text);
    },
  };
  const ended = runSandbox({ command: "sandbox", port, seed: 7 }, host, output);
  return { target, stdout, stderr, ended };
}

/** The variables of one section, as a shell would set them. */
function variables(text: string, section: string): Record<string, string> {
  const part = text.split("\n\n").find((lines) => lines.startsWith(`# ${section}`)) ?? "";
  return Object.fromEntries(
    [...part.matchAll(/^export (\w+)=(.+)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}

const running: { target: EventEmitter; ended: Promise<number> }[] = [];
afterEach(async () => {
  for (const { target, ended } of running.splice(0)) {
    target.emit("SIGTERM");
    await ended;
  }
});

describe("sandbox command", () => {
  it.each(["SIGINT", "SIGTERM"])("serves until %s, then exits with 0", async (signal) => {
    const { target, stdout, stderr, ended } = start(0);
    await vi.waitFor(() => expect(stdout).toHaveLength(1));
    const [text = ""] = stdout;
    const url = /listens on (http:\/\/127\.0\.0\.1:\d+) until/.exec(text)?.[1] ?? "";
    expect((await fetch(`${url}/api/v1/cockpit/health`)).status).toBe(200);
    target.emit(signal);
    expect(await ended).toBe(0);
    await expect(fetch(`${url}/api/v1/cockpit/health`)).rejects.toThrow();
    expect(stderr).toEqual([]);
  });

  it.each([
    ["Manager mode", "manager"],
    ["VK mode", "vk"],
  ])("prints lines that configure %s", async (section, mode) => {
    const { stdout, ...rest } = start(0);
    running.push(rest);
    await vi.waitFor(() => expect(stdout).toHaveLength(1));
    const config = readConfig(variables(stdout[0] ?? "", section), () => "");
    expect(config.mode).toBe(mode);
    const path = mode === "vk" ? "/api/v1/cockpit/scope" : "/api/v1/analytics/overview";
    const answer = await fetch(new URL(path, config.baseUrl), {
      headers: {
        authorization: `Bearer ${config.credential.reveal()}`,
        ...(config.workspaceId !== null && { "x-workspace-id": config.workspaceId }),
      },
    });
    expect(answer.status).toBe(200);
  });

  it("says so when the port is taken", async () => {
    const other = await startSandbox();
    const { stdout, stderr, ended } = start(other.port);
    expect(await ended).toBe(1);
    expect(stdout).toEqual([]);
    expect(stderr).toEqual([`alephant-mcp: the sandbox cannot listen on port ${other.port} (EADDRINUSE).`]);
    await other.close();
  });
});
