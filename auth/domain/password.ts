/** Shortest and longest password, in characters (NIST SP 800-63B-4, 3.1.1.2: 15 where it is the only factor, 12 borne for shops). */
export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;
/** A name this short is in too many words by chance to forbid them all. */
const TELLING_NAME_MIN = 4;
/** What is left of a password when its well-known word is taken away must be this long, else it is that word with trimmings. */
const OWN_PART_MIN = 8;
/** A password that is one part of up to so many characters again and again is as good as that part. */
const REPEATED_PART_MAX = 6;

/** Words that head every list of leaked passwords, as people write them, folded (see `folded`). */
const wellKnownWords = (
  "password passwort passwd passphrase secret qwerty qwertz azerty asdfgh zxcvbn letmein welcome willkommen iloveyou admin " +
  "administrator login master monkey dragon sunshine princess football baseball superman batman shadow michael jordan charlie " +
  "trustno access hello freedom whatever computer internet changeme default starwars pokemon summer winter spring autumn"
).split(" ");

/** Rows of keys, the alphabet and the digits: a password that runs along them, either way, is no secret. */
const runs = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890123456789",
  "qwertyuiopasdfghjklzxcvbnm",
  "qwertzuiopasdfghjklyxcvbnm",
];
const everyRun = runs.flatMap((run) => [run + run, [...(run + run)].reverse().join("")]);

/** Signs that people write for letters. */
const LEET: Readonly<Record<string, string>> = {
  "@": "a",
  "4": "a",
  "3": "e",
  "1": "i",
  "!": "i",
  "0": "o",
  $: "s",
  "5": "s",
  "7": "t",
};
const folded = (text: string): string => [...text.toLowerCase()].map((sign) => LEET[sign] ?? sign).join("");

/** The form in which a password is measured, hashed and compared: what is typed differently and looks the same is the same. */
export const normalizePassword = (password: string): string => password.normalize("NFKC");

const isRepetition = (text: string): boolean => {
  for (let length = 1; length <= REPEATED_PART_MAX; length += 1) {
    const part = text.slice(0, length);
    if (part.repeat(Math.ceil(text.length / length)).slice(0, text.length) === text) return true;
  }
  return false;
};

const isRun = (text: string): boolean => everyRun.some((run) => run.includes(text));

/** A well-known word, once or more, with little of one's own around it. */
const isWellKnown = (text: string): boolean => {
  const rest = wellKnownWords.reduce((left, word) => left.replaceAll(word, ""), folded(text));
  return rest.length < text.length && rest.length < OWN_PART_MIN;
};

/** What a password may not hold: names of the person and of the shop. */
export interface PasswordNames {
  readonly username: string | null;
  readonly email: string | null;
  readonly shop: string;
}

const tellingNames = ({ username, email, shop }: PasswordNames): string[] =>
  [username ?? "", email?.split("@")[0] ?? "", shop]
    .flatMap((name) => [name, name.replaceAll(/\s+/g, "")])
    .map((name) => name.normalize("NFKC").toLowerCase())
    .filter((name) => [...name].length >= TELLING_NAME_MIN);

/** What is wrong with a password that somebody chose (already normalised), in words for them; null: nothing. */
export const passwordFault = (password: string, names: PasswordNames): string | null => {
  const length = [...password].length;
  if (length < PASSWORD_MIN || length > PASSWORD_MAX)
    return `must be ${PASSWORD_MIN} to ${PASSWORD_MAX} characters`;
  const lower = password.toLowerCase();
  if (tellingNames(names).some((name) => lower.includes(name)))
    return "must not hold your username, your e-mail address or the shop's name";
  if (isRepetition(lower) || isRun(lower) || isWellKnown(lower))
    return "is one of those that are tried first: choose another, such as four words that have nothing to do with each other";
  return null;
};
