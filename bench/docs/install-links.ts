import { OPTIONS } from "../../src/config.ts";

const COMMAND = { command: "npx", args: ["-y", "alephant-mcp"] } as const;
const BASE_URL = OPTIONS.ALEPHANT_API_BASE_URL.example;

/** Opens Cursor's own "add this server" dialogue. It holds a reference to the environment, never a credential. */
export function cursorLink(baseUrl: string = BASE_URL): string {
  const config = {
    ...COMMAND,
    env: { ALEPHANT_API_BASE_URL: baseUrl, ALEPHANT_VIRTUAL_KEY: `\${env:ALEPHANT_VIRTUAL_KEY}` },
  };
  const encoded = Buffer.from(JSON.stringify(config)).toString("base64");
  return `cursor://anysphere.cursor-deeplink/mcp/install?name=alephant&config=${encodeURIComponent(encoded)}`;
}

/** Opens VS Code's own "add this server" dialogue; VS Code then asks for the credential and keeps it. */
export function vsCodeLink(baseUrl: string = BASE_URL): string {
  const id = "alephant-virtual-key";
  const config = {
    name: "alephant",
    ...COMMAND,
    env: { ALEPHANT_API_BASE_URL: baseUrl, ALEPHANT_VIRTUAL_KEY: `\${input:${id}}` },
    inputs: [{ type: "promptString", id, description: "Alephant virtual key (vk-…)", password: true }],
  };
  return `vscode:mcp/install?${encodeURIComponent(JSON.stringify(config))}`;
}

/** The same as web addresses, for pages that take out links of unknown schemes. */
export function webLinks(baseUrl: string = BASE_URL): { readonly cursor: string; readonly vsCode: string } {
  const cursor = new URL(cursorLink(baseUrl));
  return {
    cursor: `https://cursor.com/en/install-mcp${cursor.search}`,
    vsCode: `https://insiders.vscode.dev/redirect?url=${encodeURIComponent(vsCodeLink(baseUrl))}`,
  };
}

/** For the README: the links as Markdown. */
export function installLinks(): string {
  const { cursor, vsCode } = webLinks();
  return `[Add to Cursor](${cursor}) · [Add to VS Code](${vsCode})`;
}
