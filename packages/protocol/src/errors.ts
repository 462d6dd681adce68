/**
 * Every error that either wire can carry, in one place: code, text, whether trying again later can help, and what
 * happens to the connection. The texts are the wire's own, to the letter; clients compare them.
 */

/** One row of {@link ALLTICK_ERRORS}. */
export interface AllTickError {
  /** The wire's `ret`. */
  readonly ret: number;
  /** The wire's `msg`. */
  readonly msg: string;
  /** Whether the same request can succeed later without anything else changing. */
  readonly temporary: boolean;
  /** The server closes with this WebSocket code after the reply. */
  readonly close?: number;
}

/**
 * AllTick's errors (alltick.md 6). 602 is unused. The vendor's documents give a bad header as 201, 202 and 400 and bad
 * data as 400 and 202: readers treat these alike.
 */
export const ALLTICK_ERRORS = {
  headerInvalid: { ret: 201, msg: "request header param invalid", temporary: false },
  /** The same over HTTP (alltick.md 11.3). */
  httpHeaderInvalid: { ret: 400, msg: "request header param invalid", temporary: false },
  dataInvalid: { ret: 400, msg: "request data param invalid", temporary: false },
  tokenRequired: { ret: 401, msg: "token is required", temporary: false },
  tokenInvalid: { ret: 401, msg: "token invalid", temporary: false },
  queryInvalid: { ret: 402, msg: "query invalid", temporary: false },
  rateLimit: { ret: 429, msg: "Too many requests", temporary: true },
  /** tickwire's own, for what it could not do; the vendor documents none. */
  internal: { ret: 500, msg: "internal error", temporary: true },
  codeInvalid: { ret: 600, msg: "code invalid", temporary: false },
  bodyEmpty: { ret: 601, msg: "body empty", temporary: false },
  overPlan: { ret: 603, msg: "token level not enough", temporary: false },
  codeUnauthorized: { ret: 604, msg: "code unauthorized", temporary: false },
  tooManyRequests: { ret: 605, msg: "too many requests", temporary: true },
  willClose: { ret: 606, msg: "too many requests and connection will be closed", temporary: true, close: 1008 },
} as const satisfies Readonly<Record<string, AllTickError>>;

/** One row of {@link CTP_ERRORS} and {@link CTP_GATEWAY_ERRORS}. */
export interface CtpError {
  /** The wire's `ErrorID`; 0 is success. */
  readonly id: number;
  /** The wire's `ErrorMsg`. */
  readonly msg: string;
  /** Whether the same request can succeed later without anything else changing. */
  readonly temporary: boolean;
}

/** Errors that a gateway itself gives, by the numbers and texts of the sibling gateways (ctp.md c). */
export const CTP_GATEWAY_ERRORS = {
  malformed: { id: -400, msg: "参数有误", temporary: false },
  notLoggedIn: { id: -401, msg: "未登录", temporary: false },
  notImplemented: { id: -404, msg: "Not implemented", temporary: false },
  internal: { id: -500, msg: "内部错误", temporary: true },
  requestFailed: { id: -1, msg: "CTP:请求失败", temporary: true },
  tooManyPending: { id: -2, msg: "CTP:未处理请求超过许可数", temporary: true },
  tooFrequent: { id: -3, msg: "CTP:每秒发送请求数超过许可数", temporary: true },
} as const satisfies Readonly<Record<string, CtpError>>;

