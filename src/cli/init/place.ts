import type { Environment } from "../../config.ts";

/** The machine as a host's files see it; a parameter, so that every system can be tested on any other. */
export interface Place {
  readonly home: string;
  /** As Node.js names it: "darwin", "linux", "win32" … */
  readonly platform: string;
  readonly env: Environment;
  /** Where project files are looked for. */
  readonly folder: string;
  readonly exists: (path: string) => boolean;
}

/** Where programs keep their settings on this system. */
export function settingsFolder({ home, platform, env }: Place): string {
  if (platform === "win32") return env.APPDATA || `${home}\\AppData\\Roaming`;
  if (platform === "darwin") return `${home}/Library/Application Support`;
  return env.XDG_CONFIG_HOME || `${home}/.config`;
}

/** `~/.config`, which some programs use on macOS too. */
export function dotConfig({ home, platform, env }: Place): string {
  return platform === "win32" ? `${home}\\.config` : env.XDG_CONFIG_HOME || `${home}/.config`;
}

/** Joins with the separator of the place, which need not be that of the machine the code runs on. */
export function within({ platform }: Place, folder: string, ...parts: readonly string[]): string {
  return [folder, ...parts].join(platform === "win32" ? "\\" : "/");
}

/** A file for the credential, for hosts that can neither ask for a secret nor fill one in. */
export function defaultCredentialFile(place: Place, variable: string): string {
  const name = variable === "ALEPHANT_PAT" ? "pat" : "virtual-key";
  const folder = place.platform === "win32" ? settingsFolder(place) : dotConfig(place);
  return within(place, folder, "alephant", name);
}
