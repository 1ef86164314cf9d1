import type { Permission } from "../../../shared/contracts/permissions.ts";
import type { AdmitStaff } from "../../usecases/admit-staff.ts";
import { isAnonymous } from "../anonymous.ts";
import type { ButtonHandler } from "./handlers.ts";
import type { StaffHandler } from "./staff.ts";

/**
 * A button that others than the shop's people may see, as in a group: to be in it grants nothing. Who has not this right now is told so, and
 * so is who hides behind the group.
 */
export const forTeam =
  (admit: AdmitStaff, permission: Permission, handle: StaffHandler): ButtonHandler =>
  async (tap, action) => {
    const { anonymous, notYours } = tap.texts().team;
    if (isAnonymous(tap.ctx)) return tap.answer(anonymous, { alert: true });
    const as = await admit(tap.from.id, permission);
    if (as === null) return tap.answer(notYours, { alert: true });
    await handle(tap, action, as);
  };
