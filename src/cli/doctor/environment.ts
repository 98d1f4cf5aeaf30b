import { type Environment, OPTIONS } from "../../config.ts";
import { isSet } from "../../mode.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

const NEEDED = [20, 18, 1];

/** The launcher refuses an older Node.js, so this line mostly tells which one is running. */
export function checkNode(version: string): Finding {
  const parts = version.split(".").map(Number);
  const place = NEEDED.findIndex((needed, index) => parts[index] !== needed);
  const isOld = place >= 0 && (parts[place] ?? 0) < (NEEDED[place] ?? 0);
  return isOld
    ? fail("node", `Node.js ${version} is too old.`, `Install Node.js ${NEEDED.join(".")} or newer.`)
    : ok("node", `Node.js ${version}`);
}

const PREFIX = "ALEPHANT_";

/** Every variable that the program reads. */
export function knownVariables(): string[] {
  return Object.values(OPTIONS).flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name]));
}

/** Names that start like ours but are read by nobody, mostly misspelt ones, and which variables are set at all. */
export function checkNames(env: Environment): Finding[] {
  const known = knownVariables();
  const present = Object.keys(env).filter((name) => name.startsWith(PREFIX) && isSet(env[name]));
  const findings = present
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = known.find((other) => distance(name, other) <= 3);
      return warn(
        "environment",
        `${name} is not read by this program.`,
        meant === undefined ? "Unset it." : `Did you mean ${meant}?`,
      );
    });
  const used = present.filter((name) => known.includes(name));
  return [...(used.length > 0 ? [ok("environment", `Set here: ${used.join(", ")}.`)] : []), ...findings];
}

const PROXIES = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"] as const;

/** Proxy and certificate variables: whether they can be used at all. Whether they work shows in the connection. */
export function checkProxy(env: Environment, exists: (path: string) => boolean): Finding[] {
  const findings = PROXIES.filter((name) => isSet(env[name])).map((name) => {
    const address = env[name] ?? "";
    if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
      return fail(
        "proxy",
        `${name} is not the address of an HTTP proxy.`,
        `Example: ${name}=http://proxy.example.com:8080`,
      );
    }
    return ok("proxy", `${name} leads through ${new URL(address).host}.`);
  });
  if (isSet(env.NO_PROXY) || isSet(env.no_proxy)) findings.push(ok("proxy", "NO_PROXY names exceptions."));
  if (isSet(env.ALL_PROXY) && findings.length === 0) {
    findings.push(
      warn("proxy", "ALL_PROXY is set, but not used.", "Set HTTPS_PROXY if the service is reached through a proxy."),
    );
  }
  const authority = env.NODE_EXTRA_CA_CERTS;
  if (isSet(authority)) {
    findings.push(
      exists(authority)
        ? ok("certificates", "NODE_EXTRA_CA_CERTS adds trusted authorities.")
        : fail("certificates", "NODE_EXTRA_CA_CERTS names a file that is not there.", "Correct the path, or unset it."),
    );
  }
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    const text = "NODE_TLS_REJECT_UNAUTHORIZED=0 is set; this program checks certificates all the same.";
    findings.push(warn("certificates", text, "Unset it; for a private authority use NODE_EXTRA_CA_CERTS."));
  }
  return findings.length > 0 ? findings : [ok("proxy", "No proxy is set.")];
}

/** How many letters two names differ by (insert, delete, replace). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [place, wanted] of [...other].entries()) {
      const same = (row[place] ?? 0) + (letter === wanted ? 0 : 1);
      next.push(Math.min(same, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
