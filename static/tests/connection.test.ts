import { expect, it, vi } from "vitest";

const heard = new Map<string, () => void>();
const socket = { connected: false, active: true, on: (event: string, listener: () => void) => heard.set(event, listener), emit: () => {}, connect: () => {}, disconnect: () => {} };
vi.mock("socket.io-client", () => ({ io: () => socket }));

it("what is looked for stands in no address while the socket is not there", async () => {
  const answer = { screen: "desk-people", key: "k", seq: 1, epoch: "e", at: "2026-05-14T03:00:00Z", view: { q: "王小明", people: [] } };
  const fetched = vi.fn((_path: string, _init: RequestInit) => Promise.resolve(new Response(JSON.stringify(answer))));
  vi.stubGlobal("fetch", fetched);
  const { openView } = await import("@client/connection");
  const people = openView("desk-people", { q: "王小明" });
  await vi.waitFor(() => expect(people.view.value).toEqual(answer.view));
  const [[path, init]] = fetched.mock.calls as [[string, RequestInit]];
  expect([path, init.method, init.body]).toEqual(["/api/views/desk-people", "POST", '{"q":"王小明"}']);
});

it("a new build waits for whoever has a dialog open or is writing", async () => {
  const { connection } = await import("@client/connection");
  const reload = vi.spyOn(location, "reload").mockImplementation(() => {});
  const passes = (ms: number) => vi.spyOn(performance, "now").mockReturnValue(at += ms);
  let at = performance.now() + 100_000;
  passes(0);
  const dialog = document.createElement("dialog");
  dialog.setAttribute("open", "");
  document.body.append(dialog);
  heard.get("reload")!();
  expect(reload).not.toHaveBeenCalled();
  dialog.remove();
  dispatchEvent(new Event("input"));
  passes(30_000);
  connection.check();
  expect(reload).not.toHaveBeenCalled();
  passes(40_000);
  connection.check();
  expect(reload).toHaveBeenCalledOnce();
});
