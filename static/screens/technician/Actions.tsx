import { Bell, BellRing, CircleCheck, HandHelping, MessageSquareText, PenLine, Play, Plus, Sparkles, StepForward, Timer } from "lucide-preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { pick, t } from "@client/i18n";
import { useLater } from "@client/later";
import { useOpened } from "@client/opened";
import { Button, Sheet, SkeletonLines } from "@design";
import { nameOf } from "./names";
import type { View, Work } from "./Tablet";
import { keep, outbox, tap } from "./taps";

const LONGER = [5, 10, 15] as const;
const SHOWN_WITHIN_MS = 2_000; // from the hub's answer to the view that shows it

/** The big buttons, in reach of a thumb: the most likely one first and largest. */
export function Actions({ view }: { view: View }) {
  const work = view.focus;
  const may = view.me!.actions;
  // What is open stays with its customer, and keeps what was written or drawn, whoever comes into focus meanwhile.
  const signing = useOpened<Signed>();
  const talk = useOpened<Talked>();
  const adding = useOpened<Work>();
  return (
    <nav class="actions" aria-label={t("actions")}>
      {work && <Main key={work.item_id} work={work} me={view.me!} sign={signing.open} />}
      {work?.actions.includes("extend") && <Extend work={work} />}
      <div class="actions-row small">
        {work?.to_sign && !blocked(work) && <ToSign work={work} form={work.to_sign} size="md" may={may} sign={signing.open} />}
        {work?.actions.includes("add_service") && (
          <Button size="md" icon={Plus} onClick={() => adding.open(work)}>
            {t("do-add")}
          </Button>
        )}
        {work?.person.has_file && may.includes("talk") && (
          <Button size="md" icon={MessageSquareText} onClick={() => talk.open({ work, known: view.brief })}>
            {t("do-talk")}
          </Button>
        )}
        {may.includes("help") && (
          <>
            <Button size="md" icon={HandHelping} onClick={() => void ask("help", view)}>
              {t("do-help")}
            </Button>
            <Button size="md" icon={Sparkles} onClick={() => void ask("clean", view)}>
              {t("do-clean")}
            </Button>
          </>
        )}
      </div>
      <Signing opened={signing.what} shut={signing.shut} />
      <Talk opened={talk.what} view={view} shut={talk.shut} />
      <AddService work={adding.what} view={view} shut={adding.shut} />
    </nav>
  );
}

/** Before the start of a service whose form is not signed. */
function blocked(work: Work): boolean {
  const begun = work.steps.some((step) => step.state === "running");
  return !begun && (work.form?.standing === "missing" || work.form?.standing === "to_confirm");
}

function ask(kind: "help" | "clean", view: View): Promise<unknown> {
  return tap("visits.ask_help", { kind, technician_id: view.me!.id }, { id: `did-${kind}` });
}

function Main({ work, me, sign }: { work: Work; me: Me; sign: (what: Signed) => void }) {
  const [acknowledged, acknowledge] = useState<string | null>();
  const { sent, note, forget } = useSent();
  const known = JSON.stringify(work.steps) + work.called + work.arrived_at;
  // Before the next step can be pressed, which would be forgotten else.
  useLayoutEffect(forget, [known]);
  const running = work.steps.some((step) => step.state === "running");
  const { has_allergy: hasAllergy, allergy_version: version } = work.person;
  const mustRead = hasAllergy && !running && acknowledged !== version;
  const unsigned = blocked(work);
  const name = nameOf(work.person);
  const go = (action: string, command: string, data: unknown) => {
    note(action, tap(command, data, { id: `did-${action}`, args: { name } }));
  };
  const item = { item_id: work.item_id };
  const start = () =>
    go("start", "visits.start_service", { ...item, technician_id: me.id, allergy_acknowledged: hasAllergy });
  return (
    <>
      {(mustRead || unsigned) && (
        <div class="actions-row" data-once>
          {mustRead && (
            <Button size="lg" variant="danger" onClick={() => acknowledge(version)}>
              {t("do-acknowledge")}
            </Button>
          )}
          {unsigned && work.to_sign && <ToSign work={work} form={work.to_sign} size="lg" may={me.actions} sign={sign} />}
        </div>
      )}
      <div class="actions-row" data-once>
        {work.actions.includes("call") && (
          <Button size="lg" icon={Bell} disabled={sent === "call"} onClick={() => go("call", "visits.call_customer", { visit_id: work.visit_id })}>
            {t("do-call")}
          </Button>
        )}
        {work.actions.includes("recall") && (
          <Button size="lg" icon={BellRing} onClick={() => go("recall", "visits.recall_customer", { visit_id: work.visit_id })}>
            {t("do-recall")}
          </Button>
        )}
        {work.actions.includes("start") && (
          <Button size="lg" variant="primary" icon={Play} disabled={mustRead || unsigned || sent === "start"} onClick={start} class="main">
            {t("do-start")}
          </Button>
        )}
        {work.actions.includes("finish_phase") && (
          <Button size="lg" variant="primary" icon={StepForward} disabled={sent === "phase"} onClick={() => go("phase", "visits.finish_phase", item)} class="main">
            {t("do-phase")}
          </Button>
        )}
        {work.actions.includes("finish") && (
          <Button
            size="lg"
            variant={work.actions[0] === "finish" ? "primary" : "quiet"}
            icon={CircleCheck}
            disabled={sent === "finish"}
            onClick={() => go("finish", "visits.finish_service", item)}
            class={work.actions[0] === "finish" ? "main" : ""}
          >
            {t("do-finish")}
          </Button>
        )}
      </div>
    </>
  );
}

