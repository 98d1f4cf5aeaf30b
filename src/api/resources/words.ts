/** The spellings in which a virtual key's budget action is known to come, and the one word shown for each. */
const KEY_ACTIONS: Readonly<Record<string, string>> = {
  "alert-only": "alert_only",
  alert_only: "alert_only",
  block: "block",
  block_requests: "block",
  "block-requests": "block",
  disable: "disable_key",
  disable_key: "disable_key",
  "disable-key": "disable_key",
};

const POLICY_ACTIONS: Readonly<Record<string, string>> = {
  "alert-only": "alert_only",
  alert_only: "alert_only",
  pause: "block",
  pause_all: "block",
  block: "block",
  block_requests: "block",
};

/** A key's action in our word; an unknown word as it is. */
export function keyActionWord(text: string | null): string | null {
  return text === null ? null : known(KEY_ACTIONS, text);
}

/** The workspace's or a department's action in our word; an unknown word as it is. */
export function policyActionWord(text: string | null): string | null {
  return text === null ? null : known(POLICY_ACTIONS, text);
}

function known(words: Readonly<Record<string, string>>, text: string): string {
  return (Object.hasOwn(words, text) ? words[text] : undefined) ?? text;
}

/** What a key is bound to: a person is a member here, whatever the part of the service that answers calls them. */
export function entityWord(text: string | null): string | null {
  if (text === null || text === "agent" || text === "member") return text;
  return text === "user" ? "member" : `unknown(${text})`;
}
