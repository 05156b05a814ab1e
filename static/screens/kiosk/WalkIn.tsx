import { Check, Delete, Keyboard, LayoutGrid, Plus, Space, Sparkles, Mars, Venus } from "lucide-preact";
import { useState } from "preact/hooks";
import { hubNow } from "@client/clock";
import { listed, minutes, money, timeRange } from "@client/format";
import { language, pick, t } from "@client/i18n";
import { Button, Icon, QrImage, SegmentedControl, TextInput } from "@design";
import { Ask, PhonePad, SHORTEST } from "./Booked";
import { answer, answered, type KioskView, type Service, type Wait } from "./talk";

const MOST = 4;
/** The commonest surnames of China, in the order of the 2020 census. */
const SURNAMES = "王李张刘陈杨黄吴赵周徐孙马朱胡林郭何高罗".split("");

export function Services({ view }: { view: KioskView }) {
  const groups = new Map<string, Service[]>();
  for (const each of view.services) groups.set(each.category.en, [...(groups.get(each.category.en) ?? []), each]);
  const names = [...groups.keys()];
  const [group, setGroup] = useState(names[0] ?? "");
  const [chosen, setChosen] = useState<string[]>([]);
  const toggle = (id: string) => {
    if (chosen.includes(id)) setChosen(chosen.filter((each) => each !== id));
    else if (chosen.length < MOST) setChosen([...chosen, id]);
  };
  const total = view.services.filter((each) => chosen.includes(each.id)).reduce((sum, each) => sum + each.minutes, 0);
  return (
    <>
      <Ask title={t("service-title")} />
      <div class="groups" role="tablist">
        {names.map((name) => (
          <button
            key={name}
            type="button"
            role="tab"
            class={name === group ? "group chosen" : "group"}
            aria-selected={name === group}
            onClick={() => setGroup(name)}
          >
            {pick(groups.get(name)![0]!.category)}
          </button>
        ))}
      </div>
      <div class="rows">
        {(groups.get(group) ?? []).map((each) => (
          <button
            key={each.id}
            type="button"
            class={chosen.includes(each.id) ? "line picked" : "line"}
            aria-pressed={chosen.includes(each.id)}
            onClick={() => toggle(each.id)}
          >
            <span class="line-name">{pick(each.name)}</span>
            <span class="line-more">
              {minutes(each.minutes)} · {each.price_minor ? money(each.price_minor) : t("price-none")}
            </span>
            <span class="line-mark">
              <Icon of={chosen.includes(each.id) ? Check : Plus} />
            </span>
          </button>
        ))}
      </div>
      <div class="choices">
        {chosen.length > 0 && <p class="choices-note">{t("service-count", { count: chosen.length, minutes: total })}</p>}
        <Button
          variant="primary"
          size="lg"
          wide
          disabled={!chosen.length}
          working={answered.value === view.step_token}
          onClick={() => void answer({ kind: "services", service_ids: chosen })}
        >
          {t("service-next")}
        </Button>
      </div>
    </>
  );
}

export function waitText(wait: Pick<Wait, "start">): string {
  if (!wait.start) return t("wait-none");
  const left = Math.round((Date.parse(wait.start) - hubNow()) / 60_000);
  // "About" is nothing to the minute: the exact window stands beside it.
  const step = left > 60 ? 15 : left > 10 ? 5 : 1;
  return left <= 3 ? t("wait-now") : t("wait-about", { minutes: Math.round(left / step) * step });
}

export function Who({ view }: { view: KioskView }) {
  const choices = view.waits.filter((each) => each.requested !== "must");
  const people = view.waits.filter((each) => each.requested === "must");
  if (view.waits.every((each) => !each.start)) return <OnThePhone view={view} title={t("full-title")} />;
  const icons = { any: Sparkles, woman: Venus, man: Mars, must: Sparkles };
  const choose = ({ requested, technician_id }: Wait) => void answer({ kind: "who", requested, technician_id });
  return (
    <>
      <Ask title={t("who-title")} hint={listed(view.chosen.map((each) => pick(each.name)))} />
      <div class="rows">
        {choices.map((wait) => (
          <button key={wait.requested} type="button" class={`line who ${wait.requested}`} disabled={!wait.start} onClick={() => choose(wait)}>
            <span class="line-name">
              <Icon of={icons[wait.requested]} /> {t(`kiosk-who-${wait.requested}`)}
            </span>
            <span class="line-wait">{waitText(wait)}</span>
            <span class="line-more">{wait.start && wait.end ? timeRange(wait.start, wait.end) : ""}</span>
          </button>
        ))}
      </div>
      {people.length > 0 && <h2 class="who-named">{t("who-named")}</h2>}
      <div class="people">
        {people.map((wait) => (
          <button key={wait.technician_id} type="button" class="person" disabled={!wait.start} onClick={() => choose(wait)}>
            <span class="person-name">{wait.technician && pick(wait.technician)}</span>
            <span class="person-wait">{waitText(wait)}</span>
          </button>
        ))}
      </div>
    </>
  );
}

