import { expect, test } from "bun:test";
import { describeDevice, deviceKey, placeOf } from "./device.ts";

test("a device is described in known words only", () => {
  const chrome =
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
  const safari =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1";
  expect(describeDevice(chrome, "203.0.113.7")).toBe("Chrome on Windows, 203.0.113.7");
  expect(describeDevice(`${chrome} Edg/140.0`, "203.0.113.7")).toBe("Edge on Windows, 203.0.113.7");
  expect(describeDevice(safari, "2001:db8::1")).toBe("Safari on iOS, 2001:db8::1");
  expect(describeDevice("<b>Your bank</b>", "unknown")).toBe("An unknown program, unknown address");
});

test("a place is an address, or near, or not known", () => {
  const near = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.9",
    "172.31.9.9",
    "192.168.0.2",
    "::1",
    "fd00::7",
    "fe80::1",
  ];
  for (const ip of [...near, "::ffff:10.0.0.1"]) expect(placeOf(ip)).toBe("local network");
  for (const ip of ["203.0.113.7", "172.32.0.1", "11.0.0.1", "2001:db8::1"]) expect(placeOf(ip)).toBe(ip);
  expect(placeOf("::ffff:203.0.113.7")).toBe("203.0.113.7");
  expect([placeOf("unknown"), placeOf("")]).toEqual([null, null]);
});

test("a device is the same under other versions and near addresses, and another in another program, system or network", () => {
  const firefox = (version: number, system = "X11; Linux x86_64") =>
    `Mozilla/5.0 (${system}; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`;
  const at = (ip: string, userAgent = firefox(140)) => deviceKey({ userAgent, ip });
  const home = at("203.0.113.7");
  expect([at("203.0.200.9"), at("::ffff:203.0.113.8"), at("203.0.113.7", firefox(141))]).toEqual([
    home,
    home,
    home,
  ]);
  const others = [
    at("203.1.113.7"),
    at("unknown"),
    at("192.168.1.1"),
    at("2001:db8::7"),
    at("2001:db9::7"),
    at("2001::7"),
    at("203.0.113.7", firefox(140, "Windows NT 10.0")),
    at("203.0.113.7", "curl/8"),
  ];
  expect(new Set([home, ...others]).size).toBe(others.length + 1);
  expect(at("2001:db8:1::7")).toBe(at("2001:DB8:ffff:1::9"));
  expect(at("2001::7")).toBe(at("2001:0:1::9"));
  expect(at("::1")).toBe(at("10.0.0.1"));
});
