import { describe, expect, test } from "bun:test";
import { type Granted, type GrantReport, grantJson, grantText } from "./report.ts";

const PHONE = "+4915112345678";
const ada: Extract<Granted, { user: unknown }>["user"] = {
  id: "0192f0c0-0000-7000-8000-000000000001",
  version: 4,
  phone: PHONE,
  telegramUserId: 7,
  name: "Ada",
  username: null,
  email: "ada@example.org",
  language: "en",
  timezone: "UTC",
  role: "staff",
  status: "active",
  phoneReleasedAt: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  deletedAt: null,
};
const report = (granted: Granted, change: Partial<GrantReport> = {}): GrantReport => ({
  ...{ phone: PHONE, role: "staff", granted, where: "db.example/kiosk_auth", isAdminPhone: false },
  ...change,
});

describe("user:grant says", () => {
  test("what it did, and from when that counts", () => {
    const risen = { outcome: "granted", user: ada, before: "customer", endedSessions: 0 } as const;
    expect(grantText(report(risen))).toContain("was customer and is staff now");
    expect(grantText(report(risen))).toContain("refresh");
    const fallen = { outcome: "granted", user: ada, before: "admin", endedSessions: 2 } as const;
    expect(grantText(report(fallen))).toContain("In force at once: 2 sessions were ended");
    expect(grantText(report(fallen, { isAdminPhone: true }))).toContain("ADMIN_PHONES names this phone");
  });

  test("that there was nothing to do, and what else is in the way", () => {
    const user = { ...ada, status: "blocked" } as const;
    const text = grantText(report({ outcome: "unchanged", user, before: "staff", endedSessions: 0 }));
    expect(text).toContain("is staff already");
    expect(text).toContain("blocked");
  });

  test("what to do where nobody has the phone", () => {
    const text = grantText(report({ outcome: "nobody" }, { role: "admin" }));
    expect(text).toContain("signs in once with it");
    expect(text).toContain(`ADMIN_PHONES=${PHONE}`);
    expect(grantText(report({ outcome: "nobody" }))).not.toContain("ADMIN_PHONES");
  });

  test("to machines no more of the person than the id", () => {
    const json = JSON.stringify(
      grantJson(report({ outcome: "granted", user: ada, before: "customer", endedSessions: 0 })),
    );
    expect(json).toContain(ada.id);
    expect(json).not.toContain("ada@example.org");
  });
});
