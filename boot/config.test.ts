import { describe, expect, test } from "bun:test";
import { ConfigError } from "../shared/runtime/config.ts";
import { addressOfPart, portOf, readBootConfig, readParts } from "./config.ts";

const secrets = { INTERNAL_TOKEN: "i".repeat(32), SANDBOX_TOKEN: "s".repeat(32) };

describe("the parts on the command line", () => {
  test("are all parts where none is named, and otherwise those alone", () => {
    expect(readParts([])).toEqual(["gateway", "auth", "catalog", "inventory", "orders", "notify"]);
    expect(readParts(["notify", "orders"])).toEqual(["orders", "notify"]);
  });

  test("an unknown one is named, with those that there are", () => {
    expect(() => readParts(["order"])).toThrow(ConfigError);
    expect(() => readParts(["order"])).toThrow(/order: there is no such service\. There are gateway, auth/);
  });
});

describe("addresses", () => {
  test("a part that runs elsewhere is where its variable says, else on its own port here", () => {
    const config = readBootConfig({ ...secrets, ORDERS_URL: "http://orders.shop:8080/", AUTH_PORT: "4001" });
    expect(addressOfPart(config, "orders")).toBe("http://orders.shop:8080");
    expect(addressOfPart(config, "auth")).toBe("http://127.0.0.1:4001");
  });

  test("GATEWAY_PORT is another name of PORT, which wins", () => {
    expect(portOf(readBootConfig({ ...secrets, GATEWAY_PORT: "8000" }), "gateway")).toEqual({
      variable: "PORT",
      port: 8000,
    });
    expect(portOf(readBootConfig({ ...secrets, GATEWAY_PORT: "8000", PORT: "9000" }), "gateway").port).toBe(
      9000,
    );
  });
});