/** CTP's own errors that matter to a gateway or its clients, texts as in its error.xml (ctp.md d.12). */
export const CTP_ERRORS = {
  none: { id: 0, msg: "CTP:正确", temporary: false },
  invalidLogin: { id: 3, msg: "CTP:不合法的登录", temporary: false },
  duplicateLogin: { id: 5, msg: "CTP:重复的登录", temporary: false },
  notLoginYet: { id: 6, msg: "CTP:还没有登录", temporary: false },
  notInited: { id: 7, msg: "CTP:还没有初始化", temporary: true },
  noPrivilege: { id: 9, msg: "CTP:无此权限", temporary: false },
  oldPasswordMismatch: { id: 14, msg: "CTP:原口令不匹配", temporary: false },
  badField: { id: 15, msg: "CTP:报单字段有误", temporary: false },
  instrumentNotFound: { id: 16, msg: "CTP:找不到合约", temporary: false },
  instrumentNotTrading: { id: 17, msg: "CTP:合约不能交易", temporary: false },
  duplicateOrderRef: { id: 22, msg: "CTP:报单错误：不允许重复报单", temporary: false },
  badOrderActionField: { id: 23, msg: "CTP:错误的报单操作字段", temporary: false },
  duplicateOrderAction: { id: 24, msg: "CTP:撤单已报送，不允许重复撤单", temporary: false },
  orderNotFound: { id: 25, msg: "CTP:撤单找不到相应报单", temporary: false },
  orderFinished: { id: 26, msg: "CTP:报单已全成交或已撤销，不能再撤", temporary: false },
  unsupportedFunction: { id: 27, msg: "CTP:不支持的功能", temporary: false },
  noTradingRight: { id: 28, msg: "CTP:没有报单交易权限", temporary: false },
  closeOnly: { id: 29, msg: "CTP:只能平仓", temporary: false },
  overClosePosition: { id: 30, msg: "CTP:平仓量超过持仓量", temporary: false },
  insufficientMoney: { id: 31, msg: "CTP:资金不足", temporary: false },
  settlementNotConfirmed: { id: 42, msg: "CTP:结算结果未确认", temporary: false },
  parkedNotFound: { id: 45, msg: "CTP:找不到预埋（撤单）单", temporary: false },
  parkedSent: { id: 46, msg: "CTP:预埋（撤单）单已经发送", temporary: false },
  parkedRemoved: { id: 47, msg: "CTP:预埋（撤单）单已经删除", temporary: false },
  overCloseToday: { id: 50, msg: "CTP:平今仓位不足", temporary: false },
  overCloseYesterday: { id: 51, msg: "CTP:平昨仓位不足", temporary: false },
  tooManyConditional: { id: 53, msg: "CTP:投资者没有足够可用的条件单数量", temporary: true },
  tooManySessions: { id: 60, msg: "CTP:用户在线会话超出上限", temporary: true },
  authenticationFailed: { id: 63, msg: "CTP:客户端认证失败", temporary: false },
  notAuthenticated: { id: 64, msg: "CTP:客户端未认证", temporary: false },
  loginForbidden: { id: 75, msg: "CTP:连续登录失败次数超限，登录被禁止", temporary: true },
  sendFailed: { id: 78, msg: "CTP:发送报单失败", temporary: true },
  priceTypeNotSupported: { id: 80, msg: "CTP:交易所不支持的价格类型", temporary: false },
  queryNotReady: { id: 90, msg: "CTP：查询未就绪，请稍后重试", temporary: true },
  badPrice: { id: 95, msg: "CTP：不支持的价格", temporary: false },
  orderFrequency: { id: 116, msg: "CTP:下单频率限制", temporary: true },
  weakPassword: { id: 131, msg: "CTP：您当前密码为弱密码，请修改成强密码后重新登录", temporary: false },
  firstLogin: { id: 140, msg: "CTP:首次登录必须修改密码，请修改密码后重新登录", temporary: false },
  passwordExpired: { id: 141, msg: "CTP:您当前密码已过期，请修改后登录", temporary: false },
  passwordUnchanged: { id: 142, msg: "CTP:修改密码失败。新密码不允许与旧密码相同", temporary: false },
  investorIdMissing: { id: 146, msg: "CTP:缺少InvestorID字段，请填入InvestorID", temporary: false },
  exchangeIdMissing: { id: 147, msg: "CTP:缺少ExchangeID字段，请填入ExchangeID", temporary: false },
  exchangeIdInvalid: { id: 148, msg: "CTP:无效的ExchangeID字段，请填入正确的ExchangeID", temporary: false },
  exchangeIdMismatch: { id: 150, msg: "CTP:交易所代码错误", temporary: false },
  queryBusy: { id: 154, msg: "CTP:查询核心忙 请稍后重试", temporary: true },
  tooManyParked: { id: 160, msg: "CTP:超过经纪公司预埋单最大量限制", temporary: true },
  parkedWrongType: { id: 161, msg: "CTP:预埋单:不支持的触发类型", temporary: false },
  tooManySubscriptions: { id: 6000, msg: "CTP:sub too many insts", temporary: false },
} as const satisfies Readonly<Record<string, CtpError>>;

/** An error of CTP by its name in {@link CTP_ERRORS}: what a check inside the house answers with. */
export type CtpErrorName = keyof typeof CTP_ERRORS;
