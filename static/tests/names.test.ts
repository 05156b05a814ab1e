import { beforeEach, expect, it } from "vitest";
import { setLanguage } from "@client/i18n";
import { nameOf } from "../screens/technician/names";

beforeEach(() => setLanguage("en"));

it.each([
  [{ name: "王**", color: "ink", number: 33 }, "王**"],
  [{ name: "", color: "ink", number: 33 }, "Ink 33"],
])("whoever gave no name goes by the code on the big screen", (person, shown) => {
  expect(nameOf(person)).toBe(shown);
});
