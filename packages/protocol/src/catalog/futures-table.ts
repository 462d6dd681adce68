/**
 * The products of the Chinese futures exchanges as tables. Data only; `futures-products.ts` reads it.
 *
 * Specifications, order limits and listed months: the exchanges' contracts as CTP lists them on {@link LISTED_ON}. Margin
 * ratios are SimNow's of 2025 and {@link NEW} where a product is younger. Prices and volumes are levels of late 2025,
 * right in their order of magnitude and meant for simulation only. Commissions are the exchanges' own fees, possibly aged.
 */
import type { TradingDay } from "../model/mod.ts";

/** CTP ExchangeID. */
export type FuturesExchange = "SHFE" | "INE" | "DCE" | "CZCE" | "CFFEX" | "GFEX";

/** The exchanges by their own names. */
export const EXCHANGE_NAMES: Readonly<Record<FuturesExchange, string>> = {
  SHFE: "上海期货交易所",
  INE: "上海国际能源交易中心",
  DCE: "大连商品交易所",
  CZCE: "郑州商品交易所",
  CFFEX: "中国金融期货交易所",
  GFEX: "广州期货交易所",
};

/** The day whose list of contracts this table has. */
export const LISTED_ON: TradingDay = "20251226";

/** Last trading day of a contract, see `contractDates`. */
export type ExpiryRule =
  | "day-15"
  | "trading-day-5"
  | "trading-day-10"
  | "trading-day-last-4"
  | "friday-2"
  | "friday-3"
  | "monday-last"
  | "month-before";

/** Margin ratio assumed for products that SimNow's list of 2025 did not have yet. */
const NEW = 0.12;

/** Common lists of delivery months. */
const ALL = "2601 2602 2603 2604 2605 2606 2607 2608 2609 2610 2611 2612";
const ODD = "2601 2603 2605 2607 2609 2611";
const EVEN = "2606 2608 2610 2612";
const MEALS = "2601 2603 2605 2607 2608 2609 2611 2612";
const RUBBER = "2601 2603 2604 2605 2606 2607 2608 2609 2610 2611";
const QUARTERS_27 = `${ALL} 2703 2706 2709 2712`;
const INDEX = "2601 2602 2603 2606";
const BONDS = "2603 2606 2609";

/** One product. */
export type Row = readonly [
  id: string,
  name: string,
  multiplier: number,
  priceTick: number,
  /** End of the night session (empty: none), or the day of the stock or bond futures. */
  hours: "" | "23:00" | "01:00" | "02:30" | "index" | "bonds",
  listed: string,
  maxLimit: number,
  maxMarket: number,
  margin: number,
  price: number,
  dailyVolume: number,
];

