import { h, render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, it, vi } from "vitest";

const send = vi.fn((_name: string, _data: object) => Promise.resolve({ result: {} }));
vi.mock("@client/door", () => ({ send }));

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  document.body.innerHTML = "<div></div>";
});

const phase = { ordinal: 0, kind: "hands_on", minutes: 30, place_kind: "chair", skill: "cut", min_level: 1, max_gap_minutes: 0 };
const cut = { id: "cut", code: "CUTM", name: { zh: "男士剪发", en: "Men's cut" }, category: { zh: "剪发", en: "Cut" }, price_minor: 9800, bookable_online: true, active: true, ordinal: 1, consent_form: null, phases: [phase] };

async function shown(change: object): Promise<void> {
  const { ServiceDialog } = await import("../screens/catalog/ServiceDialog");
  const service = { ...cut, ...change };
  const both = (code: string) => ({ code, name: { zh: code, en: code } });
  const view = { services: [service], forms: [], kinds: [both("chair")], skills: [both("cut")] };
  await act(() => render(h(ServiceDialog, { view: view as never, service: service as never, onClose: () => {} }), document.querySelector("div")!));
}

it("a service's open form puts back no price that somebody else has changed meanwhile", async () => {
  await shown({});
  const [zh] = document.querySelectorAll("input");
  await act(() => {
    zh!.value = "男士精剪";
    void zh!.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await shown({ price_minor: 12800 });
  await act(() => document.querySelector<HTMLButtonElement>(".dialog-actions .primary")!.click());
  expect(send).toHaveBeenCalledWith("catalog.put_service", expect.objectContaining({ name: { zh: "男士精剪", en: "Men's cut" }, price_minor: 12800 }));
  expect(Object.keys(send.mock.calls[0]![1])).not.toContain("price");
});
