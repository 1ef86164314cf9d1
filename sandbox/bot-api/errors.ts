/**
 * A refusal in the Bot API's own words: `{ ok: false, error_code, description, parameters }` under the same HTTP status.
 * Texts follow the official server (github.com/tdlib/telegram-bot-api); fidelity.test.ts says where each was found.
 */
export class BotApiError extends Error {
  constructor(
    readonly status: number,
    readonly description: string,
    /** What the envelope carries beside the text (https://core.telegram.org/bots/api#responseparameters). */
    readonly parameters?: { retry_after: number } | { migrate_to_chat_id: number },
  ) {
    super(description);
    this.name = "BotApiError";
  }
}

export const badRequest = (text: string) => new BotApiError(400, `Bad Request: ${text}`);
export const forbidden = (text: string) => new BotApiError(403, `Forbidden: ${text}`);
export const conflict = (text: string) => new BotApiError(409, `Conflict: ${text}`);
/**
 * The sandbox's own refusals: Telegram has this, the sandbox has not, and it never pretends. A parameter is a 400, so that
 * a caller knows for sure that nothing was done.
 */
export const methodNotModelled = (method: string) =>
  new BotApiError(501, `Not Implemented: the sandbox does not model the method ${method}`);
export const notModelled = (what: string) => badRequest(`the sandbox does not model ${what}`);
export const tooManyRequests = (seconds: number) =>
  new BotApiError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });

export const TEXTS = {
  badJson: "Bad Request: can't parse JSON object",
  bodyTooLarge: "Request Entity Too Large",
  captionTooLong: "message caption is too long",
  callbackExpired: "query is too old and response timeout expired or query ID is invalid",
  chatIdEmpty: "chat_id is empty",
  chatNotFound: "chat not found",
  blocked: "bot was blocked by the user",
  cannotInitiate: "bot can't initiate conversation with a user",
  deactivated: "user is deactivated",
  deleteNotFound: "message to delete not found",
  deleteForbidden: "message can't be deleted",
  deleteTooOld: "message can't be deleted for everyone",
  editForbidden: "message can't be edited",
  editNotFound: "message to edit not found",
  fileEmpty: "file must be non-empty",
  fileUnknown: "wrong file identifier/HTTP URL specified",
  fileUrlInvalid: "wrong HTTP URL specified",
  groupUpgraded: "group chat was upgraded to a supergroup chat",
  imageUnreadable: "IMAGE_PROCESS_FAILED",
  memberNotFound: "member not found",
  noCaption: "there is no caption in the message to edit",
  noPhoto: "there is no photo in the request",
  noText: "there is no text in the message to edit",
  photoDimensions: "PHOTO_INVALID_DIMENSIONS",
  photoTooBig: "too big for a photo",
  emptyText: "message text is empty",
  messageTooLong: "message is too long",
  editTooLong: "MESSAGE_TOO_LONG",
  methodNotFound: "Not Found: method not found",
  notFound: "Not Found",
  notModified:
    "message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
  pollReplaced: "terminated by other getUpdates request; make sure that only one bot instance is running",
  pollReplacedByWebhook: "terminated by setWebhook request",
  pollWithWebhook:
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  replyNotFound: "message to be replied not found",
  textTooLong: "text is too long",
  tokenMalformed: "Unauthorized: invalid token specified",
  tokenUnknown: "Unauthorized",
} as const;
