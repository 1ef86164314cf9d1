import { ok, type Schemas } from "../../../client/index.ts";
import { kiosk } from "../../shared/kiosk.ts";
import { useAct } from "../parts/use-act.ts";
import { useCustomersTexts } from "../texts/customers.ts";
import { after, useList } from "./pages.ts";

export type User = Schemas["User"];
const USERS_KEY = ["users"] as const;
const PAGE_LIMIT = 50;

/** The people whose name or phone a search finds, with a role or with any. */
export const useCustomers = (q: string, role: User["role"] | null) =>
  useList([...USERS_KEY, q, role], (cursor) =>
    ok(
      kiosk.api.GET("/v1/users", {
        params: {
          query: {
            limit: PAGE_LIMIT,
            ...(q === "" ? {} : { q }),
            ...(role === null ? {} : { role }),
            ...after(cursor),
          },
        },
      }),
    ),
  );

/** Erases a person over all services for good: wants a fresh code. */
export const useEraseUser = () => {
  const texts = useCustomersTexts();
  return useAct({
    act: ({ id }: User) => ok(kiosk.api.DELETE("/v1/users/{id}", { params: { path: { id } } })),
    touches: [USERS_KEY],
    done: (_begun, { name }) => ({ text: texts.erased(name) }),
  });
};

interface UserChange {
  readonly user: User;
  readonly changes: { readonly role?: User["role"]; readonly status?: User["status"] };
}

/** Gives a role, blocks or unblocks: wants a fresh code. */
export const useChangeUser = () => {
  const texts = useCustomersTexts();
  return useAct({
    act: ({ user: { id, version }, changes }: UserChange) =>
      ok(
        kiosk.api.PATCH("/v1/users/{id}", {
          params: { path: { id } },
          body: changes,
          headers: { "if-match": `"${version}"` },
        }),
      ),
    touches: [USERS_KEY],
    done({ name, role, status }, { changes }) {
      if (changes.role !== undefined) return { text: texts.roleSet(name, texts.roles[role]) };
      return { text: status === "blocked" ? texts.blockedNow(name) : texts.unblockedNow(name) };
    },
  });
};
