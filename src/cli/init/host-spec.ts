import type { Place } from "./place.ts";

/** How a credential gets from the person to the server without standing in the file. */
export type SecretWay =
  /** The host replaces this text by a variable of the environment it was started with. */
  | { readonly by: "reference"; readonly write: (variable: string) => string; readonly pattern: RegExp }
  /** The host passes on variables that are listed by name. */
  | { readonly by: "forward" }
  /** The host passes on its whole environment and fills in nothing. */
  | { readonly by: "inherit" }
  /** The host asks once and keeps the answer. */
  | { readonly by: "prompt" }
  /** The host does none of this, so the server reads the credential from a private file. */
  | { readonly by: "file" };

/** What starts the server, and what it is told. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Names for hosts that forward variables. */
  readonly forwarded: readonly string[];
}

/** One host: where its settings lie, and what an entry in them looks like. */
export interface HostSpec {
  readonly id: string;
  readonly title: string;
  /** Folders or files that exist where the host is installed. */
  readonly signs: (place: Place) => readonly string[];
  /** The person's own settings; null where the host has no known place for them on this system. */
  readonly file: (place: Place) => string | null;
  /** The settings of a project, relative to its folder. */
  readonly projectFile?: string;
  /** YAML is only printed: no editor of it is carried along for one host. */
  readonly format: "json" | "toml" | "yaml";
  /** The keys that lead to the servers. */
  readonly section: readonly string[];
  readonly secret: SecretWay;
  readonly entry: (launch: Launch) => Readonly<Record<string, unknown>>;
  /** Written at the root of a file that does not exist yet. */
  readonly root?: Readonly<Record<string, unknown>>;
  /** What is left to do once the entry stands. */
  readonly next: string;
}

/** The name of the server in every host. */
export const ENTRY_NAME = "alephant";
