import * as z from "zod";
import { listAnswer, listing } from "../../gather/list.ts";
import { keyRow, toKeyRow } from "../../gather/virtual-key.ts";
import { defineTool } from "../../tool/define.ts";
import { page, pageSize } from "../../tool/params.ts";

export default defineTool({
  name: "list_virtual_keys",
  title: "List virtual keys",
  description:
    "Lists the workspace's virtual keys, one page at a time: id, label, status, the agent or member each is bound to, " +
    "budget and cycle spend in US dollars, last use, expiry. Use it to find a key id or to look at one status. For " +
    "unused or risky keys call find_idle_resources, which reads every page. Spend covers the billing cycle, not the " +
    "key's life; a null budget means none is set; a missing field was not reported. Never shows secrets. Needs read " +
    "scope.",
  modes: ["manager"],
  toolset: "keys",
  effect: "read",
  input: z.strictObject({
    status: z
      .enum(["active", "disabled", "expired", "revoked"])
      .optional()
      .describe("Only keys of this status. Default all."),
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
