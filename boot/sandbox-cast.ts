import type { CastMember } from "../sandbox/sandbox.ts";
import type { Environment } from "../shared/runtime/config.ts";

const CUSTOMER: CastMember = { firstName: "Ada", phone: "+12025550100", beginsAt: "/" };

/**
 * Whom a newcomer can be at once in the sandbox: a customer, and the merchant, who is the first of the admins. In production the admin's
 * phone is somebody's own, and the page is not told it.
 */
export const sandboxCast = ({ ADMIN_PHONES, NODE_ENV }: Environment): CastMember[] => {
  // As the sandbox keeps phones, however the number is written.
  const phone = ADMIN_PHONES?.split(",")[0]?.replaceAll(/[^+\d]/g, "");
  if (!phone || NODE_ENV === "production") return [CUSTOMER];
  return [CUSTOMER, { firstName: "Max", phone, beginsAt: "/admin/stock" }];
};
