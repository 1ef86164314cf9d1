import { describe, expect, test } from "bun:test";
import { isDark, launchOf, placeOf, themeOf } from "./launch.ts";

const initData = `user=${encodeURIComponent('{"id":42,"first_name":"Mina"}')}&auth_date=1&hash=c501&start_param=p_MUG-BLUE`;
const hashOf = (params: Record<string, string>) => `#${new URLSearchParams(params)}`;

describe("a launch by Telegram", () => {
  test("is read from the hash: what is signed stays as it is", () => {
    const theme = JSON.stringify({ bg_color: "#17212b", text_color: "red;}", button_color: 7 });
    expect(launchOf(hashOf({ tgWebAppData: initData, tgWebAppThemeParams: theme }))).toEqual({
      ...{ initData, userId: 42, theme: { bg_color: "#17212b" }, startParam: "p_MUG-BLUE" },
    });
  });

  test("is none where the hash is somebody else's, and survives nonsense", () => {
    for (const hash of ["", "#", "#content", hashOf({ tgWebAppVersion: "9.1" })])
      expect(launchOf(hash)).toBeNull();
    expect(launchOf(hashOf({ tgWebAppData: "user={", tgWebAppThemeParams: "[" }))).toMatchObject({
      userId: null,
      theme: {},
    });
    expect(themeOf(null)).toEqual({});
  });

  test("leads to a product, and nowhere else", () => {
    expect(placeOf("p_MUG-BLUE")).toBe("/p/MUG-BLUE");
    for (const other of [null, "", "p_", "p_../admin", "order_7", "p_a/b"]) expect(placeOf(other)).toBeNull();
  });

  test("has dark colours or light ones", () => {
    expect(["#17212b", "#000000", "#ffffff", "#efeff4"].map(isDark)).toEqual([true, true, false, false]);
  });
});
