import { idOf, patToken } from "./dataset/ids.ts";
import type { World } from "./dataset/world.ts";
import type { SandboxCredentials } from "./types.ts";
import type { Scope } from "./wire/auth.ts";

export interface Pat {
  scope: Scope;
  state: "valid" | "expired" | "revoked";
  workspaceId: string;
}

/** The personal access tokens of the workspace, by token. */
export function buildPats({ workspaceId, otherWorkspaceId }: World, { pats }: SandboxCredentials): Map<string, Pat> {
  return new Map<string, Pat>([
    [pats.read, { scope: "read", state: "valid", workspaceId }],
    [pats.write, { scope: "write", state: "valid", workspaceId }],
    [pats.admin, { scope: "admin", state: "valid", workspaceId }],
    [pats.expired, { scope: "admin", state: "expired", workspaceId }],
    [pats.revoked, { scope: "admin", state: "revoked", workspaceId }],
    [pats.otherWorkspace, { scope: "admin", state: "valid", workspaceId: otherWorkspaceId }],
  ]);
}

type KeyRole = keyof SandboxCredentials["virtualKeys"];

/** All credentials of a workspace; `roleNames` are the names of its first keys, in order. */
export function buildCredentials(world: World, roleNames: string[]): SandboxCredentials {
  const { seed } = world;
  const key = (name: string) => world.keys[roleNames.indexOf(name)];
  const token = (name: KeyRole) => key(name)?.token ?? "";
  const id = (name: KeyRole) => key(name)?.id ?? idOf(seed, "phantom", 0);
  return {
    workspaceId: world.workspaceId,
    otherWorkspaceId: world.otherWorkspaceId,
    pats: {
      read: patToken(seed, 0, 0),
      write: patToken(seed, 0, 1),
      admin: patToken(seed, 0, 2),
      expired: patToken(seed, 0, 3),
      revoked: patToken(seed, 0, 4),
      otherWorkspace: patToken(seed, 1, 0),
    },
    virtualKeys: byRole(token),
    keyIds: byRole(id),
  };
}

function byRole(read: (name: KeyRole) => string): SandboxCredentials["virtualKeys"] {
  return {
    agent: read("agent"),
    member: read("member"),
    unbound: read("unbound"),
    neverUsed: read("neverUsed"),
    revoked: read("revoked"),
    disabled: read("disabled"),
    expired: read("expired"),
  };
}
