/**
 * The structs of CTP that travel as bodies of the trading side, as data (ctp.md b): every field with its type, in the order
 * of the header. `s12`: text of at most 12 GBK bytes; `c`: one character or none; `i`: integer of 32 bits; `b`: 0 or 1; `d`:
 * double. What stands after a `/` is the enumeration in {@link ENUMS} that its characters are from. Fields that are
 * obsolete or younger than CTP 6.7.2 are left out. Ticks and instruments have their tables in fields.ts.
 */
export const STRUCTS = {
  ReqAuthenticate: "BrokerID:s10 UserID:s15 UserProductInfo:s10 AuthCode:s16 AppID:s32",
  RspAuthenticate: "BrokerID:s10 UserID:s15 UserProductInfo:s10 AppID:s32 AppType:c/AppType",
  UserLogout: "BrokerID:s10 UserID:s15",
  UserPasswordUpdate: "BrokerID:s10 UserID:s15 OldPassword:s40 NewPassword:s40",
  TradingAccountPasswordUpdate: "BrokerID:s10 AccountID:s12 OldPassword:s40 NewPassword:s40 CurrencyID:s3",
  SettlementInfoConfirm: `
    BrokerID:s10 InvestorID:s12 ConfirmDate:s8 ConfirmTime:s8 SettlementID:i AccountID:s12 CurrencyID:s3`,
  QrySettlementInfo: "BrokerID:s10 InvestorID:s12 TradingDay:s8 AccountID:s12 CurrencyID:s3",
  QrySettlementInfoConfirm: "BrokerID:s10 InvestorID:s12 AccountID:s12 CurrencyID:s3",
  SettlementInfo: `
    TradingDay:s8 SettlementID:i BrokerID:s10 InvestorID:s12 SequenceNo:i Content:s500 AccountID:s12 CurrencyID:s3`,
  InputOrder: `
    BrokerID:s10 InvestorID:s12 OrderRef:s12 UserID:s15 OrderPriceType:c/OrderPriceType Direction:c/Direction
    CombOffsetFlag:s4/OffsetFlag CombHedgeFlag:s4/HedgeFlag LimitPrice:d VolumeTotalOriginal:i
    TimeCondition:c/TimeCondition GTDDate:s8 VolumeCondition:c/VolumeCondition MinVolume:i
    ContingentCondition:c/ContingentCondition StopPrice:d ForceCloseReason:c/ForceCloseReason IsAutoSuspend:b
    BusinessUnit:s20 RequestID:i UserForceClose:b IsSwapOrder:b ExchangeID:s8 InvestUnitID:s16 AccountID:s12
    CurrencyID:s3 ClientID:s10 MacAddress:s20 InstrumentID:s80 IPAddress:s32`,
  Order: `
    BrokerID:s10 InvestorID:s12 OrderRef:s12 UserID:s15 OrderPriceType:c/OrderPriceType Direction:c/Direction
    CombOffsetFlag:s4/OffsetFlag CombHedgeFlag:s4/HedgeFlag LimitPrice:d VolumeTotalOriginal:i
    TimeCondition:c/TimeCondition GTDDate:s8 VolumeCondition:c/VolumeCondition MinVolume:i
    ContingentCondition:c/ContingentCondition StopPrice:d ForceCloseReason:c/ForceCloseReason IsAutoSuspend:b
    BusinessUnit:s20 RequestID:i OrderLocalID:s12 ExchangeID:s8 ParticipantID:s10 ClientID:s10 TraderID:s20
    InstallID:i OrderSubmitStatus:c/OrderSubmitStatus NotifySequence:i TradingDay:s8 SettlementID:i OrderSysID:s20
    OrderSource:c/OrderSource OrderStatus:c/OrderStatus OrderType:c/OrderType VolumeTraded:i VolumeTotal:i
    InsertDate:s8 InsertTime:s8 ActiveTime:s8 SuspendTime:s8 UpdateTime:s8 CancelTime:s8 ActiveTraderID:s20
    ClearingPartID:s10 SequenceNo:i FrontID:i SessionID:i UserProductInfo:s10 StatusMsg:s80 UserForceClose:b
    ActiveUserID:s15 BrokerOrderSeq:i RelativeOrderSysID:s20 ZCETotalTradedVolume:i IsSwapOrder:b BranchID:s8
    InvestUnitID:s16 AccountID:s12 CurrencyID:s3 MacAddress:s20 InstrumentID:s80 ExchangeInstID:s80 IPAddress:s32`,
  Trade: `
    BrokerID:s10 InvestorID:s12 OrderRef:s12 UserID:s15 ExchangeID:s8 TradeID:s20 Direction:c/Direction
    OrderSysID:s20 ParticipantID:s10 ClientID:s10 TradingRole:c/TradingRole OffsetFlag:c/OffsetFlag
    HedgeFlag:c/HedgeFlag Price:d Volume:i TradeDate:s8 TradeTime:s8 TradeType:c/TradeType PriceSource:c/PriceSource
    TraderID:s20 OrderLocalID:s12 ClearingPartID:s10 BusinessUnit:s20 SequenceNo:i TradingDay:s8 SettlementID:i
    BrokerOrderSeq:i TradeSource:c/TradeSource InvestUnitID:s16 InstrumentID:s80 ExchangeInstID:s80`,
  InputOrderAction: `
    BrokerID:s10 InvestorID:s12 OrderActionRef:i OrderRef:s12 RequestID:i FrontID:i SessionID:i ExchangeID:s8
    OrderSysID:s20 ActionFlag:c/ActionFlag LimitPrice:d VolumeChange:i UserID:s15 InvestUnitID:s16 MacAddress:s20
    InstrumentID:s80 IPAddress:s32`,
  OrderAction: `
    BrokerID:s10 InvestorID:s12 OrderActionRef:i OrderRef:s12 RequestID:i FrontID:i SessionID:i ExchangeID:s8
    OrderSysID:s20 ActionFlag:c/ActionFlag LimitPrice:d VolumeChange:i ActionDate:s8 ActionTime:s8 TraderID:s20
    InstallID:i OrderLocalID:s12 ActionLocalID:s12 ParticipantID:s10 ClientID:s10 BusinessUnit:s20
    OrderActionStatus:c/OrderActionStatus UserID:s15 StatusMsg:s80 BranchID:s8 InvestUnitID:s16 MacAddress:s20
    InstrumentID:s80 IPAddress:s32`,
  ParkedOrder: `
    BrokerID:s10 InvestorID:s12 OrderRef:s12 UserID:s15 OrderPriceType:c/OrderPriceType Direction:c/Direction
    CombOffsetFlag:s4/OffsetFlag CombHedgeFlag:s4/HedgeFlag LimitPrice:d VolumeTotalOriginal:i
    TimeCondition:c/TimeCondition GTDDate:s8 VolumeCondition:c/VolumeCondition MinVolume:i
    ContingentCondition:c/ContingentCondition StopPrice:d ForceCloseReason:c/ForceCloseReason IsAutoSuspend:b
    BusinessUnit:s20 RequestID:i UserForceClose:b ExchangeID:s8 ParkedOrderID:s12 UserType:c/UserType
    Status:c/ParkedOrderStatus ErrorID:i ErrorMsg:s80 IsSwapOrder:b AccountID:s12 CurrencyID:s3 ClientID:s10
    InvestUnitID:s16 MacAddress:s20 InstrumentID:s80 IPAddress:s32`,
  ParkedOrderAction: `
    BrokerID:s10 InvestorID:s12 OrderActionRef:i OrderRef:s12 RequestID:i FrontID:i SessionID:i ExchangeID:s8
    OrderSysID:s20 ActionFlag:c/ActionFlag LimitPrice:d VolumeChange:i UserID:s15 ParkedOrderActionID:s12
    UserType:c/UserType Status:c/ParkedOrderStatus ErrorID:i ErrorMsg:s80 InvestUnitID:s16 MacAddress:s20
    InstrumentID:s80 IPAddress:s32`,
  RemoveParkedOrder: "BrokerID:s10 InvestorID:s12 ParkedOrderID:s12 InvestUnitID:s16",
  RemoveParkedOrderAction: "BrokerID:s10 InvestorID:s12 ParkedOrderActionID:s12 InvestUnitID:s16",
  QryParkedOrder: "BrokerID:s10 InvestorID:s12 ExchangeID:s8 InvestUnitID:s16 InstrumentID:s80",
  QryParkedOrderAction: "BrokerID:s10 InvestorID:s12 ExchangeID:s8 InvestUnitID:s16 InstrumentID:s80",
  QryInstrument: "ExchangeID:s8 InstrumentID:s80 ExchangeInstID:s80 ProductID:s80",
  QryExchange: "ExchangeID:s8",
  Exchange: "ExchangeID:s8 ExchangeName:s60 ExchangeProperty:c/ExchangeProperty",
  QryProduct: "ProductClass:c/ProductClass ExchangeID:s8 ProductID:s80",
  Product: `
    ProductName:s20 ExchangeID:s8 ProductClass:c/ProductClass VolumeMultiple:i PriceTick:d MaxMarketOrderVolume:i
    MinMarketOrderVolume:i MaxLimitOrderVolume:i MinLimitOrderVolume:i PositionType:c/PositionType
    PositionDateType:c/PositionDateType CloseDealType:c/CloseDealType TradeCurrencyID:s3
    MortgageFundUseRange:c/MortgageFundUseRange UnderlyingMultiple:d ProductID:s80 ExchangeProductID:s80
    OpenLimitControlLevel:c/OpenLimitControlLevel OrderFreqControlLevel:c/OrderFreqControlLevel`,
  QryDepthMarketData: "ExchangeID:s8 InstrumentID:s80",
  InstrumentStatus: `
    ExchangeID:s8 SettlementGroupID:s8 InstrumentStatus:c/InstrumentStatus TradingSegmentSN:i EnterTime:s8
    EnterReason:c/InstStatusEnterReason ExchangeInstID:s80 InstrumentID:s80`,
  QryOrder: `
    BrokerID:s10 InvestorID:s12 ExchangeID:s8 OrderSysID:s20 InsertTimeStart:s8 InsertTimeEnd:s8 InvestUnitID:s16
    InstrumentID:s80`,
  QryTrade: `
    BrokerID:s10 InvestorID:s12 ExchangeID:s8 TradeID:s20 TradeTimeStart:s8 TradeTimeEnd:s8 InvestUnitID:s16
    InstrumentID:s80`,
  QryInvestorPosition: "BrokerID:s10 InvestorID:s12 ExchangeID:s8 InvestUnitID:s16 InstrumentID:s80",
  InvestorPosition: `
    BrokerID:s10 InvestorID:s12 PosiDirection:c/PosiDirection HedgeFlag:c/HedgeFlag PositionDate:c/PositionDate
    YdPosition:i Position:i LongFrozen:i ShortFrozen:i LongFrozenAmount:d ShortFrozenAmount:d OpenVolume:i
    CloseVolume:i OpenAmount:d CloseAmount:d PositionCost:d PreMargin:d UseMargin:d FrozenMargin:d FrozenCash:d
    FrozenCommission:d CashIn:d Commission:d CloseProfit:d PositionProfit:d PreSettlementPrice:d SettlementPrice:d
    TradingDay:s8 SettlementID:i OpenCost:d ExchangeMargin:d CombPosition:i CombLongFrozen:i CombShortFrozen:i
    CloseProfitByDate:d CloseProfitByTrade:d TodayPosition:i MarginRateByMoney:d MarginRateByVolume:d StrikeFrozen:i
    StrikeFrozenAmount:d AbandonFrozen:i ExchangeID:s8 YdStrikeFrozen:i InvestUnitID:s16 PositionCostOffset:d
    TasPosition:i TasPositionCost:d InstrumentID:s80`,
  QryInvestorPositionDetail: "BrokerID:s10 InvestorID:s12 ExchangeID:s8 InvestUnitID:s16 InstrumentID:s80",
  InvestorPositionDetail: `
    BrokerID:s10 InvestorID:s12 HedgeFlag:c/HedgeFlag Direction:c/Direction OpenDate:s8 TradeID:s20 Volume:i
    OpenPrice:d TradingDay:s8 SettlementID:i TradeType:c/TradeType ExchangeID:s8 CloseProfitByDate:d
    CloseProfitByTrade:d PositionProfitByDate:d PositionProfitByTrade:d Margin:d ExchMargin:d MarginRateByMoney:d
    MarginRateByVolume:d LastSettlementPrice:d SettlementPrice:d CloseVolume:i CloseAmount:d TimeFirstVolume:i
    InvestUnitID:s16 SpecPosiType:c/SpecPosiType InstrumentID:s80 CombInstrumentID:s80`,
  QryTradingAccount: "BrokerID:s10 InvestorID:s12 CurrencyID:s3 BizType:c/BizType AccountID:s12",
  TradingAccount: `
    BrokerID:s10 AccountID:s12 PreMortgage:d PreCredit:d PreDeposit:d PreBalance:d PreMargin:d InterestBase:d
    Interest:d Deposit:d Withdraw:d FrozenMargin:d FrozenCash:d FrozenCommission:d CurrMargin:d CashIn:d
    Commission:d CloseProfit:d PositionProfit:d Balance:d Available:d WithdrawQuota:d Reserve:d TradingDay:s8
    SettlementID:i Credit:d Mortgage:d ExchangeMargin:d DeliveryMargin:d ExchangeDeliveryMargin:d ReserveBalance:d
    CurrencyID:s3 PreFundMortgageIn:d PreFundMortgageOut:d FundMortgageIn:d FundMortgageOut:d
    FundMortgageAvailable:d MortgageableFund:d SpecProductMargin:d SpecProductFrozenMargin:d SpecProductCommission:d
    SpecProductFrozenCommission:d SpecProductPositionProfit:d SpecProductCloseProfit:d
    SpecProductPositionProfitByAlg:d SpecProductExchangeMargin:d BizType:c/BizType FrozenSwap:d RemainSwap:d`,
  QryMaxOrderVolume: `
    BrokerID:s10 InvestorID:s12 Direction:c/Direction OffsetFlag:c/OffsetFlag HedgeFlag:c/HedgeFlag MaxVolume:i
    ExchangeID:s8 InvestUnitID:s16 InstrumentID:s80`,
  QryInvestor: "BrokerID:s10 InvestorID:s12",
  Investor: `
    InvestorID:s12 BrokerID:s10 InvestorGroupID:s12 InvestorName:s80 IdentifiedCardType:c/IdCardType
    IdentifiedCardNo:s50 IsActive:b Telephone:s40 Address:s100 OpenDate:s8 Mobile:s40 CommModelID:s12
    MarginModelID:s12 IsOrderFreq:c/EnumBool IsOpenVolLimit:c/EnumBool`,
  QryTradingCode: `
    BrokerID:s10 InvestorID:s12 ExchangeID:s8 ClientID:s10 ClientIDType:c/ClientIDType InvestUnitID:s16`,
  TradingCode: `
    InvestorID:s12 BrokerID:s10 ExchangeID:s8 ClientID:s10 IsActive:b ClientIDType:c/ClientIDType BranchID:s8
    BizType:c/BizType InvestUnitID:s16`,
  QryBrokerTradingParams: "BrokerID:s10 InvestorID:s12 CurrencyID:s3 AccountID:s12",
  BrokerTradingParams: `
    BrokerID:s10 InvestorID:s12 MarginPriceType:c/MarginPriceType Algorithm:c/Algorithm
    AvailIncludeCloseProfit:c/IncludeCloseProfit CurrencyID:s3 OptionRoyaltyPriceType:c/OptionRoyaltyPriceType
    AccountID:s12`,
  QryInstrumentMarginRate: `
    BrokerID:s10 InvestorID:s12 HedgeFlag:c/HedgeFlag ExchangeID:s8 InvestUnitID:s16 InstrumentID:s80`,
  InstrumentMarginRate: `
    InvestorRange:c/InvestorRange BrokerID:s10 InvestorID:s12 HedgeFlag:c/HedgeFlag LongMarginRatioByMoney:d
    LongMarginRatioByVolume:d ShortMarginRatioByMoney:d ShortMarginRatioByVolume:d IsRelative:b ExchangeID:s8
    InvestUnitID:s16 InstrumentID:s80`,
  QryInstrumentCommissionRate: "BrokerID:s10 InvestorID:s12 ExchangeID:s8 InvestUnitID:s16 InstrumentID:s80",
  InstrumentCommissionRate: `
    InvestorRange:c/InvestorRange BrokerID:s10 InvestorID:s12 OpenRatioByMoney:d OpenRatioByVolume:d
    CloseRatioByMoney:d CloseRatioByVolume:d CloseTodayRatioByMoney:d CloseTodayRatioByVolume:d ExchangeID:s8
    BizType:c/BizType InvestUnitID:s16 InstrumentID:s80`,
  QryExchangeMarginRate: "BrokerID:s10 HedgeFlag:c/HedgeFlag ExchangeID:s8 InstrumentID:s80",
  ExchangeMarginRate: `
    BrokerID:s10 HedgeFlag:c/HedgeFlag LongMarginRatioByMoney:d LongMarginRatioByVolume:d ShortMarginRatioByMoney:d
    ShortMarginRatioByVolume:d ExchangeID:s8 InstrumentID:s80`,
  QryInstrumentOrderCommRate: "BrokerID:s10 InvestorID:s12 InstrumentID:s80",
  InstrumentOrderCommRate: `
    InvestorRange:c/InvestorRange BrokerID:s10 InvestorID:s12 HedgeFlag:c/HedgeFlag OrderCommByVolume:d
    OrderActionCommByVolume:d ExchangeID:s8 InvestUnitID:s16 InstrumentID:s80 OrderCommByTrade:d
    OrderActionCommByTrade:d`,
  QryOptionInstrTradeCost: `
    BrokerID:s10 InvestorID:s12 HedgeFlag:c/HedgeFlag InputPrice:d UnderlyingPrice:d ExchangeID:s8 InvestUnitID:s16
    InstrumentID:s80`,
  OptionInstrTradeCost: `
    BrokerID:s10 InvestorID:s12 HedgeFlag:c/HedgeFlag FixedMargin:d MiniMargin:d Royalty:d ExchFixedMargin:d
    ExchMiniMargin:d ExchangeID:s8 InvestUnitID:s16 InstrumentID:s80`,
  QryOptionInstrCommRate: "BrokerID:s10 InvestorID:s12 ExchangeID:s8 InvestUnitID:s16 InstrumentID:s80",
  OptionInstrCommRate: `
    InvestorRange:c/InvestorRange BrokerID:s10 InvestorID:s12 OpenRatioByMoney:d OpenRatioByVolume:d
    CloseRatioByMoney:d CloseRatioByVolume:d CloseTodayRatioByMoney:d CloseTodayRatioByVolume:d StrikeRatioByMoney:d
    StrikeRatioByVolume:d ExchangeID:s8 InvestUnitID:s16 InstrumentID:s80`,
} as const satisfies Readonly<Record<string, string>>;

