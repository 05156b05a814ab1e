import { addTexts } from "@client/i18n";
import { startPage } from "@design";
import { Book } from "./Book";

addTexts(import.meta.glob("@locales/*/book.ftl", { query: "?raw", import: "default", eager: true }));
startPage(Book);
