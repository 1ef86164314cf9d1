import type { AuthGuard } from "../../shared/http/auth-guard.ts";
import { type BackInStockCases, backInStockRoutes } from "./back-in-stock-routes.ts";
import { type PreferenceCases, preferenceRoutes } from "./preference-routes.ts";

export interface ChoiceRoutesCases {
  readonly preferences: PreferenceCases;
  readonly backInStock: BackInStockCases;
}

/** What people choose to be told of, by kind and by product. */
export const choiceRoutes = (guard: AuthGuard, { preferences, backInStock }: ChoiceRoutesCases) =>
  preferenceRoutes(guard, preferences).use(backInStockRoutes(guard, backInStock));
