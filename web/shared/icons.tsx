/** The pages' own icons, drawn on a grid of 24, in the colour of the text around them. Beside words or in a named button: none speaks itself. */
const icon = (path: string) => () => (
  <svg
    className="icon"
    viewBox="0 0 24 24"
    width="20"
    height="20"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.8"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d={path} />
  </svg>
);

export const SearchIcon = icon("M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14m5-2 4 4");
export const CartIcon = icon("M3 4h2l2.2 11h10.3L20 7H6M9 20h.01M16.500 20h.01");
export const PersonIcon = icon(
  "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8m-8 8c.7-4 4-5.500 8-5.500s7.300 1.500 8 5.500",
);
export const MoonIcon = icon("M20 14.500A8 8 0 0 1 9.500 4 8 8 0 1 0 20 14.500");
export const SunIcon = icon(
  "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8m0-13v1m0 16v1M4.200 4.200l.8.8m14 14 .8.8M3 12h1m16 0h1M4.200 19.800l.8-.8m14-14 .8-.8",
);
export const PlusIcon = icon("M12 5v14M5 12h14");
export const MinusIcon = icon("M5 12h14");
export const CloseIcon = icon("m6 6 12 12M18 6 6 18");
export const FilterIcon = icon("M4 6h16M7 12h10m-7 6h4");
export const BellIcon = icon("M6 10a6 6 0 1 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7m4 10h4");
export const CheckIcon = icon("m5 12 5 5 9-10");
export const BoxIcon = icon("m4 8 8-4 8 4v8l-8 4-8-4zm0 0 8 4 8-4m-8 4v8");
export const WarningIcon = icon("M12 8v5m0 3.500h.01M12 3 2.500 20h19z");
export const TelegramIcon = icon("m3 11 18-7-3 16-6-5-3 4-1-6 9-7");
export const MailIcon = icon("M3 6h18v12H3zm0 1 9 6 9-6");
