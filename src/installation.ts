import { execPath } from "node:process";
import { fileURLToPath } from "node:url";

/** What starts this very installation: the running Node.js and the launcher, which lies in dist/ seen from src/ and dist/ alike. */
export function installedProgram(): { readonly node: string; readonly launcher: string } {
  return { node: execPath, launcher: fileURLToPath(new URL("../dist/launcher.cjs", import.meta.url)) };
}
