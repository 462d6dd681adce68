/** In which phase an instrument is at a time, by its calendar (ctp.md d.9). Pure. */
import {
  sessionsOf,
  tradingDaySpan,
  type EpochMs,
  type TradingHours,
  type TradingPhase,
} from "@tickwire/protocol/model";

const MINUTE = 60_000;
/** The opening auction takes orders from so long before the day's first session (20:55, 08:55, 09:25) … */
const AUCTION_FROM = 5 * MINUTE;
/** … until so long before it (20:59, 08:59, 09:29); then it matches. */
const AUCTION_UNTIL = MINUTE;

/** The exchanges' trading day: it ends after settlement, before the night session. Only the day matters, not the sessions. */
export const EXCHANGE_DAY: TradingHours = {
  zone: "Asia/Shanghai",
  holidays: "CN",
  day: [["09:00", "15:00"]],
  dayStart: "18:00",
};

/** A phase, and the first moment at which another may follow. */
export interface PhaseSpan {
  readonly phase: TradingPhase;
  readonly until: EpochMs;
}

/** The phase at `time`. Hours without sessions that are not `always` are closed. */
export function phaseAt(hours: TradingHours, time: EpochMs): PhaseSpan {
  if (hours.always === true) return { phase: "continuous", until: Infinity };
  const span = tradingDaySpan(hours, time);
  const sessions = sessionsOf(hours, span.day);
  const first = sessions[0];
  if (first === undefined) return { phase: "closed", until: span.end };
  const opening = first[0];
  if (time < opening - AUCTION_FROM) return { phase: "before", until: opening - AUCTION_FROM };
  if (time < opening - AUCTION_UNTIL) return { phase: "auction-orders", until: opening - AUCTION_UNTIL };
  if (time < opening) return { phase: "auction-match", until: opening };
  for (const [start, end] of sessions) {
    if (time < start) return { phase: "pause", until: start };
    if (time < end) return { phase: "continuous", until: end };
  }
  return { phase: "closed", until: span.end };
}

/** Whether orders are taken in a phase. */
export function takesOrders(phase: TradingPhase): boolean {
  return phase === "continuous" || phase === "auction-orders";
}