/** A struct of {@link STRUCTS}. */
export type StructName = keyof typeof STRUCTS;

/** The characters that an enumeration has. */
export const ENUMS: Readonly<Record<string, string>> = {
  ActionFlag: "03",
  Algorithm: "1234",
  AppType: "1234",
  BizType: "12",
  ClientIDType: "1235",
  CloseDealType: "01",
  ContingentCondition: "123456789ABCDEFH",
  Direction: "01",
  EnumBool: "01",
  ExchangeProperty: "01",
  ForceCloseReason: "0123456789ab",
  HedgeFlag: "123567",
  IdCardType: "0123456789ABCDFGHIJKLMNOx",
  IncludeCloseProfit: "02",
  InstStatusEnterReason: "123",
  InstrumentStatus: "01234567",
  InvestorRange: "123",
  MarginPriceType: "1234",
  MortgageFundUseRange: "0123",
  OffsetFlag: "0123456",
  OpenLimitControlLevel: "012",
  OptionRoyaltyPriceType: "145",
  OrderActionStatus: "abc",
  OrderFreqControlLevel: "012",
  OrderPriceType: "123456789ABCDEFG",
  OrderSource: "01",
  OrderStatus: "012345abc",
  OrderSubmitStatus: "0123456",
  OrderType: "01234567",
  ParkedOrderStatus: "123",
  PosiDirection: "123",
  PositionDate: "12",
  PositionDateType: "12",
  PositionType: "12",
  PriceSource: "0123",
  ProductClass: "1234567I",
  SpecPosiType: "#0",
  TimeCondition: "123456",
  TradeSource: "01",
  TradeType: "#012345",
  TradingRole: "123",
  UserType: "012",
  VolumeCondition: "123",
};
