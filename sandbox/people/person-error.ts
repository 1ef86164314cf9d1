/** Something a person's client would not let them do. `code` is the control API's. */
export class PersonError extends Error {
  override readonly name = "PersonError";
  constructor(
    readonly code: "NOT_FOUND" | "CONFLICT" | "VALIDATION",
    message: string,
    readonly pointer?: string,
  ) {
    super(message);
  }
}
