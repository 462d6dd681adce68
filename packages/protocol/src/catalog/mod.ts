/**
 * Public door of the catalogue: the instruments that tickwire knows without asking anybody, and how they come to be.
 * Instruments are facts; what only a simulator needs is in their {@link Profile}.
 */
export { contractDates, type ContractDates } from "./contract-dates.ts";
export { FUTURE_PRODUCTS, type Commission, type FutureProduct } from "./futures-products.ts";
export { futureRates, type FutureRates } from "./futures-rates.ts";
export { EXCHANGE_NAMES, LISTED_ON, type ExpiryRule, type FuturesExchange } from "./futures-table.ts";
export { futureOf, futureProductOf, listedFutures } from "./futures.ts";
export { listingOf } from "./listings.ts";
export type { Profile } from "./profile.ts";
export { profileOf } from "./profiles.ts";
export { securities } from "./securities.ts";
