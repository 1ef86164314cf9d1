import { isKioskError } from "../../shared/kernel/errors.ts";

/** Something was asked of the shop and no answer came: it may have been done. Who is told that it was not does it twice. */
export class OutcomeUnknown extends Error {
  override readonly name = "OutcomeUnknown";

  constructor(cause: unknown) {
    super("The shop did not say whether it was done.", { cause });
  }
}

/** A change of the shop's. Fails as it does, but with `OutcomeUnknown` where no answer came. */
export const changing = async <Answer>(change: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await change();
  } catch (error) {
    throw isKioskError(error, "UNAVAILABLE") ? new OutcomeUnknown(error) : error;
  }
};
