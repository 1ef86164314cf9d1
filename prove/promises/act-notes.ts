import { z } from "zod";
import type { Evidence, Finding, Verdict } from "../promise.ts";

const failedSchema = z.object({ failed: z.string() });

export const finding = (what: string, details: Finding["details"] = {}): Finding => ({ what, details });

const nothingBut = (found: Finding): Verdict => ({ counted: {}, findings: [found] });

/**
 * A judge by what the promise's act has noted. An act that failed, that was not played or that noted something else is a finding: a
 * promise that nobody has tried is not kept. `apart`: why an act notes null where a run has no room for it.
 */
export const judgeNotes =
  <Schema extends z.ZodType>(
    name: string,
    schema: Schema,
    judge: (notes: z.infer<Schema>, evidence: Evidence) => Verdict | Promise<Verdict>,
    apart?: string,
  ) =>
  async (evidence: Evidence): Promise<Verdict> => {
    const notes = evidence.acts[name];
    if (notes === undefined) return nothingBut(finding("what has to be done for it was not done"));
    if (notes === null && apart !== undefined) return { counted: {}, findings: [], notJudged: apart };
    const failed = failedSchema.safeParse(notes);
    if (failed.success)
      return nothingBut(finding("what has to be done for it failed", { failed: failed.data.failed }));
    const read = schema.safeParse(notes);
    if (!read.success) return nothingBut(finding("what was noted cannot be read"));
    return judge(read.data, evidence);
  };

/** The evidence with other notes of one act. */
export const withNotes = (evidence: Evidence, name: string, notes: unknown): Evidence => ({
  ...evidence,
  acts: { ...evidence.acts, [name]: notes },
});

/** The evidence with notes of an act as they would be if these members had been noted instead. */
export const withChangedNotes = (
  evidence: Evidence,
  name: string,
  changed: Readonly<Record<string, unknown>>,
): Evidence => withNotes(evidence, name, { ...(evidence.acts[name] as object | null), ...changed });
