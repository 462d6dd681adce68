/** The schema of what trading goes by. */
import { z } from "zod";

/** Yuan of a new account: what SimNow gives. */
const DEFAULT_BALANCE = 20_000_000;
const MAX_BALANCE = 1e12;

const rate = z.strictObject({
  byMoney: z.number().min(0).max(10).default(0).describe("Share of the money: price × multiplier × lots."),
  byVolume: z.number().min(0).max(1e9).default(0).describe("Yuan per lot."),
});

const rates = z.strictObject({
  longMargin: rate.optional().describe("Margin of long positions."),
  shortMargin: rate.optional().describe("Margin of short positions."),
  openFee: rate.optional().describe("Commission for opening."),
  closeFee: rate.optional().describe("Commission for closing yesterday's lots."),
  closeTodayFee: rate.optional().describe("Commission for closing today's lots."),
});

/** `trading` of the configuration. */
export const tradingSchema = z
  .strictObject({
    enabled: z.boolean().default(true).describe("Whether users may trade; without it `/td/` answers -404 to orders."),
    via: z
      .enum(["exchange", "upstream"])
      .default("exchange")
      .describe(
        "`upstream`: orders are not traded here but passed through to the trading side of the first `ctp` feed, with whatever money that account has.",
      ),
    users: z
      .array(z.string().min(1).max(80))
      .default([])
      .describe(
        "With `via: upstream`, the users who may trade; they share the upstream's account. All others have no right to.",
      ),
    initialBalance: z
      .number()
      .min(0)
      .max(MAX_BALANCE)
      .default(DEFAULT_BALANCE)
      .describe("Yuan that a new account begins with."),
    rates: z
      .record(z.string().min(1).max(80), rates)
      .default({})
      .describe(
        "Margin and commission by product (`rb`) or instrument (`rb2605`), in the place of the catalogue's; what is not stated stays.",
      ),
  })
  .refine(({ via, users }) => via === "exchange" || users.length > 0, {
    error: "expected at least one user where trading.via is upstream",
    path: ["users"],
  });
