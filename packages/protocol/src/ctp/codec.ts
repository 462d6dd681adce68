/**
 * The codec of CTP JSON. What a gateway needs: {@link decodeRequest}, {@link encodeReply}, {@link encodeGatewayError},
 * {@link makeTickEncoder}, {@link encodeInstrument}. What a client of one needs: {@link encodeLogin},
 * {@link encodeInstrumentQuery}, {@link encodeSubscription}, {@link decodeServerFrame}, {@link toSnapshot},
 * {@link toInstrument}.
 */
export { decodeRequest, MAX_INSTRUMENT_ID_BYTES } from "./decode-request.ts";
export {
  encodeGatewayError,
  encodeLoginBody,
  encodePush,
  encodeReply,
  encodeSpecificInstrument,
  PING,
  PONG,
  type LoginFacts,
  type Push,
  type Reply,
} from "./encode-reply.ts";
export { encodeDepthBody, makeTickEncoder } from "./ticks.ts";
export { encodeInstrument, passesFilter, toInstrument } from "./instruments.ts";
export {
  encodeInstrumentQuery,
  encodeLogin,
  encodeLogout,
  encodeSubscription,
  encodeTradingRequest,
  type Login,
} from "./encode-request.ts";
export { decodeServerFrame } from "./decode-server-frame.ts";
export { readDepthMarketData, toSnapshot } from "./snapshots.ts";
export { readMoment, type TickMoment, type TickStamp } from "./dates.ts";
export { CHINA_HOURS, misdatingOf, moneyFactors, UNKNOWN_TERMS, type Misdating, type TickTerms } from "./terms.ts";
export { NONE_FROM } from "./numbers.ts";
