import type { Context } from "grammy";

/** `GroupAnonymousBot`, as whom admins of a group write in the group's name (Bot API, Message, sender_chat). */
const GROUP_ANONYMOUS_BOT = 1_087_968_824;

/** True where nobody can tell who it is: they write in the name of a group or a channel. */
export const isAnonymous = ({ from, message }: Context): boolean =>
  message?.sender_chat !== undefined || from?.id === GROUP_ANONYMOUS_BOT;
