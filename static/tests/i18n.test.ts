import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { storeSettings } from "@client/format";
import * as format from "@client/format";
import { addTexts, hasText, pick, say, sayError, setLanguage, t } from "@client/i18n";
import { chosenLanguage } from "@client/language";

beforeEach(() => {
  localStorage.clear();
  setLanguage("en");
  storeSettings.value = { zone: "Asia/Shanghai", currency: "CNY" };
});
afterEach(() => vi.restoreAllMocks());

describe("the language", () => {
  it("comes from the address before the last choice before the browser's wishes", () => {
    localStorage.clear();
    expect(chosenLanguage("", ["de", "zh-TW", "en"])).toBe("zh");
    expect(chosenLanguage("", ["de"])).toBe("en");
    setLanguage("zh");
    expect(chosenLanguage("", ["en"])).toBe("zh");
    expect(chosenLanguage("?lang=en", ["zh"])).toBe("en");
    expect(chosenLanguage("?lang=tlh", ["en"])).toBe("zh");
  });

  it("is not remembered on a device that the next person inherits", () => {
    setLanguage("zh", { remember: false });
    expect(chosenLanguage("", ["en"])).toBe("en");
  });

  it("stands in the document for fonts and screen readers", () => {
    setLanguage("zh");
    expect(document.documentElement.lang).toBe("zh-Hans");
    setLanguage("en");
    expect(document.documentElement.lang).toBe("en");
  });
});

describe("texts", () => {
  it("speak both languages, with plural forms", () => {
    expect(t("outbox-waiting", { count: 1 })).toBe("1 action is not sent yet");
    expect(t("outbox-waiting", { count: 3 })).toBe("3 actions are not sent yet");
    setLanguage("zh");
    expect(t("outbox-waiting", { count: 3 })).toBe("还有 3 项操作未发送");
  });

  it("show times, days and money in the store's zone and currency", () => {
    addTexts({ "/en/times.ftl": "moved = { $who } at { TIME($at) }, { DAY($at) }, { MONEY($price) }, { MINUTES($left) }" });
    const params = { who: { zh: "林", en: "Lin" }, at: "2026-06-03T06:05:00+00:00", price: 12800, left: 80 };
    expect(say({ code: "moved", params })).toBe("Lin at 14:05, Wed 3 Jun, ¥128.00, 1\u00a0h 20\u00a0min");
  });

  it("say something true about a code that the page does not know", () => {
    expect(say({ code: "from-the-future" })).toContain("from-the-future");
    expect(sayError({ code: "from_the_future" })).toContain("from_the_future");
    expect(sayError({ code: "from_the_future", detail: "The hub's own sentence." })).toBe("The hub's own sentence.");
  });

  it("a missing text is reported and shown by its id", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(t("no-such-text")).toBe("no-such-text");
    expect(warn).toHaveBeenCalledOnce();
    expect(hasText("no-such-text")).toBe(false);
  });

  it("a file that does not parse stops the page in development", () => {
    expect(() => addTexts({ "/de/shell.ftl": "a = b" })).toThrow("language");
  });

  it("markup in a value stays text", () => {
    addTexts({ "/en/names.ftl": "hello = Hello { $name }" });
    expect(t("hello", { name: "<script>alert(1)</script> { $x }" })).toBe("Hello <script>alert(1)</script> { $x }");
  });

  it("pick falls back on the other language where one is empty", () => {
    expect(pick({ zh: "洗发", en: "" })).toBe("洗发");
    setLanguage("zh");
    expect(pick({ zh: "洗发", en: "Wash" })).toBe("洗发");
  });
});

describe("formats", () => {
  it("times are the store's, not the browser's, also over the change of summer time", () => {
    storeSettings.value = { zone: "Europe/Berlin", currency: "EUR" };
    expect(format.time("2026-10-25T00:30:00Z")).toBe("02:30");
    expect(format.time("2026-10-25T01:30:00Z")).toBe("02:30");
    expect(format.isoDate("2026-10-24T22:30:00Z")).toBe("2026-10-25");
    expect(format.timeRange("2026-10-24T22:00:00Z", "2026-10-24T22:20:00Z")).toBe("00:00–00:20");
  });

  it("days and dates are written as each language writes them", () => {
    const at = "2026-06-03T06:05:00Z";
    expect(format.fullDate(at)).toBe("3 June 2026");
    setLanguage("zh");
    expect(format.day(at)).toBe("6月3日周三");
    expect(format.fullDate(at)).toBe("2026年6月3日");
    expect(format.minutes(80)).toBe("1\u00a0小时 20\u00a0分钟");
  });

  it("money has as many decimals as its currency", () => {
    expect(format.money(12800)).toBe("¥128.00");
    expect(format.money(500, "JPY")).toBe("¥500");
    expect(format.money(-199, "EUR")).toBe("-€1.99");
  });

  it("spans and countdowns are exact", () => {
    expect(format.minutes(0)).toBe("0\u00a0min");
    expect(format.minutes(60)).toBe("1\u00a0h");
    expect(format.minutes(-5)).toBe("−5\u00a0min");
    expect(format.countdown(65)).toBe("01:05");
    expect(format.countdown(3665)).toBe("1:01:05");
    expect(format.countdown(-65)).toBe("−01:05");
    expect(format.countdown(-0.4)).toBe("00:00");
  });
});
