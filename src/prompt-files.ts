import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import matter from "gray-matter";
import * as z from "zod";
import type { Prompt } from "./prompts.ts";

const argument = z.strictObject({
  name: z.string(),
  description: z.string(),
  values: z.record(z.string(), z.record(z.string(), z.string()).nullable()).optional(),
  default: z.string().optional(),
  required_with: z.record(z.string(), z.array(z.string())).optional(),
});

const frontMatter = z.strictObject({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  modes: z.array(z.enum(["vk", "manager"])),
  arguments: z.array(argument),
});

export function parsePrompt(text: string): Prompt {
  const { data, content } = matter(text);
  return { ...frontMatter.parse(data), body: content.trim() };
}

/** In the order they are offered; a test proves that no file of prompts/ is missing. */
const ORDER = ["cost_audit_report", "cost_optimization", "workspace_health_check", "cost_deep_dive"];

function readPrompts(directory: URL): Prompt[] {
  return readdirSync(fileURLToPath(directory))
    .filter((file) => file.endsWith(".md"))
    .map((file) => parsePrompt(readFileSync(new URL(file, directory), "utf8")))
    .sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
}

/** The files of prompts/, read. The build puts the value in this file's place: the program parses no files of its own. */
export const PROMPTS: readonly Prompt[] = readPrompts(new URL("../prompts/", import.meta.url));
