import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CommandData } from "@client/api";
import { Refusal, send, Unreachable } from "@client/door";
import { setLanguage } from "@client/i18n";
import { newId } from "@client/ids";
import { onSignedOut, requestCredentials, safeNext, signedOut, socketCredentials, useVisitLink } from "@client/session";

const CHECK_IN = "visits.check_in";
const data = { booking_id: "b" } as CommandData<typeof CHECK_IN>;
const fetching = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.useFakeTimers();
  fetching.mockReset();
  vi.stubGlobal("fetch", fetching);
  setLanguage("zh");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function answer(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
}

function bodies(): { id: string; data: unknown }[] {
  return fetching.mock.calls.map(([, init]) => JSON.parse(String(init!.body)) as { id: string; data: unknown });
}

describe("send", () => {
  it("posts id and data with the headers that the hub asks for", async () => {
    document.documentElement.dataset["seat"] = "staff";
    fetching.mockResolvedValue(answer({ seq: 7, result: { visit: "v" }, repeated: false }));
    expect(await send(CHECK_IN, data)).toEqual({ seq: 7, result: { visit: "v" }, repeated: false });
    const [path, init] = fetching.mock.calls[0]!;
    expect(path).toBe("/api/commands/visits.check_in");
    expect(init!.headers).toMatchObject({ "X-Requested-With": "salon-hub", "Accept-Language": "zh", "X-Salon-Seat": "staff" });
    expect(bodies()[0]).toMatchObject({ data: data });
  });

  it("asks again with the same id where nobody answers", async () => {
    fetching.mockRejectedValueOnce(new TypeError("network")).mockResolvedValue(answer({ seq: 1, result: {}, repeated: true }));
    const sent = send(CHECK_IN, data);
    await vi.advanceTimersByTimeAsync(500);
    expect((await sent).repeated).toBe(true);
    const [first, second] = bodies();
    expect(first!.id).toBe(second!.id);
  });

  it("gives up after three silences", async () => {
    fetching.mockRejectedValue(new TypeError("network"));
    const sent = send(CHECK_IN, data).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await sent).toBeInstanceOf(Unreachable);
    expect(fetching).toHaveBeenCalledTimes(3);
  });

  it("a refusal carries code, sentence and parameters, and is not asked again", async () => {
    fetching.mockResolvedValue(answer({ code: "slot_taken", detail: "这个时间刚被约走。", params: { n: 1 } }, 409));
    const error = (await send(CHECK_IN, data).catch((thrown: unknown) => thrown)) as Refusal;
    expect(error).toBeInstanceOf(Refusal);
    expect(error).toMatchObject({ code: "slot_taken", status: 409, params: { n: 1 }, message: "这个时间刚被约走。", passing: false });
    expect(fetching).toHaveBeenCalledOnce();
  });

  it("knows when to ask again later", async () => {
    fetching.mockResolvedValue(answer("<h1>Too many</h1>", 429, { "Retry-After": "30" }));
    const error = (await send(CHECK_IN, data).catch((thrown: unknown) => thrown)) as Refusal;
    expect(error).toMatchObject({ code: "unknown", passing: true, retryAfter: 30 });
  });

  it("takes a captive portal's page for silence", async () => {
    fetching.mockResolvedValue(answer("<html>Welcome to the Wi-Fi</html>"));
    fetching.mockImplementation(async () => answer("<html>Welcome to the Wi-Fi</html>"));
    const sent = send(CHECK_IN, data).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await sent).toBeInstanceOf(Unreachable);
  });
});

it("ids are UUIDs of version 4, all different", () => {
  const ids = Array.from({ length: 1_000 }, newId);
  expect(new Set(ids).size).toBe(1_000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

it.each([
  ["/desk?day=2026-06-03", "/desk?day=2026-06-03"],
  ["https://elsewhere.example/", "/"],
  ["//elsewhere.example/", "/"],
  ["/\\elsewhere.example/", "/"],
  ["javascript:alert(1)", "/"],
  [null, "/"],
])("after signing in, %s leads to %s", (next, to) => {
  expect(safeNext(next, "http://hub.local:8000")).toBe(to);
});

it("a customer's phone asks with its link, on both ways", () => {
  document.documentElement.dataset["seat"] = "";
  useVisitLink("signed");
  expect(requestCredentials()).toEqual({ Authorization: "Visit signed" });
  expect(socketCredentials()).toEqual({ seat: "", visit: "signed" });
});

it("a page may answer in its own way that nobody is signed in", () => {
  const pinPad = vi.fn();
  onSignedOut(pinPad);
  signedOut(false);
  expect(pinPad).toHaveBeenCalledOnce();
});
