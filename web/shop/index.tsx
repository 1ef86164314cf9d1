import "./styles.ts";
import { showPage } from "../shared/frame.tsx";
import { Shop } from "./shop.tsx";

showPage(<Shop />);
