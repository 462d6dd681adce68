/** The codes of alltick.md 8 with names and levels of late 2025 (for simulation: right in their order of magnitude). Data only. */

/** Ticker, name, exchange, price, shares a day. */
export const US_STOCKS: readonly (readonly [string, string, "NASDAQ" | "NYSE", number, number])[] = [
  ["AAPL", "Apple", "NASDAQ", 273, 45e6],
  ["MSFT", "Microsoft", "NASDAQ", 488, 22e6],
  ["GOOG", "Alphabet C", "NASDAQ", 315, 20e6],
  ["GOOGL", "Alphabet A", "NASDAQ", 313, 35e6],
  ["AMZN", "Amazon", "NASDAQ", 232, 40e6],
  ["TSLA", "Tesla", "NASDAQ", 485, 80e6],
  ["NVDA", "NVIDIA", "NASDAQ", 188, 180e6],
  ["META", "Meta Platforms", "NASDAQ", 667, 12e6],
  ["NFLX", "Netflix", "NASDAQ", 94, 45e6],
  ["AMD", "Advanced Micro Devices", "NASDAQ", 215, 35e6],
  ["INTC", "Intel", "NASDAQ", 36, 70e6],
  ["UNH", "UnitedHealth", "NYSE", 327, 8e6],
  ["JNJ", "Johnson & Johnson", "NYSE", 207, 7e6],
  ["V", "Visa", "NYSE", 355, 6e6],
  ["XOM", "Exxon Mobil", "NYSE", 119, 15e6],
];

/** Code, name, price, board lot, shares a day. */
export const HK_STOCKS: readonly (readonly [string, string, number, number, number])[] = [
  ["700", "腾讯控股", 603, 100, 18e6],
  ["9988", "阿里巴巴-W", 148, 100, 70e6],
  ["1398", "工商银行", 6.3, 1000, 200e6],
  ["939", "建设银行", 7.7, 1000, 250e6],
  ["1288", "农业银行", 5.6, 1000, 120e6],
  ["857", "中国石油股份", 8.4, 2000, 100e6],
  ["941", "中国移动", 81, 500, 18e6],
  ["3690", "美团-W", 103, 100, 40e6],
  ["3988", "中国银行", 4.4, 1000, 200e6],
  ["3968", "招商银行", 52, 500, 14e6],
  ["1299", "友邦保险", 79, 200, 25e6],
  ["388", "香港交易所", 408, 100, 5e6],
  ["5", "汇丰控股", 121, 400, 15e6],
  ["2601", "中国太保", 35, 200, 18e6],
  ["2442", "怡俊集团控股", 1.02, 5000, 1e6],
];

/** Code, name, price, lots (of 100 shares) a day. */
export const A_SHARES: readonly (readonly [string, string, number, number])[] = [
  ["600519.SH", "贵州茅台", 1414, 30e3],
  ["601318.SH", "中国平安", 70, 600e3],
  ["600036.SH", "招商银行", 42, 600e3],
  ["600030.SH", "中信证券", 28.5, 1.2e6],
  ["600416.SH", "湘电股份", 14.5, 500e3],
  ["600206.SH", "有研新材", 21, 400e3],
  ["600076.SH", "康欣新材", 3.05, 300e3],
  ["600152.SH", "维科技术", 9.5, 250e3],
  ["000858.SZ", "五粮液", 108, 200e3],
  ["000001.SZ", "平安银行", 11.5, 800e3],
  ["000651.SZ", "格力电器", 40.6, 300e3],
  ["300750.SZ", "宁德时代", 370, 250e3],
  ["002009.SZ", "天奇股份", 17, 200e3],
  ["002035.SZ", "华帝股份", 6.3, 100e3],
  ["000627.SZ", "天茂集团", 1.6, 500e3],
];

/** Code, name, market, venue, level. The two after `.DJI.US` follow its naming; the documents do not list them. */
export const INDICES: readonly (readonly [string, string, "CN" | "HK" | "US", string, number])[] = [
  [".DJI.US", "Dow Jones Industrial Average", "US", "NYSE", 48700],
  [".IXIC.US", "NASDAQ Composite", "US", "NASDAQ", 23590],
  [".SPX.US", "S&P 500", "US", "NYSE", 6930],
  ["HSI.HK", "恒生指数", "HK", "HKEX", 25800],
  ["000001.SH", "上证指数", "CN", "SSE", 3963],
  ["399001.SZ", "深证成指", "CN", "SZSE", 13600],
  ["000300.SH", "沪深300", "CN", "SSE", 4657],
];

/** Kinds that trade over the counter, with one level. */
export type OtcKind = "forex" | "metal" | "energy" | "commodity" | "cfd-index";

