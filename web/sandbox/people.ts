import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { createKioskClient, type KioskClient, type Session, storedSession } from "../../client/index.ts";
import { SESSION_KEY } from "../shared/kiosk.ts";
import { useLanguage } from "../shared/language.tsx";
import { keyOfPerson } from "../shared/sandbox-frame.ts";
import type { CastMember, Person, SandboxApi } from "./sandbox-api.ts";

/** A person of the sandbox, with where in the shop they begin. */
export interface Player extends Person {
  readonly beginsAt: string;
  readonly isMerchant: boolean;
}

const peopleKey = ["people"] as const;
/** Scripts make people too. */
const REFRESH_MS = 5_000;
/** Who comes last is of more interest than who came first: a load test makes thousands. */
const OTHERS_MAX = 20;

const playerOf = (person: Person, cast: readonly CastMember[]): Player => {
  const beginsAt = cast.find(({ phone }) => phone === person.phone)?.beginsAt ?? "/";
  return { ...person, beginsAt, isMerchant: beginsAt.startsWith("/admin") };
};

/**
 * Whom one can be: the cast first, made where they are missing, then whoever else came last. Nobody where the sandbox has no cast: its
 * people are not the shop's there.
 */
const readPlayers = async (sandbox: SandboxApi, language: string): Promise<Player[]> => {
  const cast = await sandbox.cast();
  if (cast.length === 0) return [];
  const known = await sandbox.people();
  const isThere = ({ phone }: CastMember) =>
    known.some((person) => person.phone === phone && !person.deactivated);
  const made: Person[] = [];
  for (const member of cast.filter((each) => !isThere(each)))
    made.push(await sandbox.person(member.firstName, member.phone, language));
  const present = [...known, ...made].filter(({ deactivated }) => !deactivated);
  const isCast = ({ phone }: Person) => cast.some((member) => member.phone === phone);
  const leads = cast.flatMap(({ phone }) => present.filter((person) => person.phone === phone));
  const others = present.filter((person) => !isCast(person)).slice(-OTHERS_MAX);
  return [...leads, ...others].map((person) => playerOf(person, cast));
};

export const usePlayers = (sandbox: SandboxApi) => {
  const { language } = useLanguage();
  return useQuery({
    queryKey: peopleKey,
    queryFn: () => readPlayers(sandbox, language),
    refetchInterval: REFRESH_MS,
  });
};

/** Adds a person; the one who has that phone already is as good. */
export const useAddPlayer = (sandbox: SandboxApi, onAdded: (person: Person) => void) => {
  const queries = useQueryClient();
  const { language } = useLanguage();
  return useMutation({
    mutationFn: ({ firstName, phone }: { readonly firstName: string; readonly phone: string }) =>
      sandbox.person(firstName, phone, language),
    onSuccess: async (person) => {
      await queries.invalidateQueries({ queryKey: peopleKey });
      onAdded(person);
    },
  });
};

const keyOf = (personId: number): string => keyOfPerson(SESSION_KEY, personId);
const clients = new Map<number, KioskClient>();
const listeners = new Set<() => void>();

/** The shop as somebody's own browser has it, with the session that their frame keeps. */
export const shopOf = (personId: number): KioskClient => {
  const known = clients.get(personId);
  if (known !== undefined) return known;
  const kept = storedSession(window.localStorage, keyOf(personId));
  const write = (session: Session | null) => {
    kept.write(session);
    // The browser tells all other documents, and not the one that wrote.
    for (const listener of listeners) listener();
  };
  const client = createKioskClient({ baseUrl: "", sessions: { read: kept.read, write } });
  clients.set(personId, client);
  return client;
};

const listen = (listener: () => void) => {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
};

/** The ids of those who are signed in, in the order in which they came. */
export const useSignedIn = (players: readonly Player[]): readonly number[] => {
  const ids = useSyncExternalStore(listen, () =>
    players
      .filter(({ id }) => window.localStorage.getItem(keyOf(id)) !== null)
      .map(({ id }) => id)
      .join(),
  );
  return ids === "" ? [] : ids.split(",").map(Number);
};
