import { type ComponentType, lazy } from "react";
import { backOnline } from "./online.ts";

/** A page that is loaded when somebody goes there; whoever is offline then gets it as soon as they are back. */
export const lazyPage = <Props extends object>(load: () => Promise<ComponentType<Props>>) =>
  lazy(async () => {
    const loaded = await load().catch(async (error: unknown) => {
      if (navigator.onLine) throw error;
      await backOnline();
      return load();
    });
    return { default: loaded };
  });
