import { UserPlus, X } from "lucide-preact";
import { useState } from "preact/hooks";
import { visitDay } from "@client/format";
import { Button, Chip, IconButton, SegmentedControl, TextInput } from "@design";
import { isSearching, peopleOf, refusalOf, usePeople } from "../people";
import type { Found } from "../types";
import { t } from "../words";

export interface Person {
  customer_id?: string;
  name?: string;
  phone?: string;
  title?: "mr" | "ms" | "none";
  known?: Found;
}

const DIGITS = /^[+\d][\d\s-]*$/;

/** One field finds by name or number; nobody found, the same words begin the new customer. */
export function CustomerChoice({ person, onPerson }: { person: Person; onPerson: (person: Person) => void }) {
  const [q, setQ] = useState("");
  const [isNew, setNew] = useState(false);
  const wanted = !person.customer_id && !isNew && q.trim().length >= 2 ? q.trim() : "";
  usePeople(wanted);
  const people = wanted ? peopleOf(wanted) : [];
  if (person.known) return <Known person={person.known} onClear={() => onPerson({})} />;
  if (isNew) {
    return (
      <div class="column">
        <TextInput label={t("customer-name")} value={person.name ?? ""} maxLength={200} onValue={(name) => onPerson({ ...person, name })} autoFocus={!person.name} {...(person.phone?.trim() && !person.name?.trim() && { hint: t("customer-name-needed") })} />
        <TextInput label={t("customer-phone")} optional inputMode="tel" value={person.phone ?? ""} maxLength={40} onValue={(phone) => onPerson({ ...person, phone })} autoFocus={!!person.name} />
        <SegmentedControl
          label={t("customer-title")}
          value={person.title ?? "none"}
          onValue={(title) => onPerson({ ...person, title })}
          options={(["ms", "mr", "none"] as const).map((title) => ({ value: title, label: t(`title-${title}`) }))}
        />
        <Button variant="ghost" onClick={() => (setNew(false), onPerson({}))}>
          {t("customer-search-instead")}
        </Button>
      </div>
    );
  }
  const begin = () => {
    setNew(true);
    onPerson(DIGITS.test(q.trim()) ? { phone: q.trim() } : { name: q.trim() });
  };
  return (
    <div class="column">
      <TextInput label={t("customer-search")} value={q} onValue={setQ} hint={t("customer-search-hint")} />
      {people.length > 0 && (
        <ul class="choices">
          {people.map((found) => (
            <li key={found.customer_id}>
              <button type="button" class="choice" onClick={() => onPerson({ customer_id: found.customer_id, name: found.name, known: found })}>
                <strong>{found.name}</strong>
                <span class="muted numbers">{found.phone_tail && `…${found.phone_tail}`}</span>
                <span class="push muted small">{t("visits-count", { count: found.visits })}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {wanted && !people.length && !isSearching(wanted) && <p class={refusalOf(wanted) ? "alert-text" : "muted"}>{refusalOf(wanted) ?? t("customer-none")}</p>}
      <Button icon={UserPlus} onClick={begin}>
        {q.trim() ? t("customer-new-named", { name: q.trim() }) : t("customer-new")}
      </Button>
    </div>
  );
}

function Known({ person, onClear }: { person: Found; onClear: () => void }) {
  return (
    <div class="known">
      <div class="known-who">
        <strong>{person.name}</strong>
        <span class="muted small">
          {[person.phone_tail && `…${person.phone_tail}`, t("visits-count", { count: person.visits }), person.last_visit && t("last-visit", { when: visitDay(person.last_visit) })].filter(Boolean).join(" · ")}
        </span>
        <span class="row wrap">
          {person.tier !== "none" && <Chip tone="clay">{t(`tier-${person.tier}`)}</Chip>}
          {person.has_allergy && <Chip tone="alert">{t("allergy")}</Chip>}
          {person.no_shows > 0 && <Chip tone="wait">{t("no-shows", { count: person.no_shows })}</Chip>}
          {person.next_booking && <Chip tone="celadon">{t("next-booking", { when: visitDay(person.next_booking) })}</Chip>}
        </span>
      </div>
      <IconButton of={X} label={t("customer-other")} onClick={onClear} />
    </div>
  );
}
