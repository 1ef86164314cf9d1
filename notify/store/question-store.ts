import { and, eq, gt, lte } from "drizzle-orm";
import type { Queryable } from "../../shared/ports/database.ts";
import { QUESTION_LIFE_MS } from "../domain/question.ts";
import type { AskedAt, QuestionStore } from "../usecases/question-ports.ts";
import { chatQuestion } from "./staff-schema.ts";

const isAt = ({ chatId, messageId }: AskedAt) =>
  and(eq(chatQuestion.chatId, chatId), eq(chatQuestion.messageId, messageId));

/** Questions that wait for an answer, in the database: whichever instance takes the answer knows what was asked, also after a restart. */
export const createQuestionStore = (db: Queryable): QuestionStore => ({
  async ask({ chatId, messageId }, question, askedAt) {
    await db.insert(chatQuestion).values({ chatId, messageId, question, askedAt }).onConflictDoNothing();
  },
  async find(at, since) {
    const [row] = await db
      .select({ question: chatQuestion.question })
      .from(chatQuestion)
      .where(and(isAt(at), gt(chatQuestion.askedAt, since)));
    return row?.question ?? null;
  },
  async done(at) {
    await db.delete(chatQuestion).where(isAt(at));
  },
});

/** Forgets questions that nobody has answered. */
export const pruneQuestions = async (db: Queryable, now: Date): Promise<void> => {
  await db.delete(chatQuestion).where(lte(chatQuestion.askedAt, new Date(now.getTime() - QUESTION_LIFE_MS)));
};
