import type { HostSpec, Launch, SecretWay } from "./host-spec.ts";
import { dotConfig, type Place, settingsFolder, within } from "./place.ts";

const inHome = (place: Place, ...parts: readonly string[]): string => within(place, place.home, ...parts);

/** The three fields that most hosts share. */
function plain({ command, args, env }: Launch): Record<string, unknown> {
  return { command, args, ...(Object.keys(env).length > 0 && { env }) };
}

const ENV_COLON: SecretWay = {
  by: "reference",
  write: (variable) => `\${env:${variable}}`,
  pattern: /^\$\{env:(\w+)\}$/,
};
const BRACES: SecretWay = {
  by: "reference",
  write: (variable) => `\${${variable}}`,
  pattern: /^\$\{(\w+)(?::-[^}]*)?\}$/,
};

function claudeHome(place: Place): string {
  return place.env.CLAUDE_CONFIG_DIR || place.home;
}

function codexHome(place: Place): string {
  return place.env.CODEX_HOME || inHome(place, ".codex");
}

function openCodeFile(place: Place): string {
  const folder = within(place, dotConfig(place), "opencode");
  const withComments = within(place, folder, "opencode.jsonc");
  return place.exists(withComments) ? withComments : within(place, folder, "opencode.json");
}

function zedFolder(place: Place): string {
  return within(
    place,
    place.platform === "win32" ? settingsFolder(place) : dotConfig(place),
    place.platform === "win32" ? "Zed" : "zed",
  );
}