/** Which button has been pressed, until its step is shown: `forget`. What was taken back, or refused, can be pressed again. */
function useSent() {
  const [pressed, setPressed] = useState<{ action: string; id?: string }>();
  const note = (action: string, tapped: Promise<string>) => {
    setPressed({ action });
    void tapped.then((id) => setPressed((now) => now && { ...now, id }));
  };
  const settled = pressed?.id !== undefined && !outbox.value?.waiting.value.some(({ id }) => id === pressed.id);
  useEffect(() => {
    if (!settled) return undefined;
    const timer = setTimeout(() => setPressed(undefined), SHOWN_WITHIN_MS);
    return () => clearTimeout(timer);
  }, [settled]);
  return { sent: pressed?.action, note, forget: () => setPressed(undefined) };
}

function Extend({ work }: { work: Work }) {
  return (
    <div class="actions-row even" role="group" aria-label={t("do-extend")}>
      {LONGER.map((minutes) => (
        <Button
          key={minutes}
          size="md"
          icon={Timer}
          onClick={() => void tap("visits.extend", { item_id: work.item_id, minutes }, { id: "did-extend", args: { minutes } })}
        >
          {t("do-extend-by", { minutes })}
        </Button>
      ))}
    </div>
  );
}

type Me = NonNullable<View["me"]>;
type Signed = { work: Work; form: NonNullable<Work["to_sign"]> };
type Talked = { work: Work; known: View["brief"] };

/** What is missing is mended by one tap: signed here, or by the desk where there is no name to sign for or one to check. */
function ToSign({ work, form, size, may, sign }: Signed & { size: "md" | "lg"; may: Me["actions"]; sign: (what: Signed) => void }) {
  if (form.standing === "missing" && work.person.has_file && may.includes("sign")) {
    return (
      <Button size={size} icon={PenLine} onClick={() => sign({ work, form })}>
        {t(size === "lg" ? "do-sign" : "do-sign-short")}
      </Button>
    );
  }
  if (!may.includes("help")) return null;
  const ask = () => void tap("visits.ask_help", { kind: "form", booking_id: work.person.booking_id }, { id: "did-ask-desk" });
  return (
    <Button size={size} icon={PenLine} onClick={ask}>
      {t(size === "lg" ? "do-ask-desk" : "do-sign-short")}
    </Button>
  );
}

/** The tablet is handed over: the customer reads and signs. */
function Signing({ opened, shut }: { opened: Signed | undefined; shut: () => void }) {
  const pad = useLater(() => import("@design/SigningForm"));
  if (!opened) return null;
  const { work, form } = opened;
  return (
    <Sheet open onClose={shut} title={pick(form.name)}>
      {pad ? (
        <pad.SigningForm
          code={form.form}
          onSign={(signature) => {
            shut();
            void keep("forms.sign", { booking_id: work.person.booking_id, ...signature }, { id: "did-sign", args: { name: nameOf(work.person) } });
          }}
        />
      ) : (
        <SkeletonLines count={5} />
      )}
    </Sheet>
  );
}

/** The talk before and during the service: what is known, and what is said today. */
function Talk({ opened, view, shut }: { opened: Talked | undefined; view: View; shut: () => void }) {
  const talk = useLater(() => import("@design/Consultation"));
  if (!opened) return null;
  const { person } = opened.work;
  const { booking_id } = person;
  const args = { name: nameOf(person) };
  return (
    <Sheet open onClose={shut} title={t("talk-title", args)}>
      {talk ? (
        <talk.Consultation
          known={view.focus?.person.booking_id === booking_id ? view.brief : opened.known}
          onKeep={({ allergy, ...said }) => {
            shut();
            if (said.skin_type || said.preferences || said.note) {
              void keep("visits.record_consultation", { booking_id, ...said }, { id: "did-talk", args });
            }
            if (allergy) void keep("visits.note_allergy", { booking_id, allergy, agreed: true }, { id: "did-allergy", args });
          }}
        />
      ) : (
        <SkeletonLines count={5} />
      )}
    </Sheet>
  );
}

function AddService({ work, view, shut }: { work: Work | undefined; view: View; shut: () => void }) {
  const sheet = useLater(() => import("./AddOns"));
  if (!work) return null;
  return (
    <Sheet open onClose={shut} title={t("add-title", { name: nameOf(work.person) })}>
      {sheet ? <sheet.AddOns view={view} work={work} shut={shut} /> : <SkeletonLines count={5} />}
    </Sheet>
  );
}
