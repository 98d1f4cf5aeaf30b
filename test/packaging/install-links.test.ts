import { expect, it } from "vitest";
import { cursorLink, installLinks, vsCodeLink, webLinks } from "../../bench/docs/install-links.ts";

const VK = "ALEPHANT_VIRTUAL_KEY";

it("Cursor's link holds a reference to the environment", () => {
  const link = new URL(cursorLink());
  expect(link.searchParams.get("name")).toBe("alephant");
  const config = JSON.parse(Buffer.from(link.searchParams.get("config") ?? "", "base64").toString("utf8"));
  expect(config).toEqual({
    command: "npx",
    args: ["-y", "alephant-mcp"],
    env: { ALEPHANT_API_BASE_URL: "https://alephant.io", [VK]: `\${env:${VK}}` },
  });
});

it("VS Code's link asks for the key as a password", () => {
  const config = JSON.parse(decodeURIComponent(vsCodeLink().replace("vscode:mcp/install?", "")));
  expect(config).toMatchObject({
    name: "alephant",
    env: { [VK]: "${input:alephant-virtual-key}" },
    inputs: [{ type: "promptString", id: "alephant-virtual-key", password: true }],
  });
});

it("the forms for web pages lead to the same", () => {
  const { cursor, vsCode } = webLinks();
  expect(new URL(cursor).searchParams.get("config")).toBe(new URL(cursorLink()).searchParams.get("config"));
  expect(new URL(vsCode).searchParams.get("url")).toBe(vsCodeLink());
  expect(installLinks()).toBe(`[Add to Cursor](${cursor}) · [Add to VS Code](${vsCode})`);
});