/** The products, in the order of the exchanges' lists. */
export const ROWS: Readonly<Record<FuturesExchange, readonly Row[]>> = {
  SHFE: [
    ["cu", "铜", 5, 10, "01:00", ALL, 500, 30, 0.16, 88000, 90000],
    ["al", "铝", 5, 5, "01:00", ALL, 500, 30, 0.16, 21800, 150000],
    ["zn", "锌", 5, 5, "01:00", ALL, 500, 30, 0.16, 22700, 120000],
    ["pb", "铅", 5, 5, "01:00", ALL, 500, 30, 0.16, 17100, 45000],
    ["ni", "镍", 1, 10, "01:00", ALL, 500, 30, 0.21, 117500, 110000],
    ["sn", "锡", 1, 10, "01:00", ALL, 500, 30, 0.2, 305000, 120000],
    ["ao", "氧化铝", 20, 1, "01:00", ALL, 500, 30, 0.09, 2620, 300000],
    ["ad", "铸造铝合金", 10, 5, "01:00", ALL, 500, 30, NEW, 20900, 6000],
    ["ss", "不锈钢", 5, 5, "01:00", ALL, 500, 30, 0.2, 12400, 110000],
    ["au", "黄金", 1000, 0.02, "02:30", "2601 2602 2603 2604 2606 2608 2610 2612", 500, 30, 0.14, 957, 265000],
    ["ag", "白银", 15, 1, "02:30", ALL, 500, 30, 0.19, 13500, 900000],
    ["rb", "螺纹钢", 10, 1, "23:00", ALL, 500, 30, 0.16, 3170, 600000],
    ["hc", "热轧卷板", 10, 1, "23:00", ALL, 500, 30, 0.16, 3310, 320000],
    ["wr", "线材", 10, 1, "", ALL, 500, 30, 0.25, 3400, 10],
    ["fu", "燃料油", 10, 1, "23:00", ALL, 500, 30, 0.17, 2480, 500000],
    ["bu", "石油沥青", 10, 1, "23:00", QUARTERS_27, 500, 30, 0.17, 2950, 150000],
    ["ru", "天然橡胶", 10, 5, "23:00", RUBBER, 500, 30, 0.17, 15100, 200000],
    ["br", "丁二烯橡胶", 5, 5, "23:00", ALL, 500, 30, 0.12, 10400, 120000],
    ["sp", "纸浆", 10, 2, "23:00", ALL, 500, 30, 0.15, 5300, 350000],
    ["op", "胶版印刷纸", 40, 2, "23:00", ALL, 500, 30, NEW, 4100, 2000],
  ],
  INE: [
    ["sc", "原油", 1000, 0.1, "02:30", `${QUARTERS_27} 2803 2806 2809 2812`, 500, 30, 0.17, 455, 100000],
    ["lu", "低硫燃料油", 10, 1, "23:00", ALL, 500, 30, 0.17, 3030, 60000],
    ["nr", "20号胶", 10, 5, "23:00", ALL, 500, 30, 0.17, 12100, 60000],
    ["bc", "国际铜", 5, 10, "01:00", ALL, 500, 30, 0.16, 78500, 4000],
    ["ec", "集运指数(欧线)", 50, 0.1, "", "2512 2602 2604 2606 2608 2610", 500, 30, 0.12, 1550, 25000],
  ],
  DCE: [
    ["i", "铁矿石", 100, 0.5, "23:00", ALL, 1000, 1000, 0.19, 795, 250000],
    ["j", "焦炭", 100, 0.5, "23:00", ALL, 500, 500, 0.26, 1600, 16000],
    ["jm", "焦煤", 60, 0.5, "23:00", ALL, 1000, 1000, 0.26, 1090, 900000],
    ["a", "黄大豆1号", 10, 1, "23:00", ODD, 1000, 1000, 0.18, 4120, 120000],
    ["b", "黄大豆2号", 10, 1, "23:00", ALL, 1000, 1000, 0.15, 3740, 90000],
    ["m", "豆粕", 10, 1, "23:00", MEALS, 1000, 1000, 0.14, 3040, 900000],
    ["y", "豆油", 10, 2, "23:00", MEALS, 1000, 1000, 0.14, 8250, 250000],
    ["p", "棕榈油", 10, 2, "23:00", ALL, 1000, 1000, 0.17, 8650, 500000],
    ["c", "黄玉米", 10, 1, "23:00", ODD, 2000, 2000, 0.15, 2250, 450000],
    ["cs", "玉米淀粉", 10, 1, "23:00", ODD, 1000, 1000, 0.13, 2540, 130000],
    ["rr", "粳米", 10, 1, "23:00", ALL, 1000, 1000, 0.12, 3450, 3000],
    ["jd", "鸡蛋", 10, 1, "", ALL, 300, 300, 0.15, 3180, 200000],
    ["lh", "生猪", 16, 5, "", ODD, 50, 50, 0.19, 11400, 70000],
    ["l", "聚乙烯", 5, 1, "23:00", ALL, 1000, 1000, 0.18, 6750, 230000],
    ["v", "聚氯乙烯", 5, 1, "23:00", ALL, 1000, 1000, 0.18, 4530, 700000],
    ["pp", "聚丙烯", 5, 1, "23:00", ALL, 1000, 1000, 0.18, 6370, 280000],
    ["eg", "乙二醇", 10, 1, "23:00", ALL, 1000, 1000, 0.18, 3860, 150000],
    ["eb", "苯乙烯", 5, 1, "23:00", ALL, 1000, 1000, 0.19, 6550, 250000],
    ["bz", "纯苯", 30, 1, "23:00", "2603 2604 2605 2606 2607 2608 2609 2610 2611 2612", 1000, 1000, NEW, 5450, 20000],
    ["pg", "液化石油气", 20, 1, "23:00", ALL, 1000, 1000, 0.18, 4300, 70000],
    ["lg", "原木", 90, 0.5, "", ODD, 1000, 1000, 0.08, 775, 10000],
    ["fb", "纤维板", 10, 0.5, "", ALL, 1000, 1000, 0.25, 1200, 10],
    ["bb", "胶合板", 500, 0.05, "", ODD, 1000, 1000, 0.45, 120, 0],
  ],
  CZCE: [
    ["SR", "白砂糖", 10, 1, "23:00", ODD, 1000, 0, 0.13, 5370, 170000],
    ["CF", "一号棉花", 5, 5, "23:00", ODD, 1000, 0, 0.14, 13750, 220000],
    ["CY", "棉纱", 5, 5, "23:00", ALL, 1000, 0, 0.25, 20000, 8000],
    ["TA", "精对苯二甲酸", 5, 2, "23:00", ALL, 1000, 0, 0.14, 4734, 408000],
    ["MA", "甲醇", 10, 1, "23:00", ALL, 1000, 0, 0.16, 2120, 800000],
    ["FG", "玻璃", 20, 1, "23:00", ALL, 1000, 0, 0.17, 1030, 1200000],
    ["SA", "纯碱", 20, 1, "23:00", ALL, 1000, 0, 0.16, 1180, 1000000],
    ["RM", "菜籽粕", 10, 1, "23:00", "2601 2603 2605 2607 2608 2609 2611", 1000, 0, 0.14, 2410, 400000],
    ["OI", "菜籽油", 10, 1, "23:00", ODD, 1000, 0, 0.14, 9700, 250000],
    ["SF", "硅铁", 5, 2, "", ALL, 1000, 0, 0.2, 5450, 180000],
    ["SM", "锰硅", 5, 2, "", ALL, 1000, 0, 0.2, 5750, 180000],
    ["AP", "苹果", 10, 1, "", "2601 2603 2604 2605 2610 2611 2612", 1000, 0, 0.15, 9400, 80000],
    ["CJ", "红枣", 5, 5, "", "2601 2603 2605 2607 2609 2612", 100, 0, 0.18, 9050, 70000],
    ["UR", "尿素", 20, 1, "", ALL, 1000, 0, 0.13, 1680, 130000],
    ["PF", "短纤", 5, 2, "23:00", ALL, 1000, 0, 0.15, 6240, 120000],
    ["PK", "花生", 5, 2, "", "2601 2603 2604 2605 2610 2611 2612", 1000, 0, 0.14, 7950, 60000],
    ["PX", "对二甲苯", 5, 2, "23:00", ALL, 1000, 200, 0.12, 6850, 150000],
    ["SH", "烧碱", 30, 1, "23:00", ALL, 1000, 200, 0.12, 2180, 350000],
    ["PR", "瓶片", 15, 2, "23:00", ALL, 1000, 200, 0.08, 5680, 30000],
    ["PL", "丙烯", 20, 1, "23:00", ALL, 1000, 200, NEW, 6000, 6000],
    ["ZC", "动力煤", 100, 0.2, "23:00", ALL, 50, 0, 0.2, 801.4, 0],
    ["WH", "强麦", 20, 1, "", ODD, 1000, 0, 0.25, 3300, 0],
    ["PM", "普麦", 50, 1, "", ODD, 1000, 0, 0.25, 3100, 0],
    ["RI", "早籼稻", 20, 1, "", ODD, 1000, 0, 0.25, 2900, 0],
    ["LR", "晚籼稻", 20, 1, "", "2601", 1000, 0, 0.25, 2900, 0],
    ["JR", "粳稻", 20, 1, "", ODD, 1000, 0, 0.25, 3200, 0],
    ["RS", "油菜籽", 10, 1, "", "2607 2608 2609 2611", 1000, 0, 0.26, 5900, 0],
  ],
  CFFEX: [
    ["IF", "沪深300股指", 300, 0.2, "index", INDEX, 20, 0, 0.15, 4540, 90000],
    ["IH", "上证50股指", 300, 0.2, "index", INDEX, 20, 0, 0.15, 2970, 40000],
    ["IC", "中证500股指", 200, 0.2, "index", INDEX, 20, 0, 0.17, 7000, 90000],
    ["IM", "中证1000股指", 200, 0.2, "index", INDEX, 20, 0, 0.15, 7250, 150000],
    ["TS", "2年期国债", 20000, 0.002, "bonds", BONDS, 50, 0, 0.01, 102.4, 30000],
    ["TF", "5年期国债", 10000, 0.005, "bonds", BONDS, 50, 0, 0.022, 105.85, 60000],
    ["T", "10年期国债", 10000, 0.005, "bonds", BONDS, 50, 0, 0.03, 108, 80000],
    ["TL", "30年期国债", 10000, 0.01, "bonds", BONDS, 50, 0, 0.035, 113.5, 100000],
  ],
  GFEX: [
    ["si", "工业硅", 5, 5, "", ALL, 1000, 1000, 0.1, 8950, 250000],
    ["lc", "碳酸锂", 1, 20, "", ALL, 1000, 1000, 0.09, 95000, 700000],
    ["ps", "多晶硅", 3, 5, "", ALL, 1000, 1000, 0.09, 55500, 200000],
    ["pt", "铂", 1000, 0.05, "", EVEN, 1000, 1000, NEW, 440, 20000],
    ["pd", "钯", 1000, 0.05, "", EVEN, 1000, 1000, NEW, 370, 10000],
  ],
};

