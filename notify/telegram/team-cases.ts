import type { AdmitStaff } from "../usecases/admit-staff.ts";
import type { ChatOperations } from "../usecases/chat-operations.ts";
import type { Groups } from "../usecases/groups.ts";
import type { Questions } from "../usecases/question-ports.ts";
import type { StaffOrders } from "../usecases/staff-orders.ts";

/** What the shop's people do with orders, groups and the services, in their own chats and in groups. */
export interface TeamCases {
  readonly admit: AdmitStaff;
  readonly orders: StaffOrders;
  readonly groups: Groups;
  readonly operations: ChatOperations;
  readonly questions: Questions;
}
