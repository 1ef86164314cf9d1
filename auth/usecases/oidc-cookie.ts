import { z } from "zod";

/** What the browser keeps from the first redirect to the answer. */
const begunSchema = z.object({
  id: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  expiresAtMs: z.number(),
});
export type BegunSignIn = z.infer<typeof begunSchema>;

const identitySchema = z.object({
  provider: z.string(),
  subject: z.string(),
  telegramId: z.number().nullable(),
  name: z.string(),
  language: z.string().nullable(),
  phone: z.string().nullable(),
  mayWrite: z.boolean(),
});

/** What the browser keeps from the answer to the exchange. It cannot read it, and without the code it is of no use. */
const returnedSchema = z.object({
  id: z.string(),
  codeHash: z.string(),
  identity: identitySchema,
  expiresAtMs: z.number(),
});
export type ReturnedSignIn = z.infer<typeof returnedSchema>;

const liveOf =
  <Kept extends { readonly expiresAtMs: number }>(schema: z.ZodType<Kept>) =>
  (opened: unknown, now: Date): Kept | null => {
    const read = schema.safeParse(opened);
    return read.success && now.getTime() < read.data.expiresAtMs ? read.data : null;
  };

/** What a cookie that was opened holds; null where it is something else, or over. */
export const readBegun = liveOf(begunSchema);
export const readReturned = liveOf(returnedSchema);
