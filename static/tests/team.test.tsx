import { h, render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, it, vi } from "vitest";

const send = vi.fn((_name: string, _data: object) => Promise.resolve({ result: { technician_id: "mia" } }));
vi.mock("@client/door", () => ({ send }));

beforeEach(() => void (document.body.innerHTML = "<div></div>"));

const mia = { id: "mia", code: "T8", name: { zh: "米娅", en: "Mia" }, gender: "woman", phone: "", email: "", active: true, ordinal: 7, skills: { nails: 3 } };

async function shown(change: object): Promise<void> {
  const { Person } = await import("../screens/team/Person");
  const person = { ...mia, ...change };
  const view = { team: [person], skills: [{ code: "nails", name: { zh: "美甲", en: "Nails" } }, { code: "cut", name: { zh: "剪发", en: "Cut" } }] };
  await act(() => render(h(Person, { view: view as never, person: person as never, onMade: () => {} }), document.querySelector("div")!));
}

const keep = () => document.querySelector<HTMLButtonElement>("button[type=submit]")!;
const write = (index: number, text: string) =>
  act(() => {
    const field = document.querySelectorAll("input")[index]!;
    field.value = text;
    void field.dispatchEvent(new Event("input", { bubbles: true }));
  });

it("a technician's open form puts back nothing that somebody else has changed meanwhile", async () => {
  await shown({});
  await shown({ phone: "+8613800138000", skills: { nails: 3, cut: 2 } });
  expect(keep().disabled).toBe(true);
  await write(1, "Mia Li");
  await shown({ phone: "+8613900139000", skills: { nails: 4, cut: 2 } });
  expect(keep().disabled).toBe(false);
  await act(() => void document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
  expect(send).toHaveBeenCalledWith(
    "team.put_technician",
    expect.objectContaining({ name: { zh: "米娅", en: "Mia Li" }, phone: "+8613900139000", skills: { nails: 4, cut: 2 } }),
  );
  await shown({ name: { zh: "米娅", en: "Mia Li" } });
  expect(keep().disabled).toBe(true);
  await shown({ name: { zh: "米娅", en: "Mia Chen" } });
  expect(document.querySelectorAll("input")[1]!.value).toBe("Mia Chen");
});