export function Offer({ view }: { view: KioskView }) {
  const { offer } = view;
  if (!offer?.start || !offer.end) return <OnThePhone view={view} title={t("full-title")} />;
  return (
    <>
      <Ask
        title={t("offer-title")}
        hint={[...view.chosen.map((each) => pick(each.name)), offer.technician ? pick(offer.technician) : ""].filter(Boolean).join(" · ")}
      />
      <section class="done-window big" id="told-when">
        <p class="done-time">{timeRange(offer.start, offer.end)}</p>
        <p class="done-odds">
          <span>{waitText(offer)}</span>
          <span>{t("offer-odds", { odds: offer.odds })}</span>
        </p>
      </section>
      <div class="choices">
        <Button variant="primary" size="lg" wide onClick={() => void answer({ kind: "join" })}>
          {t("offer-join")}
        </Button>
        <Button size="lg" wide onClick={() => void answer({ kind: "later" })}>
          {t("offer-later")}
        </Button>
      </div>
    </>
  );
}

export function Later({ view }: { view: KioskView }) {
  return <OnThePhone view={view} title={t("kiosk-later-title")} />;
}

/** The booking page, to be taken along. */
function OnThePhone({ view, title }: { view: KioskView; title: string }) {
  return (
    <>
      <Ask title={title} hint={t("later-text")} />
      <div class="later-qr">
        <QrImage matrix={view.link_qr} label={t("kiosk-later-title")} size="20rem" />
      </div>
      <div class="choices">
        <Button variant="primary" size="lg" wide onClick={() => void answer({ kind: "leave" })}>
          {t("button-done")}
        </Button>
      </div>
    </>
  );
}

export function Name({ needed }: { needed: boolean }) {
  const [name, setName] = useState("");
  const [title, setTitle] = useState<"ms" | "mr" | "none">("none");
  const [spells, setSpells] = useState(false);
  const spelt = language.value === "en" || spells;
  const give = () => void answer({ kind: "name", name: name.trim(), title, language: language.value });
  return (
    <>
      <Ask title={t("name-title")} hint={needed ? t("name-needed") : undefined} />
      <div class="name">
        <TextInput label={t("kiosk-name-label")} value={name} onValue={setName} maxLength={NAME_MOST} />
        <SegmentedControl
          label={t("name-title")}
          size="md"
          value={title}
          onValue={setTitle}
          options={(["ms", "mr", "none"] as const).map((value) => ({ value, label: t(`kiosk-title-${value}`) }))}
        />
        {spelt ? <Letters value={name} onValue={setName} /> : <Surnames value={name} onValue={setName} />}
        {language.value === "zh" && (
          <Button size="md" variant="ghost" wide icon={spelt ? LayoutGrid : Keyboard} onClick={() => setSpells(!spells)}>
            {t(spelt ? "name-choose" : "name-spell")}
          </Button>
        )}
      </div>
      <div class="choices">
        <Button variant="primary" size="lg" wide disabled={!name.trim()} onClick={give}>
          {t("name-next")}
        </Button>
        {!needed && (
          <Button size="lg" wide onClick={() => void answer({ kind: "name", name: null, title: "none", language: language.value })}>
            {t("name-skip")}
          </Button>
        )}
      </div>
    </>
  );
}

function Surnames({ value, onValue }: { value: string; onValue: (next: string) => void }) {
  return (
    <div class="surnames" role="group" aria-label={t("surnames")}>
      {SURNAMES.map((each) => (
        <button key={each} type="button" class={each === value ? "surname chosen" : "surname"} onClick={() => onValue(each)}>
          {each}
        </button>
      ))}
    </div>
  );
}

const ROWS = ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"];
const NAME_MOST = 60;

/** A kiosk has no keyboard of its own. */
function Letters({ value, onValue }: { value: string; onValue: (next: string) => void }) {
  const small = value !== "" && !value.endsWith(" ");
  const add = (letter: string) => value.length < NAME_MOST && onValue(value + letter);
  return (
    <div class="letters" role="group" aria-label={t("kiosk-name-label")}>
      {ROWS.map((row) => (
        <div key={row}>
          {row.split("").map((each) => (
            <button key={each} type="button" class="letter" onClick={() => add(small ? each.toLowerCase() : each)}>
              {small ? each.toLowerCase() : each}
            </button>
          ))}
        </div>
      ))}
      <div>
        <button type="button" class="letter long" aria-label={t("key-space")} onClick={() => add(" ")}>
          <Icon of={Space} />
        </button>
        <button type="button" class="letter long" aria-label={t("key-delete-letter")} onClick={() => onValue(value.slice(0, -1))}>
          <Icon of={Delete} />
        </button>
      </div>
    </div>
  );
}

export function NumberStep({ view }: { view: KioskView }) {
  const [phone, setPhone] = useState("");
  const complete = phone.length >= (view.phone_digits ?? SHORTEST);
  const give = (number: string | null) => void answer({ kind: "number", phone: number, language: language.value });
  return (
    <>
      <Ask title={t("number-title")} hint={t("number-text")} />
      <PhonePad value={phone} onValue={setPhone} />
      <div class="choices">
        <Button variant="primary" size="lg" wide disabled={!complete} working={answered.value === view.step_token} onClick={() => give(phone)}>
          {t("number-join")}
        </Button>
        <Button size="lg" wide onClick={() => give(null)}>
          {t("number-skip")}
        </Button>
      </div>
    </>
  );
}
