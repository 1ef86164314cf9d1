import { openBridge } from "./bridge.ts";
import { type Launch, launchOf } from "./launch.ts";

const KEY = "kiosk.telegram";

/** The hash is gone with the first link that is followed; a reload finds it here, in this visit alone. */
const readLaunch = (): Launch | null => {
  const launch = launchOf(window.location.hash);
  if (launch === null) return launchOf(window.sessionStorage.getItem(KEY) ?? "");
  window.sessionStorage.setItem(KEY, window.location.hash);
  // What Telegram has signed belongs into no address that somebody may share.
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
  return launch;
};

const launch = readLaunch();

/** Telegram around this page; null in a browser. */
export const telegram = launch === null ? null : { launch, bridge: openBridge() };