/** Every host that can be set up, in the order in which they are shown. */
export const HOSTS: readonly HostSpec[] = [
  {
    id: "cursor",
    title: "Cursor",
    signs: (place) => [inHome(place, ".cursor")],
    file: (place) => inHome(place, ".cursor", "mcp.json"),
    projectFile: ".cursor/mcp.json",
    format: "json",
    section: ["mcpServers"],
    secret: ENV_COLON,
    entry: plain,
    next: "Restart Cursor, or switch the server on under Settings > MCP.",
  },
  {
    id: "claude-desktop",
    title: "Claude Desktop",
    signs: (place) => (place.platform === "linux" ? [] : [within(place, settingsFolder(place), "Claude")]),
    file: (place) =>
      place.platform === "darwin" || place.platform === "win32"
        ? within(place, settingsFolder(place), "Claude", "claude_desktop_config.json")
        : null,
    format: "json",
    section: ["mcpServers"],
    secret: { by: "file" },
    entry: plain,
    next: "Quit Claude Desktop wholly and start it again.",
  },
  {
    id: "claude-code",
    title: "Claude Code",
    signs: (place) => [within(place, claudeHome(place), ".claude.json"), inHome(place, ".claude")],
    file: (place) => within(place, claudeHome(place), ".claude.json"),
    projectFile: ".mcp.json",
    format: "json",
    section: ["mcpServers"],
    secret: BRACES,
    entry: (launch) => ({ type: "stdio", ...plain(launch) }),
    next: "Check with: claude mcp list",
  },
  {
    id: "codex",
    title: "Codex",
    signs: (place) => [codexHome(place)],
    file: (place) => within(place, codexHome(place), "config.toml"),
    projectFile: ".codex/config.toml",
    format: "toml",
    section: ["mcp_servers"],
    secret: { by: "forward" },
    entry: ({ command, args, env, forwarded }) => ({
      command,
      args,
      ...(forwarded.length > 0 && { env_vars: forwarded }),
      startup_timeout_sec: 60,
      tool_timeout_sec: 120,
      ...(Object.keys(env).length > 0 && { env }),
    }),
    next: "Check with: codex mcp get alephant",
  },
  {
    id: "opencode",
    title: "OpenCode",
    signs: (place) => [within(place, dotConfig(place), "opencode")],
    file: openCodeFile,
    projectFile: "opencode.json",
    format: "json",
    section: ["mcp"],
    secret: { by: "reference", write: (variable) => `{env:${variable}}`, pattern: /^\{env:(\w+)\}$/ },
    entry: ({ command, args, env }) => ({
      type: "local",
      command: [command, ...args],
      enabled: true,
      timeout: 30_000,
      ...(Object.keys(env).length > 0 && { environment: env }),
    }),
    root: { $schema: "https://opencode.ai/config.json" },
    next: "Check with: opencode mcp list",
  },
  {
    id: "vscode",
    title: "VS Code",
    signs: (place) => [within(place, settingsFolder(place), "Code")],
    file: (place) => within(place, settingsFolder(place), "Code", "User", "mcp.json"),
    projectFile: ".vscode/mcp.json",
    format: "json",
    section: ["servers"],
    secret: { by: "prompt" },
    entry: (launch) => ({ type: "stdio", ...plain(launch) }),
    next: "Run the command MCP: List Servers and start alephant; VS Code asks for the credential once.",
  },
  {
    id: "windsurf",
    title: "Windsurf",
    signs: (place) => [inHome(place, ".codeium", "windsurf")],
    file: (place) => inHome(place, ".codeium", "windsurf", "mcp_config.json"),
    format: "json",
    section: ["mcpServers"],
    secret: ENV_COLON,
    entry: plain,
    next: "Press refresh in the list of MCP servers.",
  },
  {
    id: "zed",
    title: "Zed",
    signs: (place) => [zedFolder(place)],
    file: (place) => within(place, zedFolder(place), "settings.json"),
    projectFile: ".zed/settings.json",
    format: "json",
    section: ["context_servers"],
    secret: { by: "file" },
    entry: plain,
    next: "Look for a green dot beside alephant in the settings of the agent panel.",
  },
  {
    id: "gemini-cli",
    title: "Gemini CLI",
    signs: (place) => [inHome(place, ".gemini")],
    file: (place) => inHome(place, ".gemini", "settings.json"),
    projectFile: ".gemini/settings.json",
    format: "json",
    section: ["mcpServers"],
    secret: {
      by: "reference",
      write: (variable) => `$${variable}`,
      pattern: /^\$(?:(\w+)|\{(\w+)\})$/,
    },
    entry: (launch) => ({ ...plain(launch), timeout: 60_000 }),
    next: "Check with: gemini mcp list (the folder must be trusted).",
  },
  {
    id: "copilot-cli",
    title: "Copilot CLI",
    signs: (place) => [inHome(place, ".copilot")],
    file: (place) => inHome(place, ".copilot", "mcp-config.json"),
    format: "json",
    section: ["mcpServers"],
    secret: { by: "reference", write: (variable) => `\${${variable}}`, pattern: /^\$(?:(\w+)|\{(\w+)(?::-[^}]*)?\})$/ },
    entry: (launch) => ({ type: "local", ...plain(launch), tools: ["*"] }),
    next: "Check with: /mcp show alephant",
  },
  {
    id: "continue",
    title: "Continue",
    signs: (place) => [inHome(place, ".continue")],
    file: (place) => inHome(place, ".continue", "config.yaml"),
    format: "yaml",
    section: ["mcpServers"],
    secret: {
      by: "reference",
      write: (variable) => `\${{ secrets.${variable} }}`,
      pattern: /^\$\{\{\s*secrets\.(\w+)\s*\}\}$/,
    },
    entry: (launch) => ({ name: "alephant", type: "stdio", ...plain(launch) }),
    next: "Reload the configuration in Continue.",
  },
  {
    id: "cline",
    title: "Cline",
    signs: (place) => [inHome(place, ".cline")],
    file: (place) => inHome(place, ".cline", "data", "settings", "cline_mcp_settings.json"),
    format: "json",
    section: ["mcpServers"],
    secret: { by: "inherit" },
    entry: ({ command, args, env }) => ({
      transport: { type: "stdio", command, args, ...(Object.keys(env).length > 0 && { env }) },
    }),
    next: "Start Cline from a shell in which the variables are exported.",
  },
];

/** The file a set-up writes to: the project's where asked for, else the person's own. Null = nowhere known. */
export function targetFile(spec: HostSpec, place: Place, isProject: boolean): string | null {
  if (!isProject) return spec.file(place);
  return spec.projectFile === undefined ? null : within(place, place.folder, ...spec.projectFile.split("/"));
}

export function isInstalled(spec: HostSpec, place: Place): boolean {
  return spec.signs(place).some(place.exists);
}
