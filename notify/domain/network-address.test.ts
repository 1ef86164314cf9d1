import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isLoopback, isPublicAddress } from "./network-address.ts";

describe("what is the public internet", () => {
  const inner = [
    ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.0.9", "169.254.169.254", "172.16.0.1"],
    ...["172.31.255.255", "192.0.0.8", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9"],
    ...["224.0.0.1", "240.0.0.1", "255.255.255.255"],
    ...["::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1"],
    ...["2001::1", "2002:a00:1::", "3fff::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1"],
    ...["localhost", "0x7f.1", "2130706433", "", "example.org"],
  ];
  for (const address of inner)
    test(`${address || "nothing"} is none of it`, () => expect(isPublicAddress(address)).toBe(false));

  const outer = [
    "1.1.1.1",
    "8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "192.167.0.1",
    "2606:4700::1111",
    "2a00:1450::1",
  ];
  for (const address of outer) test(`${address} is`, () => expect(isPublicAddress(address)).toBe(true));

  test("no private network has a gap", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(octet, octet, octet, fc.integer({ min: 16, max: 31 }), (a, b, c, d) => {
        const all = [`10.${a}.${b}.${c}`, `127.${a}.${b}.${c}`, `192.168.${a}.${b}`, `169.254.${a}.${b}`];
        expect([...all, `172.${d}.${a}.${b}`].some(isPublicAddress)).toBe(false);
      }),
    );
  });
});

test("this machine is known by name and by address", () => {
  expect(["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"].every(isLoopback)).toBe(true);
  expect(["10.0.0.1", "example.org", "localhost.example.org", "::2"].some(isLoopback)).toBe(false);
});
