import type { Permission } from "../../../shared/contracts/permissions.ts";
import type { AdmitStaff } from "../../usecases/admit-staff.ts";
import type { Acting } from "../../usecases/shop-ports.ts";
import type { CallbackAction } from "../callback-data.ts";
import type { ButtonHandler } from "./handlers.ts";
import type { Tap } from "./tap.ts";

/** What one of the shop's people does by a tap, with their own rights. */
export type StaffHandler = (tap: Tap, action: CallbackAction, as: Acting) => Promise<void>;

/** A button of the shop's people. To anybody else, and to who was one when the button was sent, it is a button that is not in use. */
export const forStaff =
  (admit: AdmitStaff, permission: Permission, handle: StaffHandler): ButtonHandler =>
  async (tap, action) => {
    const as = await admit(tap.from.id, permission);
    if (as === null) return tap.answer(tap.texts().unknownButton);
    await handle(tap, action, as);
  };
