import { permissions, type Role, roleAtLeast, roles } from "../../shared/contracts/permissions.ts";
import type { Notice } from "../domain/notice.ts";
import { categoryOf, groupCategories } from "../domain/preferences.ts";

/** Whom an alert goes to: everybody of these roles who has a chat, and the groups where they can choose it. */
export interface Hearers {
  readonly roles: readonly Role[];
  readonly groups: boolean;
}

/** The lowest role that may see in the shop what the alert tells of. What concerns the bot itself is the admins' business. */
const lowestRole = (alert: Notice): Role => {
  switch (alert.template) {
    case "order-alert":
      return permissions["orders.read-all"];
    case "stock-low":
    case "stock-restocked":
      return permissions["stock.read"];
    case "messages-parked":
    case "sagas-stuck":
      return permissions["ops.read"];
    default:
      return "admin";
  }
};

export const hearersOf = (alert: Notice): Hearers => {
  const lowest = lowestRole(alert);
  const category = categoryOf(alert);
  return {
    roles: roles.filter((role) => roleAtLeast(role, lowest)),
    groups: groupCategories.some((one) => one === category),
  };
};
