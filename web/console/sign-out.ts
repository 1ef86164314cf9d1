import { kiosk } from "../shared/kiosk.ts";

/** Ends the session, on this device at once. */
export const signOut = async (): Promise<void> => {
  const session = kiosk.session();
  // Here it ends whatever the shop says: somebody may be waiting for the machine.
  if (session !== null) await kiosk.api.POST("/v1/auth/logout").catch(() => undefined);
  kiosk.forget();
};
