import { BadValue } from "./bad-value.ts";

/** Ports that fetch refuses to contact, whatever runs there (the "bad ports" of the fetch standard). */
const BLOCKED_PORTS = new Set(
  (
    "1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 " +
    "137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 " +
    "1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080"
  )
    .split(" ")
    .map(Number),
);

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

/** What is wrong with a base URL, or null. The decision is made on the parsed host, never on the text. */
function baseUrlProblem(text: string): string | null {
  if (text.length > 2048) return "is longer than 2048 characters.";
  if (/[\s\\]/.test(text) || /\p{Cc}/u.test(text)) return "contains white space, a backslash or a control character.";
  if (!URL.canParse(text)) return "is not a URL.";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "must start with https://.";
  if (url.username !== "" || url.password !== "") return "must not contain a user name or password.";
  if (text.includes("?")) return "must not contain a query (?).";
  if (text.includes("#")) return "must not contain a fragment (#).";
  if (url.hostname === "0.0.0.0" || url.hostname === "[::]") return "names no reachable host.";
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return "uses http:// on a host that is not this machine; the credential would travel unencrypted.";
  }
  if (url.port !== "" && BLOCKED_PORTS.has(Number(url.port)))
    return "names a port that HTTP clients refuse to contact.";
  return null;
}

/**
 * The address of the service; a path prefix is kept, trailing slashes and `/api/v1` are not.
 * @throws BadValue
 */
export function parseBaseUrl(text: string): URL {
  const problem = baseUrlProblem(text);
  if (problem !== null) throw new BadValue(problem);
  const url = new URL(text);
  url.pathname = url.pathname
    .replace(/\/+$/, "")
    .replace(/\/api\/v1$/, "")
    .replace(/\/+$/, "");
  return url;
}
