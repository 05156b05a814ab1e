import { beforeEach, describe, expect, it } from "vitest";
import { setLanguage } from "@client/i18n";
import { totalPrice } from "../screens/book/price";

const FIXED = { price_minor: 12_800 };
const ASKED = { price_minor: 0 };

describe("the total of what is booked", () => {
  beforeEach(() => setLanguage("en"));

  it.each([
    [[FIXED, FIXED], "¥256.00"],
    [[FIXED, ASKED], "¥128.00 + price on request"],
    [[ASKED, ASKED], "price on request"],
  ])("never counts a price that is not listed as nothing", (services, said) => {
    expect(totalPrice(services)).toBe(said);
  });
});