/** Code, name, kind, level, step, currency, standard deviation of a day's return. */
export const OTC: readonly (readonly [string, string, OtcKind, number, number, string, number])[] = [
  ["EURUSD", "Euro / US Dollar", "forex", 1.1775, 0.00001, "USD", 0.004],
  ["USDJPY", "US Dollar / Japanese Yen", "forex", 156.5, 0.001, "JPY", 0.005],
  ["GBPUSD", "British Pound / US Dollar", "forex", 1.35, 0.00001, "USD", 0.004],
  ["AUDUSD", "Australian Dollar / US Dollar", "forex", 0.671, 0.00001, "USD", 0.005],
  ["USDCAD", "US Dollar / Canadian Dollar", "forex", 1.367, 0.00001, "CAD", 0.003],
  ["USDCHF", "US Dollar / Swiss Franc", "forex", 0.789, 0.00001, "CHF", 0.004],
  ["NZDUSD", "New Zealand Dollar / US Dollar", "forex", 0.5835, 0.00001, "USD", 0.005],
  ["USDCNH", "US Dollar / Offshore Yuan", "forex", 7.005, 0.00001, "CNH", 0.0015],
  ["USDINR", "US Dollar / Indian Rupee", "forex", 89.8, 0.0001, "INR", 0.002],
  ["AUDJPY", "Australian Dollar / Japanese Yen", "forex", 105, 0.001, "JPY", 0.006],
  ["AUDNZD", "Australian Dollar / New Zealand Dollar", "forex", 1.15, 0.00001, "NZD", 0.003],
  ["CADJPY", "Canadian Dollar / Japanese Yen", "forex", 114.4, 0.001, "JPY", 0.005],
  ["CHFJPY", "Swiss Franc / Japanese Yen", "forex", 198.3, 0.001, "JPY", 0.005],
  ["EURGBP", "Euro / British Pound", "forex", 0.872, 0.00001, "GBP", 0.003],
  ["EURCHF", "Euro / Swiss Franc", "forex", 0.929, 0.00001, "CHF", 0.003],
  ["GOLD", "Gold", "metal", 4500, 0.01, "USD", 0.011],
  ["Silver", "Silver", "metal", 75, 0.001, "USD", 0.022],
  ["Platinum", "Platinum", "metal", 2400, 0.01, "USD", 0.018],
  ["Palladium", "Palladium", "metal", 1900, 0.01, "USD", 0.02],
  ["COPPER", "Copper", "commodity", 5.75, 0.0001, "USD", 0.014],
  ["Aluminum", "Aluminum", "commodity", 2950, 0.01, "USD", 0.011],
  ["Nickel", "Nickel", "commodity", 15700, 0.1, "USD", 0.014],
  ["USOIL", "WTI Crude Oil", "energy", 57, 0.001, "USD", 0.019],
  ["UKOIL", "Brent Crude Oil", "energy", 61, 0.001, "USD", 0.018],
  ["NGAS", "Natural Gas", "energy", 4.3, 0.0001, "USD", 0.035],
  ["US30", "Wall Street 30", "cfd-index", 48700, 0.1, "USD", 0.009],
  ["US500", "US 500", "cfd-index", 6930, 0.1, "USD", 0.009],
  ["NAS100", "US Tech 100", "cfd-index", 25640, 0.1, "USD", 0.012],
  ["NDX", "US Tech 100", "cfd-index", 25640, 0.1, "USD", 0.012],
  ["UK100", "UK 100", "cfd-index", 9870, 0.1, "GBP", 0.007],
  ["HK50", "Hong Kong 50", "cfd-index", 25800, 0.1, "HKD", 0.013],
  ["GER30", "Germany 40", "cfd-index", 24340, 0.1, "EUR", 0.009],
  ["GER40", "Germany 40", "cfd-index", 24340, 0.1, "EUR", 0.009],
  ["FRA40", "France 40", "cfd-index", 8103, 0.1, "EUR", 0.009],
  ["JPN225", "Japan 225", "cfd-index", 50750, 1, "JPY", 0.012],
];

/** Coin, name, price in USDT, step, decimals of volume, coins a day. */
export const CRYPTO: readonly (readonly [string, string, number, number, number, number])[] = [
  ["BTC", "Bitcoin", 88000, 0.01, 5, 20e3],
  ["ETH", "Ethereum", 2950, 0.01, 4, 300e3],
  ["SOL", "Solana", 124, 0.01, 3, 3e6],
  ["XRP", "XRP", 1.87, 0.0001, 1, 120e6],
  ["DOGE", "Dogecoin", 0.128, 0.00001, 0, 900e6],
  ["LTC", "Litecoin", 77, 0.01, 3, 300e3],
  ["DOT", "Polkadot", 1.75, 0.001, 2, 6e6],
  ["AAVE", "Aave", 150, 0.01, 3, 150e3],
  ["ADA", "Cardano", 0.36, 0.0001, 1, 120e6],
  ["ALGO", "Algorand", 0.115, 0.0001, 0, 60e6],
  ["APE", "ApeCoin", 0.2, 0.0001, 2, 15e6],
  ["ATOM", "Cosmos", 1.95, 0.001, 2, 2e6],
  ["AVAX", "Avalanche", 12.2, 0.01, 2, 2e6],
  ["AXS", "Axie Infinity", 0.85, 0.001, 2, 4e6],
  ["BCH", "Bitcoin Cash", 590, 0.1, 3, 30e3],
  ["BNB", "BNB", 840, 0.01, 3, 150e3],
];
