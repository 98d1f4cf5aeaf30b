import { OPTIONS } from "../../src/config.ts";
import { code, table } from "./blocks.ts";

/** The table of settings, from the list the program itself reads. */
export function optionTable(): string {
  return table(
    ["Variable", "Used by", "Default", "Meaning"],
    Object.values(OPTIONS).map((option) => [
      `${code(option.name)}${option.secret ? ` or ${code(`${option.name}_FILE`)}` : ""}`,
      option.usedBy,
      "default" in option ? code(option.default) : option.required ? "required" : "none",
      option.description,
    ]),
  );
}
