/** Order statuses that people are shown. */
export const shownStatuses = [
  "pending",
  "confirmed",
  "rejected",
  "packed",
  "shipped",
  "delivered",
  "cancelled",
  "returned",
] as const;
export type ShownStatus = (typeof shownStatuses)[number];