/** Fees by product: open, close, close today. */
export const COMMISSIONS: Readonly<Record<string, readonly ["money" | "lot", number, number, number]>> = {
  cu: ["money", 0.0001, 0.0001, 0.0001],
  al: ["lot", 3, 3, 0],
  ni: ["lot", 6, 6, 6],
  au: ["lot", 10, 10, 0],
  ag: ["money", 5e-5, 5e-5, 5e-5],
  rb: ["money", 0.0001, 0.0001, 0.0001],
  hc: ["money", 5e-5, 5e-5, 0],
  bu: ["money", 0.0001, 0.0001, 0.0001],
  ru: ["money", 4.5e-5, 4.5e-5, 4.5e-5],
  sp: ["money", 5e-5, 5e-5, 0],
  i: ["money", 6e-5, 6e-5, 3e-5],
  j: ["money", 6e-5, 6e-5, 3e-5],
  a: ["lot", 2, 2, 0],
  m: ["lot", 1.5, 1.5, 0],
  y: ["lot", 2.5, 2.5, 0],
  p: ["lot", 2.5, 2.5, 0],
  c: ["lot", 1.2, 1.2, 0],
  cs: ["lot", 1.5, 1.5, 0],
  jd: ["money", 0.00015, 0.00015, 0.00015],
  l: ["lot", 2, 2, 0],
  v: ["lot", 1, 1, 1],
  pp: ["money", 5e-5, 5e-5, 2.5e-5],
  eg: ["lot", 3, 3, 0],
  eb: ["lot", 0.3, 0.3, 0.3],
  pg: ["money", 0.0002, 0.0002, 0.0004],
  SR: ["lot", 3, 3, 0],
  CF: ["lot", 4.3, 4.3, 0],
  TA: ["lot", 3, 3, 3],
  MA: ["lot", 1.4, 1.4, 0],
  FG: ["lot", 3, 3, 3],
  RM: ["lot", 1.5, 1.5, 0],
  OI: ["lot", 2, 2, 0],
  AP: ["lot", 0.5, 0.5, 0],
  ZC: ["lot", 4, 4, 0],
  IF: ["money", 2.3e-5, 2.3e-5, 2.3e-5],
  IC: ["money", 2.3e-5, 2.3e-5, 2.3e-5],
};

