import { beforeEach, describe, expect, it } from "vitest";
import { businessDate, isLate, storeSettings, visitDay, visitDayAndTime, visitTime } from "@client/format";
import { addTexts, setLanguage, t } from "@client/i18n";

const EVENING = "2026-06-03T15:30:00Z"; // 23:30 in Shanghai
const LATE = "2026-06-03T16:30:00Z"; // 00:30
const MORNING = "2026-06-03T22:00:00Z"; // 06:00

beforeEach(() => {
  setLanguage("en");
  storeSettings.value = { zone: "Asia/Shanghai", currency: "CNY", day_begins: "06:00" };
});

describe("a business day that begins at 06:00", () => {
  it("goes on past midnight, to the minute", () => {
    expect([EVENING, LATE, "2026-06-03T21:59:00Z", MORNING].map(businessDate)).toEqual(["2026-06-03", "2026-06-03", "2026-06-03", "2026-06-04"]);
    expect([EVENING, LATE, MORNING].map(isLate)).toEqual([false, true, false]);
    expect(businessDate("2026-02-28T16:30:00Z")).toBe("2026-02-28");
  });

  it("is named beside times that nobody can take for the same date", () => {
    expect([visitDayAndTime(EVENING), visitDayAndTime(LATE)]).toEqual(["Wed 3 Jun 23:30", "Wed 3 Jun 00:30 next day"]);
    addTexts({ "/en/night.ftl": "moved-late = Moved to { VISIT($at) }" });
    expect(t("moved-late", { at: LATE })).toBe("Moved to Wed 3 Jun 00:30 next day");
    setLanguage("zh");
    expect([visitDay(LATE), visitTime(LATE)]).toEqual([visitDay(EVENING), "次日00:30"]);
  });

  it("is the zone's own, wherever its noon lies", () => {
    storeSettings.value = { zone: "America/Los_Angeles", currency: "USD", day_begins: "08:00" };
    expect([visitDay("2026-06-04T07:30:00Z"), businessDate("2026-06-04T15:00:00Z")]).toEqual(["Wed 3 Jun", "2026-06-04"]);
  });
});

it("a day that begins at midnight is the calendar's", () => {
  for (const day_begins of ["00:00", undefined]) {
    storeSettings.value = { zone: "Asia/Shanghai", currency: "CNY", ...(day_begins && { day_begins }) };
    expect([businessDate(LATE), visitDayAndTime(LATE), isLate(LATE)]).toEqual(["2026-06-04", "Thu 4 Jun 00:30", false]);
  }
});
