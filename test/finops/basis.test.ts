import { describe, expect, it } from "vitest";
import { buildBasis, failedNote, type Note } from "../../src/finops/basis.ts";
import { resolveWindows, rollingDay } from "../../src/finops/window.ts";

describe("basis", () => {
  const now = new Date("2026-11-20T00:30:00Z");
  const windows = resolveWindows({ period: "7d", now });

  it("carries window, comparison and the notes that follow from them", () => {
    expect(buildBasis({ windows, now, source: ["usage_series", "computed", "computed"] })).toEqual({
      window: { from: "2026-11-14", to: "2026-11-20", days: 7, label: "7 days to 2026-11-20" },
      compared_with: { from: "2026-11-06", to: "2026-11-12", days: 7 },
      timezone: "UTC",
      complete_through: "2026-11-19",
      includes_today: true,
      currency: "USD",
      source: ["usage_series", "computed"],
      as_of: "2026-11-20T00:30:00.000Z",
      degraded: false,
      notes: [
        {
          code: "partial_today",
          text: "2026-11-20 is not over yet (UTC), so it is shown apart and left out of averages and changes. Compared are 2026-11-13 to 2026-11-19 with 2026-11-06 to 2026-11-12.",
        },
        {
          code: "late_data_possible",
          text: "Rows of 2026-11-19 may still arrive: the UTC day ended less than an hour ago.",
        },
      ],
    });
  });

  it("announces no comparison when there is none", () => {
    const basis = buildBasis({ windows, now, source: [], compares: false });
    expect(basis.compared_with).toBeNull();
    expect(basis.notes[0]?.text).not.toContain("Compared");
  });

  it("says each thing once, and that a source is degraded even if nobody said it", () => {
    const failed: Note = failedNote("The model table", "timeout");
    const quiet = resolveWindows({ from: "2026-10-01", to: "2026-10-31", now });
    const basis = buildBasis({ windows: quiet, now, source: [], degraded: true, notes: [failed, failed] });
    expect(basis.notes.map((note) => note.code)).toEqual(["sub_call_failed", "degraded_source"]);
    const told = buildBasis({ windows: quiet, now, source: [], degraded: true, notes: basis.notes });
    expect(told.notes).toEqual(basis.notes);
  });

  it("says when the calendar month stands in for an unknown cycle", () => {
    const cycle = resolveWindows({ period: "billing_cycle", now: new Date("2026-11-20T10:00:00Z") });
    const notes = buildBasis({ windows: cycle, now, source: [] }).notes;
    expect(notes.map((note) => note.code)).toContain("window_mismatch");
  });

  it("does not call a rolling window partial", () => {
    expect(buildBasis({ windows: rollingDay(now), now, source: ["live_24h"] }).notes).toEqual([]);
  });

  it("can carry a budget", () => {
    const budget = { used_pct: 75, remaining_usd: 25, resets_at: "2026-12-01T00:00:00.000Z" };
    expect(buildBasis({ windows, now, source: [], budget }).budget).toEqual(budget);
    expect(buildBasis({ windows, now, source: [] })).not.toHaveProperty("budget");
  });
});
