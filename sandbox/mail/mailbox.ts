import type { Mail } from "../state/records.ts";
import { isoNow, MAILS_LIMIT, MAILS_LIMIT_CHARACTERS, type World } from "../state/world.ts";

/** Keeps a mail; where there are too many, the oldest are forgotten. */
export function keepMail(world: World, mail: Omit<Mail, "id" | "receivedAt">): Mail {
  const kept: Mail = { ...mail, id: world.nextIds.mail++, receivedAt: isoNow(world) };
  world.mails.set(kept.id, kept);
  let characters = [...world.mails.values()].reduce((sum, each) => sum + sizeOf(each), 0);
  for (const oldest of world.mails.values()) {
    if (world.mails.size <= MAILS_LIMIT && characters <= MAILS_LIMIT_CHARACTERS) break;
    characters -= sizeOf(oldest);
    world.mails.delete(oldest.id);
  }
  world.changes.emit({ kind: "mail", mailId: kept.id });
  return kept;
}

function sizeOf({ to, from, subject, text, html, headers }: Mail): number {
  return JSON.stringify([to, from, subject, text, html, headers]).length;
}

/** The mails after an id, oldest first; of one address only, where one is given. */
export function mailsAfter(world: World, { after, to }: { after: number; to: string | null }): Mail[] {
  const wanted = to === null ? null : addressOf(to);
  return [...world.mails.values()].filter(
    (mail) => mail.id > after && (wanted === null || addressOf(mail.to) === wanted),
  );
}

/** The address in `Ada <ada@example.org>`; upper and lower case are the same, as for all providers of today. */
function addressOf(text: string): string {
  return (/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase();
}
