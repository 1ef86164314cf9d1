import { may, type Permission } from "../../shared/contracts/permissions.ts";
import { isKioskError } from "../../shared/kernel/errors.ts";
import type { Acting, ShopDesk } from "./shop-ports.ts";

/**
 * Whoever has this Telegram account, to act with the rights of the role that they have now. Null where that role has not this right, and
 * for who is nobody of ours or is blocked: they are not told that there is anything. Fails with `UNAVAILABLE`.
 */
export const admitStaff =
  ({ desk }: { readonly desk: ShopDesk }) =>
  async (telegramUserId: number, permission: Permission): Promise<Acting | null> => {
    try {
      const as = await desk.act(telegramUserId, "full");
      return may(as.role, permission) ? as : null;
    } catch (error) {
      if (isKioskError(error, "UNAUTHENTICATED") || isKioskError(error, "FORBIDDEN")) return null;
      throw error;
    }
  };

export type AdmitStaff = ReturnType<typeof admitStaff>;
