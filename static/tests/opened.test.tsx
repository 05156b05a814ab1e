import { h, render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, it, vi } from "vitest";
import { signal } from "@preact/signals";
import { setLanguage } from "@client/i18n";

type Done = (answer: unknown) => void;
const account = (id: string) => ({ id, name: `Name ${id}`, login: id, roles: ["front_desk"], technician: null });
const view = { accounts: [account("a"), account("b")], closed: [], roles: ["front_desk"], unclaimed: [], second_factor_roles: [], password_policy: "modern" };
const live = { view: signal(view), status: signal("live"), problem: signal(undefined), lastAt: signal(0), silentFor: () => 0, retry: () => {} };
const send = vi.fn();
vi.mock("@client/connection", () => ({ connection: { watch: () => live }, openView: () => live }));
vi.mock("@client/door", () => ({ send }));
vi.mock("@design", async (load) => ({ ...(await load<object>()), BackOffice: ({ children }: { children: (shown: unknown) => unknown }) => children(view) }));

beforeEach(() => {
  document.body.innerHTML = "<div></div>";
  setLanguage("en");
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

const opened = () => document.querySelector("dialog[open] h2")?.textContent;
const tap = (what: string) => act(() => document.querySelector<HTMLElement>(what)!.click());

/** The staff page, and how to answer the command that is sent next. */
async function staff(): Promise<Done> {
  let done: Done = () => {};
  send.mockReturnValue(new Promise((resolve) => (done = resolve)));
  const { Staff } = await import("../screens/staff/Staff");
  await act(() => render(h(Staff, {}), document.querySelector("div")!));
  return (answer) =>
    act(async () => {
      done(answer);
      await new Promise((pass) => setTimeout(pass, 20));
    });
}

it("a late answer to a change shuts neither the next person's form nor the same one that was opened anew", async () => {
  for (const next of ["b", "a"]) {
    const answer = await staff();
    await tap("li:first-child .person");
    expect(opened()).toBe("Name a");
    const name = document.querySelector<HTMLInputElement>("dialog[open] input[type=text]")!;
    name.value = "Other";
    await act(() => void name.dispatchEvent(new Event("input", { bubbles: true })));
    await tap("dialog[open] .dialog-actions .primary");
    await tap("dialog[open] .dialog-head button");
    expect(opened()).toBeUndefined();
    await tap(next === "a" ? "li:first-child .person" : "li:last-child .person");
    await answer({ result: {} });
    expect(opened()).toBe(`Name ${next}`);
    render(null, document.querySelector("div")!);
  }
});

it("a late answer to a new account shuts not the form for the next one, and its secret is shown over it", async () => {
  const answer = await staff();
  const typed = async (at: number, words: string) => {
    const field = document.querySelectorAll<HTMLInputElement>("dialog[open] input[type=text]")[at]!;
    field.value = words;
    await act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
  };
  await tap(".staff-head button");
  await typed(0, "Lin");
  await typed(1, "lin");
  await tap("dialog[open] .dialog-actions .primary");
  await tap("dialog[open] .dialog-head button");
  await tap(".staff-head button");
  await typed(0, "Wang");
  send.mockResolvedValue({ result: { password: "shown-once" } });
  await answer({ result: { account_id: "c" } });
  await vi.waitFor(() => expect(document.querySelector("dialog[open] .secret")?.textContent).toContain("shown-once"));
  expect(document.querySelector<HTMLInputElement>("dialog[open] input[type=text]")?.value).toBe("Wang");
});

it("a late answer to what a customer corrected shuts nothing that they have begun to write since", async () => {
  let done: Done = () => {};
  send.mockReturnValue(new Promise((resolve) => (done = resolve)));
  const { Details } = await import("../screens/my-visits/Details");
  const me = { name: "Emma", phone: "", email: "", language: "en", note: "" };
  await act(() => render(h(Details, { me, channels: [] } as never), document.querySelector("div")!));
  const button = (word: string) => [...document.querySelectorAll("button")].find((each) => each.textContent === word)!;
  await act(() => button("my-correct").click());
  await act(() => void document.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
  await act(() => [...document.querySelectorAll<HTMLElement>("form .button")].at(-1)!.click());
  await act(() => button("my-correct").click());
  await act(async () => {
    done({ result: {} });
    await new Promise((pass) => setTimeout(pass, 20));
  });
  expect(send).toHaveBeenLastCalledWith("security.put_own_profile", { name: "Emma", language: "en", note: "" });
  expect(document.querySelector("form")).not.toBeNull();
});
