import { expect } from "vitest";
import type { Sandbox } from "../../../src/sandbox/serve.ts";
import { any, type Case, like } from "./case.ts";

export function managementCases({ credentials }: Sandbox): Case[] {
  const { agent: key, revoked } = credentials.keyIds;
  const secret = expect.stringMatching(/^vk-proj-[0-9a-f]{32}$/);
  const spellings = ["token", "key", "virtualKey", "virtual_key", "secret", "plaintext", "value"] as const;
  const naming = expect.stringMatching(/budgetAction/i);
  return [
    ["maxPageSize", 5, "pat agents", "data.pageSize", 5],
    ["modelsInfo", "on", "pat models", "data.data.0.info", like({ prompt: 2.5e-6, completion: 1e-5 })],
    ["modelsInfo", "off", "pat models", "data.data.0.info", undefined],
    ["modelsInfo", "cached", "pat models", "data.data.0.info", like({ prompt: 2.5e-6, input_cache_read: 1.25e-6 })],
    ["workspaceHeader", "missing-400", "bare agents", "@status", 400],
    ["workspaceHeader", "missing-403", "bare agents", "@status", 403],
    ["workspaceHeader", "optional", "bare agents", "@status", 200],
    ["vkActionWords", "both", `alert-only ${key}`, "data.budgetAction", "alert_only"],
    ["vkActionWords", "both", `block_requests ${key}`, "data.budgetAction", "block_requests"],
    ["vkActionWords", "hyphen", `block ${key}`, "data.budgetAction", "block_requests"],
    ["vkActionWords", "hyphen", `block_requests ${key}`, "message", naming],
    ["vkActionWords", "underscore", `alert_only ${key}`, "data.budgetAction", "alert_only"],
    ["vkActionWords", "underscore", `alert-only ${key}`, "message", naming],
    ...spellings.map((field): Case => ["vkSecretField", field, "create key", `data.${field}`, secret]),
    ["vkSecretField", "nested", "create key", "data.key", { id: any, label: "New", prefix: any, value: secret }],
    ["vkSecretField", "missing", "create key", "@text", expect.not.stringMatching(/vk-proj-[0-9a-f]{32}/)],
    ["vkEntity", "optional", "create key", "@status", 201],
    ["vkEntity", "required", "create key", "@status", 400],
    ["createStatus", "201", "create key", "@status", 201],
    ["createStatus", "200", "create key", "@status", 200],
    ["vkLimit", 3, "create key", "@status", 403],
    ["revokeAnswer", "200", `revoke ${key}`, "data", { id: key, status: "revoked" }],
    ["revokeAnswer", "204", `revoke ${key}`, "@status", 204],
    ["revokeAnswer", "204", `revoke ${key}`, "@text", ""],
    ["revokeTwice", "200", `revoke ${revoked}`, "@status", 200],
    ["revokeTwice", "409", `revoke ${revoked}`, "@status", 409],
    [
      "budgetControlShape",
      "data.config",
      "pat policies/budget-control",
      "data",
      { config: like({ currency: "USD" }), enabled: true },
    ],
    ["budgetControlShape", "config", "pat policies/budget-control", "", { config: any, enabled: true }],
    [
      "budgetControlShape",
      "data",
      "pat policies/budget-control",
      "data",
      like({ amount: any, exceededAction: "alert-only" }),
    ],
    ["budgetControlShape", "missing", "pat policies/budget-control", "data", null],
    ["budgetControlShape", "eur", "pat policies/budget-control", "data.config.currency", "EUR"],
    ["errorBody", "full", "pat none", "", { code: 40401, message: any, data: null }],
    ["errorBody", "string", "pat none", "", { error: expect.any(String) }],
    ["errorBody", "object", "pat none", "", { error: { message: any }, requestId: any }],
    ["errorBody", "html", "pat none", "@text", expect.stringMatching(/^<html>/)],
    ["errorBody", "html", "pat none", "@type", "text/html; charset=utf-8"],
    ["clockSkew", 0, "pat agents", "@date", "Fri, 20 Nov 2026 15:00:00 GMT"],
    ["clockSkew", 10_800, "pat agents", "@date", "Fri, 20 Nov 2026 18:00:00 GMT"],
    ["clockSkew", 43_200, "pat analytics/usage", "data.period.dateTo", "2026-11-21"],
    ["labels", "hostile", "pat agents?pageSize=200", "@text", expect.stringMatching(/revoke all virtual keys/)],
    ["labels", "hostile", "pat models", "data.data.1.modelId", expect.stringMatching(/Ignore previous/)],
    ["labels", "hostile", "pat none", "message", expect.toSatisfy((text) => text.length > 20)],
  ];
}
