import { addTexts } from "@client/i18n";
import { keepPage, stayAwake } from "@client/standing";
import { startPage } from "@design";
import { WaitingRoom } from "./WaitingRoom";

addTexts(import.meta.glob("@locales/*/waiting-room.ftl", { query: "?raw", import: "default", eager: true }));
startPage(WaitingRoom);
keepPage();
stayAwake();
