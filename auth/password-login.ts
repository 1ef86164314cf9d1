import { Elysia } from "elysia";
import type { AuthGuard } from "../shared/http/auth-guard.ts";
import type { Limits } from "../shared/ports/limits.ts";
import type { TtlStore } from "../shared/ports/ttl-store.ts";
import type { AuthConfig } from "./config.ts";
import { createPasswordHasher } from "./credentials/password-hasher.ts";
import { passwordRoutes } from "./http/password-routes.ts";
import { createLockout } from "./lockout.ts";
import { type RegisterDeps, register } from "./usecases/register.ts";
import { type SetPasswordDeps, setPassword } from "./usecases/set-password.ts";
import { type SignInByPasswordDeps, signInByPassword } from "./usecases/sign-in-by-password.ts";

type Needed = Omit<RegisterDeps & SignInByPasswordDeps & SetPasswordDeps, "hasher" | "lockout" | "shopName">;

export interface PasswordLoginOptions {
  readonly parts: Needed;
  readonly config: Pick<AuthConfig, "PASSWORD_LOGIN" | "SHOP_NAME">;
  readonly limits: Limits;
  readonly ttlStore: TtlStore;
}

/** Sign-in by password: its routes, none of them where it is off, and what makes it ready. */
export const createPasswordLogin = ({ parts, config, limits, ttlStore }: PasswordLoginOptions) => {
  const hasher = createPasswordHasher();
  const deps = {
    ...parts,
    hasher,
    lockout: createLockout({ way: "password", limits, ttlStore, clock: parts.clock }),
    shopName: config.SHOP_NAME,
  };
  const cases = {
    register: register(deps),
    signInByPassword: signInByPassword(deps),
    setPassword: setPassword(deps),
    clock: parts.clock,
  };
  return {
    routes: (guard: AuthGuard) =>
      config.PASSWORD_LOGIN ? passwordRoutes(guard, cases) : new Elysia({ normalize: false }),
    /** Makes nobody's hash, so that the first unknown name is not told by its time. */
    async start(): Promise<void> {
      if (config.PASSWORD_LOGIN) await hasher.warmUp();
    },
  };
};

export type PasswordLogin = ReturnType<typeof createPasswordLogin>;