/** Rules of expiry with the products that have them; {@link USUAL_EXPIRIES} has the others'. */
export const EXPIRIES: Readonly<Partial<Record<ExpiryRule, string>>> = {
  "month-before": "fu sc lu",
  "monday-last": "ec",
  "trading-day-5": "ZC",
  "trading-day-last-4": "jd lh eg eb bz pg lg",
  "friday-2": "TS TF T TL",
};

/** Rule of expiry by exchange. */
export const USUAL_EXPIRIES: Readonly<Record<FuturesExchange, ExpiryRule>> = {
  SHFE: "day-15",
  INE: "day-15",
  DCE: "trading-day-10",
  CZCE: "trading-day-10",
  CFFEX: "friday-3",
  GFEX: "trading-day-10",
};

/** Months for which a contract trades: delivered in March, June, September, December, and in other months. */
export const USUAL_LIFE = [12, 12] as const;
/** As {@link USUAL_LIFE}, of the products that differ. */
export const LIVES: Readonly<Record<string, readonly [number, number]>> = {
  au: [13, 13],
  bu: [24, 6],
  sc: [36, 12],
  IF: [8, 2],
  IH: [8, 2],
  IC: [8, 2],
  IM: [8, 2],
  TS: [9, 9],
  TF: [9, 9],
  T: [9, 9],
  TL: [9, 9],
};

/** First days of young products. */
export const SINCE: Readonly<Record<string, TradingDay>> = {
  op: "20250910",
  PL: "20250722",
  pt: "20251127",
  pd: "20251127",
};

/** Price limit as a share of the previous settlement. */
export const USUAL_LIMIT_RATE = 0.07;
/** As {@link USUAL_LIMIT_RATE}, of the products that differ. */
export const LIMIT_RATES: Readonly<Record<string, number>> = {
  rb: 0.05,
  hc: 0.05,
  TA: 0.06,
  au: 0.14,
  ag: 0.14,
  sc: 0.1,
  ec: 0.15,
  lc: 0.09,
  IF: 0.1,
  IH: 0.1,
  IC: 0.1,
  IM: 0.1,
  TS: 0.005,
  TF: 0.012,
  T: 0.02,
  TL: 0.035,
};
