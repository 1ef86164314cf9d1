import { describe, expect, test } from "bun:test";
import { ConfigError } from "../shared/runtime/config.ts";
import { addressesOfService, gatewayAddress, portOf, readBootConfig, readParts } from "./config.ts";

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
    const config = readBootConfig({
      ...secrets,
      ORDERS_URL: "http://orders.shop:8080/",
      GATEWAY_URL: "https://shop.example/",
      AUTH_PORT: "4001",
    });
    expect(addressesOfService(config, "orders")).toEqual(["http://orders.shop:8080"]);
    expect(addressesOfService(config, "auth")).toEqual(["http://127.0.0.1:4001"]);
    expect(gatewayAddress(config)).toBe("https://shop.example");
    expect(gatewayAddress(readBootConfig(secrets))).toBe("http://127.0.0.1:3000");
  });

  test("a service may have several, each of them once", () => {
    const ORDERS_URL = "http://10.0.0.1:3004, http://10.0.0.2:3004/,http://10.0.0.1:3004";
    expect(addressesOfService(readBootConfig({ ...secrets, ORDERS_URL }), "orders")).toEqual([
      "http://10.0.0.1:3004",
      "http://10.0.0.2:3004",
    ]);
  });

  test("a list with anything else in it is refused by the variable's name, without what was read", () => {
    const many = Array.from({ length: 17 }, (_, i) => `http://10.0.0.${i}`).join();
    const wrong = ["http://a:1,b:2", "ftp://hunter2", "http://a?x=1", "http://a#x", "http:///", ",", many];
    for (const text of wrong) {
      const read = () => readBootConfig({ ...secrets, ORDERS_URL: text, INVENTORY_URL: text });
      expect(read).toThrow(
        /^ORDERS_URL: one URL or several .*\nINVENTORY_URL: |^INVENTORY_URL: .*\nORDERS_URL: /,
      );
      expect(read).not.toThrow(/hunter2|10\.0/);
    }
  });

  test("the gateway has one, which people are told", () => {
    expect(() => readBootConfig({ ...secrets, GATEWAY_URL: "http://a,http://b" })).toThrow(/^GATEWAY_URL: /);
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
