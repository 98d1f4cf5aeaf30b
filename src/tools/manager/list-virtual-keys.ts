import * as z from "zod";
import { listAnswer, listing } from "../../gather/list.ts";
import { keyRow, toKeyRow } from "../../gather/virtual-key.ts";
import { defineTool } from "../../tool/define.ts";
import { page, pageSize } from "../../tool/params.ts";

export default defineTool({
  name: "list_virtual_keys",
  title: "List virtual keys",
  description:
    "Lists all virtual keys of the workspace (API keys of applications), paged in the service's order: id, label, " +
    "status, owner agent or member, budget and cycle spend in US dollars, rate limit, last use, expiry. Use it to " +
    "find the id of a key by its label, who owns it, or disabled, expired, revoked keys. For unused or risky ones " +
    "use find_idle_resources. Follow next to go on. Spend is that of the billing cycle (UTC, with today); a null " +
    "budget means none. Never shows secrets. Needs read scope.",
  modes: ["manager"],
  toolset: "keys",
  effect: "read",
  input: z.strictObject({
    status: z
      .enum(["active", "disabled", "expired", "revoked"])
      .optional()
      .describe("Only keys that are active, disabled, expired or revoked. Default all."),
    page: page(),
    page_size: pageSize(8),
  }),
  output: listing(keyRow),
  async run(args, { api, now }) {
    const query = { page: args.page, pageSize: args.page_size, ...(args.status && { status: args.status }) };
    return listAnswer(await api.keys(query), {
      plural: "virtual keys",
      source: "virtual_keys",
      now,
      toRow: toKeyRow,
    });
  },
});
