import { at } from "../../src/finops/at.ts";
import { addDays, type Day } from "../../src/finops/day.ts";
import { findEpisodes } from "../../src/finops/episodes.ts";
import { moversToCheck } from "../../src/finops/movers-to-check.ts";
import { mulberry32 } from "../../src/finops/random.ts";
import { rankByUsd } from "../../src/finops/rank.ts";
import { prepareSeries } from "../../src/finops/series.ts";
import type { Bar } from "./bar.ts";

const WORKSPACES = 25;
const ENTITIES = 30;
const DAYS = 90;
const READ = 5;
const LAST: Day = "2026-11-19";

interface Entity {
  readonly id: string;
  /** USD per day, the last one on `LAST` */
  readonly y: number[];
}

/** Entities of very different size, each with its own noise, weekend and drift; one to four of them jump, stop, begin or rise. */
function drawWorkspace(seed: number, window: number): Entity[] {
  const r = mulberry32(seed);
  const g = () => Array.from({ length: 12 }, r).reduce((sum, u) => sum + u, -6);
  const common = 0.01 * (r() - 0.4);
  const entities = Array.from({ length: ENTITIES }, (_, e): Entity => {
    const base = Math.exp(1 + 1.5 * g());
    const [noise, growth, weekend] = [0.1 + 0.2 * r(), common + 0.006 * g(), 0.1 + 0.4 * r()];
    const day = (i: number) => base * Math.exp(growth * i + noise * g()) * (i % 7 > 4 ? weekend : 1);
    return { id: `e${e}`, y: Array.from({ length: DAYS }, (_day, i) => day(i)) };
  });
  for (let event = Math.floor(4 * r()); event >= 0; event--) {
    const { y } = at(entities, Math.floor(ENTITIES * r()));
    const start = DAYS - 1 - Math.floor(window * r());
    const kind = Math.floor(4 * r());
    const factor = kind === 0 ? 3 + 3 * r() : 2.5;
    y.forEach((usd, i) => {
      if (kind === 0 ? i === start : kind === 1 && i >= start) y[i] = factor * usd;
      if (kind === 2 ? i >= start : kind === 3 && i < start) y[i] = 0;
    });
  }
  return entities;
}

const sum = (y: readonly number[], from: number, to: number) =>
  y.slice(from, to).reduce((total, usd) => total + usd, 0);

/** USD of the episodes that touch the window, were every series read; 0 when there is none. */
function episodesUsd({ y }: Entity, window: number): number {
  const first = y.findIndex((usd) => usd > 0);
  const series = prepareSeries(
    y.map((usd, i) => (i < first ? null : usd)),
    y.map((_, i) => (i + 1) % 7),
  );
  const isNewScope = first >= DAYS - window;
  const touching = findEpisodes(series, { gateFloorUsd: 1, isNewScope }).episodes.filter(
    ({ end }) => end >= DAYS - window,
  );
  const telling = touching.filter(({ confidence, severity }) => confidence !== "low" || severity === "high");
  return telling.reduce((usd, { impactUsd }) => usd + Math.abs(impactUsd), 0);
}

function chosenByNews(entities: readonly Entity[], window: number): Set<string> {
  const cut = (from: number, to: number) => {
    const rows = entities.map(({ id, y }) => ({ id, name: null, costUsd: sum(y, from, to), requests: 1 }));
    return {
      status: "ok" as const,
      data: { rows: rows.filter(({ costUsd }) => costUsd > 0), complete: true },
      degraded: false,
    };
  };
  const agent = { current: cut(DAYS - window, DAYS), previous: cut(DAYS - 2 * window, DAYS - window) };
  const days = new Map(
    entities.flatMap(({ id, y }) => {
      const last = y.findLastIndex((usd) => usd > 0);
      return last < DAYS - window ? [] : [[id, addDays(LAST, last - DAYS + 1)] as const];
    }),
  );
  const lastUses = { window: { from: addDays(LAST, 1 - window), to: LAST }, days };
  return new Set(moversToCheck({ agent }, READ, lastUses).map(({ id }) => id));
}

function chosenBySize(entities: readonly Entity[], window: number): Set<string> {
  const moves = entities.map(({ id, y }) => ({
    id,
    usd: Math.abs(sum(y, DAYS - window, DAYS) - sum(y, DAYS - 2 * window, DAYS - window)),
  }));
  return new Set(rankByUsd(moves, ({ usd }) => usd, READ).shown.map(({ id }) => id));
}

/** Which part of the entities with an episode, and of its USD, is among the five series that a diagnosis reads. */
export function selectionBars(): Bar[] {
  return [7, 30].flatMap((window) => {
    const found = { all: 0, news: 0, size: 0 };
    const usd = { all: 0, news: 0, size: 0 };
    for (let seed = 1; seed <= WORKSPACES; seed++) {
      const entities = drawWorkspace(1_000 * window + seed, window);
      const [news, size] = [chosenByNews(entities, window), chosenBySize(entities, window)];
      for (const entity of entities) {
        const worth = episodesUsd(entity, window);
        if (worth < 1) continue;
        for (const [name, isRead] of [
          ["all", true],
          ["news", news.has(entity.id)],
          ["size", size.has(entity.id)],
        ] as const) {
          if (!isRead) continue;
          found[name] += 1;
          usd[name] += worth;
        }
      }
    }
    const bar = (what: string, measured: number, atLeast: number): Bar => ({
      name: `five series of ${window} days: ${what}`,
      measured,
      atLeast,
      digits: 2,
    });
    return [
      bar("entities with an episode (at least: by |USD| alone)", found.news / found.all, found.size / found.all),
      bar("USD of episodes (at least: by |USD| alone)", usd.news / usd.all, usd.size / usd.all),
    ];
  });
}
