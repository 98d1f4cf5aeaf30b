import type { Environment } from "../../config.ts";
import { isSet } from "../../mode.ts";
import type { HostSpec } from "./host-spec.ts";
import type { Setup } from "./launch.ts";

/** What a person still has to do, as sentences. */
export function nextSteps(spec: HostSpec, { exported, credentialFile }: Setup, env: Environment): string[] {
  const missing = exported.filter((name) => !isSet(env[name]));
  const steps: string[] = [];
  if (exported.length > 0) {
    const names = exported.join(" and ");
    steps.push(
      `${spec.title} takes ${names} from the environment it is started with` +
        (missing.length > 0
          ? `; not set here: ${missing.join(", ")}.`
          : "; set here. A program started from a menu may not see it."),
    );
  }
  if (credentialFile !== null) {
    steps.push(`Put the credential, alone, into ${credentialFile}, readable by you only (chmod 600).`);
  }
  return [...steps, spec.next];
}
