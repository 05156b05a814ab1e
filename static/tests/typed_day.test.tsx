import { h, render } from "preact";
import { act } from "preact/test-utils";
import { expect, it, vi } from "vitest";
import { useTypedDay } from "@client/typed_day";

it("a date is asked about once its year is whole, and is left alone until then", async () => {
  document.body.innerHTML = "<div></div>";
  const asked = vi.fn();
  let field: ReturnType<typeof useTypedDay>;
  const Field = ({ held }: { held: string }) => {
    field = useTypedDay(held, asked);
    return h("p", {}, field.value);
  };
  const show = (held: string) => act(() => render(h(Field, { held }), document.querySelector("div")!));
  await show("2026-12-01");
  for (const typed of ["0002-12-05", "0020-12-05", "0202-12-05"]) {
    await act(() => field.write(typed));
    await show("2026-12-01"); // another view comes
    expect([field!.value, asked.mock.calls.length]).toEqual([typed, 0]);
  }
  await act(() => field.write("2026-12-05"));
  expect(asked).toHaveBeenCalledExactlyOnceWith("2026-12-05");
  await show("2026-12-05");
  await act(() => field.write("0002-12-05"));
  await act(() => field.leave());
  expect(field!.value).toBe("2026-12-05");
});
