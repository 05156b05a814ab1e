import { signal } from "@preact/signals";
import { h, render } from "preact";
import { expect, it, vi } from "vitest";

const live = { view: signal<unknown>(), status: signal("live"), problem: signal(undefined), lastAt: signal(0), silentFor: () => 0, retry: () => {} };
vi.mock("@client/connection", () => ({ connection: { watch: () => live } }));

it("shows whoever is called aloud, on whichever page they stand", async () => {
  const { WaitingRoom } = await import("../screens/waiting-room/WaitingRoom");
  const place = { zh: "一号", en: "Chair 1" };
  const calling = ["a", "b", "c", "d"].map((visit_id, at) => ({ visit_id, place, number: at + 11, count: 1, color: "jade", name: null, called_at: "" }));
  live.view.value = { store: { name: place }, calling, recent: [], queue: [], voice: [], repeat_seconds: 600 };
  document.body.innerHTML = "<div></div>";
  const room = document.querySelector("div")!;
  render(h(WaitingRoom, {}), room);
  const flashing = () => room.querySelector(".call.flashing .tile")?.textContent;
  for (const number of ["11", "12", "13", "14"]) {
    await vi.waitFor(() => expect(flashing()).toBe(number), { timeout: 6_000, interval: 10 }); // a page turns by itself after nine seconds
  }
  render(null, room);
});
