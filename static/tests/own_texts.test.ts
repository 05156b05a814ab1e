import { beforeEach, describe, expect, it, vi } from "vitest";
import { effect } from "@preact/signals";

const KEY = "salon-hub.texts";

/** A page as it begins: modules anew, what the device keeps as it was. */
async function page() {
  vi.resetModules();
  const i18n = await import("@client/i18n");
  const { followTexts } = await import("@client/own_texts");
  i18n.setLanguage("en");
  i18n.addTexts({ "/en/a.ftl": "hello = Hello { $name }\nword = technician", "/zh/a.ftl": "hello = 您好 { $name }\nword = 技师" });
  return { ...i18n, followTexts };
}

function answering(texts: Record<string, { zh: string; en: string } | number>) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    const found = texts[path.replace("/api/texts/", "")];
    if (found === undefined) throw new TypeError("nobody answers");
    if (typeof found === "number") return new Response(JSON.stringify({ code: "no_such_page" }), { status: found });
    return new Response(JSON.stringify(found));
  });
  return asked;
}

const OWN = { zh: "word = 发型师\n", en: "word = stylist\n" };

beforeEach(() => {
  localStorage.clear();
  vi.useRealTimers();
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

describe("the store's own words", () => {
  it("come over the product's, in both languages, and redraw at once", async () => {
    const asked = answering({ "s/1": OWN });
    const { t, textIn, setLanguage, followTexts } = await page();
    const drawn: string[] = [];
    effect(() => void drawn.push(t("word")));
    await followTexts("s/1");
    await followTexts("s/1");
    expect(drawn).toEqual(["technician", "stylist"]);
    expect(asked).toEqual(["/api/texts/s/1"]);
    expect(textIn("zh", "word")).toBe("发型师");
    setLanguage("zh");
    expect(drawn.at(-1)).toBe("发型师");
    expect(t("hello", { name: "林" })).toBe("您好 林");
  });

  it("are not written over by texts of the product that come later", async () => {
    answering({ "s/1": { zh: "", en: "late = ours" } });
    const { t, hasText, addTexts, followTexts } = await page();
    await followTexts("s/1");
    expect(hasText("late")).toBe(true);
    addTexts({ "/en/b.ftl": "late = the product's" });
    expect(t("late")).toBe("ours");
  });

  it("go without a trace when they are dropped", async () => {
    answering({ "s/1": OWN });
    const { t, followTexts } = await page();
    await followTexts("s/1");
    await followTexts(null);
    expect(t("word")).toBe("technician");
    expect((await page()).t("word")).toBe("technician");
  });

  it("are there from the beginning on a device that starts without the hub", async () => {
    answering({ "s/1": OWN });
    await (await page()).followTexts("s/1");
    const asked = answering({});
    const again = await page();
    expect(again.t("word")).toBe("stylist");
    await again.followTexts("s/1");
    expect(asked).toEqual([]);
  });

  it("wait for a hub that does not answer, and take a newer version that comes meanwhile", async () => {
    vi.useFakeTimers();
    const asked = answering({ "s/2": { zh: "", en: "word = artist" } });
    const { t, followTexts } = await page();
    const first = followTexts("s/1");
    await vi.advanceTimersByTimeAsync(100);
    await followTexts("s/2");
    await vi.advanceTimersByTimeAsync(10_000);
    await first;
    expect(t("word")).toBe("artist");
    expect(asked).toEqual(["/api/texts/s/1", "/api/texts/s/2"]);
  });

  it("are asked for again by the next view where a version was gone", async () => {
    const asked = answering({ "s/1": 404 });
    const { t, followTexts } = await page();
    await followTexts("s/1");
    await followTexts("s/1");
    expect(asked.length).toBe(2);
    expect(t("word")).toBe("technician");
  });

  it("that cannot be filled in leave the product's text", async () => {
    answering({ "s/1": { zh: "", en: "hello = { $nobody } and { NOTHING($name) }\n}}} junk\nunknown = x" } });
    const { t, followTexts } = await page();
    await followTexts("s/1");
    expect(t("hello", { name: "Lin" })).toBe("Hello Lin");
    expect(t("word")).toBe("technician");
  });

  it.each(["{", "[]", '{"version":"s/1","files":7}', '{"version":"s/1"}', "null"])("kept as %s harm no page", async (kept) => {
    localStorage.setItem(KEY, kept);
    answering({ "s/2": OWN });
    const { t, followTexts } = await page();
    expect(t("word")).toBe("technician");
    await followTexts("s/2");
    expect(t("word")).toBe("stylist");
  });
});
