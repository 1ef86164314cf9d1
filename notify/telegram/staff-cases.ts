import type { AdmitStaff } from "../usecases/admit-staff.ts";
import type { ChatStock } from "../usecases/chat-stock.ts";
import type { Questions } from "../usecases/question-ports.ts";
import type { Acting } from "../usecases/shop-ports.ts";
import type { ShopToday } from "../usecases/shop-today.ts";

/** What the shop's people can do in the chat. Each begins with who they are: their role as auth has it at that moment. */
export interface StaffCases {
  readonly admit: AdmitStaff;
  readonly stock: ChatStock;
  readToday(as: Acting): Promise<ShopToday>;
  readonly questions: Questions;
}
