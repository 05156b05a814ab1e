import { describe, expect, it } from "vitest";
import { codeFrom } from "@client/codes";

describe("a short code from a name", () => {
  it("is made of its letters and digits", () => {
    expect(codeFrom("Women’s cut & blow-dry", [])).toBe("WOMENS-CUT-BLOW-DRY");
    expect(codeFrom("  Crème 50 ", [])).toBe("CREME-50");
  });

  it("is nobody else's, however that one is written", () => {
    expect(codeFrom("Chair", ["chair"])).toBe("CHAIR-2");
    expect(codeFrom("Chair", ["Chair", "CHAIR-2"])).toBe("CHAIR-3");
  });

  it("is a number where the name has no such letters", () => {
    expect(codeFrom("剪发", [])).toBe("1");
    expect(codeFrom("!", ["1", "2"])).toBe("3");
  });

  it("is short and ends with no dash", () => {
    expect(codeFrom("Balayage with gloss -- and toner", [])).toBe("BALAYAGE-WITH-GLOSS");
  });
});
