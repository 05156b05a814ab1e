import { expect, it, vi } from "vitest";

vi.mock("@client/connection", () => ({ connection: { busy: { value: false } } }));

it("a field that nobody has typed in shows what the hub says now, and what was typed stays", async () => {
  const { begin, draftOf, follow, write } = await import("../screens/wording/drafts");
  const line = (own: string) => ({ id: "hello", zh: { own, product: "欢迎" }, en: { own, product: "Welcome" } }) as never;
  begin(line("one"), "zh");
  begin(line("one"), "en");
  write("hello", "en", "mine");
  follow([line("two")]);
  expect([draftOf("hello", "zh")?.text, draftOf("hello", "en")?.text]).toEqual(["two", "mine"]);
});
