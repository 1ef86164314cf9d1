import { useTexts } from "../../shared/language.tsx";

const en = {
  title: "Webhooks",
  nothing: "No webhooks: the shop's events are posted nowhere else.",
  on: "On",
  off: "Off",
  turnOn: "Turn on",
  turnOff: "Turn off",
  turnOnOf: (url: string) => `Turn on ${url}`,
  turnOffOf: (url: string) => `Turn off ${url}`,
  test: "Send a test",
  testOf: (url: string) => `Send a test to ${url}`,
  tested: "A test event is on its way.",
  turned: (url: string, isOn: boolean) => `${url} is ${isOn ? "on" : "off"}.`,
  lastSuccess: (moment: string) => `Last delivered ${moment}`,
  never: "Nothing delivered yet",
  failures: (count: number) => `${count} failed in a row`,
};

const ar: typeof en = {
  title: "خطافات الويب",
  nothing: "لا خطافات: لا تُرسل أحداث المتجر إلى مكان آخر.",
  on: "يعمل",
  off: "متوقف",
  turnOn: "شغّل",
  turnOff: "أوقف",
  turnOnOf: (url) => `شغّل ${url}`,
  turnOffOf: (url) => `أوقف ${url}`,
  test: "أرسل تجربة",
  testOf: (url) => `أرسل تجربة إلى ${url}`,
  tested: "حدث تجريبي في الطريق.",
  turned: (url, isOn) => `${url}: ${isOn ? "يعمل" : "متوقف"}.`,
  lastSuccess: (moment) => `آخر تسليم ${moment}`,
  never: "لم يُسلَّم شيء بعد",
  failures: (count) => `${count} إخفاقات متتالية`,
};

export const useWebhooksTexts = () => useTexts({ en, ar });
