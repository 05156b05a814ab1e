import { signal } from "@preact/signals";
import { expect, it, vi } from "vitest";
import { Outbox } from "@client/outbox";

vi.mock("@client/connection", () => ({ connection: { heard: signal(undefined) } }));

it("what is tapped before the device's storage has opened is kept once it has, in order and in the tapper's name", async () => {
  const sent: unknown[] = [];
  const sender = (name: string, _id: string, _data: never, by?: string) => {
    sent.push([name, by]);
    return Promise.resolve({ seq: sent.length, result: {}, repeated: false });
  };
  const box = await Outbox.open("tapped-early", { sender });
  let comes = (_: Outbox) => {};
  vi.spyOn(Outbox, "open").mockReturnValue(new Promise((resolve) => (comes = resolve)));
  const { actAs, keep, outbox, tap } = await import("../screens/technician/taps");
  actAs("jay");
  const taps = [tap("visits.start_service", {}, { id: "did-start" }), keep("forms.sign", {}, { id: "did-sign" })];
  await Promise.resolve();
  expect(outbox.value).toBeUndefined();
  comes(box);
  await Promise.all(taps);
  await vi.waitFor(
    () =>
      expect(sent).toEqual([
        ["visits.start_service", "jay"],
        ["forms.sign", "jay"],
      ]),
    { timeout: 20_000 },
  );
});

it("a thumb that bounces asks for help once, and one that comes again asks again", async () => {
  const { outbox, tap } = await import("../screens/technician/taps");
  await vi.waitFor(() => expect(outbox.value).toBeDefined());
  const put = vi.spyOn(outbox.value!, "put").mockImplementation(() => Promise.resolve(`letter ${put.mock.calls.length}`));
  const clock = vi.spyOn(performance, "now").mockReturnValue(1_000);
  const ask = () => tap("visits.ask_help", { kind: "help" }, { id: "did-help" });
  expect(await Promise.all([ask(), ask(), tap("visits.ask_help", { kind: "clean" }, { id: "did-clean" })])).toEqual(["letter 1", "letter 1", "letter 2"]);
  expect(await ask()).toBe("letter 3");
  clock.mockReturnValue(1_400);
  expect(await ask()).toBe("letter 4");
  const extend = () => tap("visits.extend", { item_id: "a", minutes: 5 }, { id: "did-extend" });
  expect(await Promise.all([extend(), extend()])).toEqual(["letter 5", "letter 6"]);
  clock.mockRestore();
});
