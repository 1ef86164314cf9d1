import type { Notice } from "./notice.ts";
import type { OrderCardNotice, StaffCardNotice } from "./order-notice.ts";

/** A notice that is the one living message of an order in a chat: its buyer's, or of the shop's people. Who is both has two. */
export type CardNotice = OrderCardNotice | StaffCardNotice;

export type CardAudience = "buyer" | "staff";

export const isCard = (notice: Notice): notice is CardNotice =>
  notice.template === "order-card" || notice.template === "staff-card";

export const audienceOf = ({ template }: CardNotice): CardAudience =>
  template === "order-card" ? "buyer" : "staff";
