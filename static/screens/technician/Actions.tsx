import { Bell, BellRing, CircleCheck, HandHelping, MessageSquareText, PenLine, Play, Plus, Sparkles, StepForward, Timer } from "lucide-preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { pick, t } from "@client/i18n";
import { useLater } from "@client/later";
import { Button, Sheet, SkeletonLines } from "@design";
import type { View, Work } from "./Tablet";
import { keep, outbox, tap } from "./taps";

const LONGER = [5, 10, 15] as const;
const SHOWN_WITHIN_MS = 2_000; // from the hub's answer to the view that shows it

/** The big buttons, in reach of a thumb: the most likely one first and largest. */
export function Actions({ view }: { view: View }) {
  const work = view.focus;
  const may = view.me!.actions;
  return (
    <nav class="actions" aria-label={t("actions")}>
      {work && <Main key={work.item_id} work={work} me={view.me!} />}
      {work?.actions.includes("extend") && <Extend work={work} />}
      <div class="actions-row small">
        {/* What is open for one customer is never sent for the next. */}
        {work?.to_sign && !blocked(work) && <ToSign key={work.person.booking_id + work.to_sign.form} work={work} form={work.to_sign} size="md" may={may} />}
        {work?.actions.includes("add_service") && <AddService key={work.person.booking_id} view={view} work={work} />}
        {work?.person.has_file && may.includes("talk") && <Talk key={work.person.booking_id} view={view} work={work} />}
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

function Main({ work, me }: { work: Work; me: Me }) {
  const [acknowledged, setAcknowledged] = useState(false);
  const { sent, note, forget } = useSent();
  const known = JSON.stringify(work.steps) + work.called + work.arrived_at;
  // Before the next step can be pressed, which would be forgotten else.
  useLayoutEffect(forget, [known]);
  const running = work.steps.some((step) => step.state === "running");
  const mustRead = work.person.has_allergy && !running && !acknowledged;
  const unsigned = blocked(work);
  const name = work.person.name;
  const go = (action: string, command: string, data: unknown) => {
    note(action, tap(command, data, { id: `did-${action}`, args: { name } }));
  };
  const item = { item_id: work.item_id };
  const start = () =>
    go("start", "visits.start_service", { ...item, technician_id: me.id, allergy_acknowledged: acknowledged });
  return (
    <>
      {(mustRead || unsigned) && (
        <div class="actions-row">
          {mustRead && (
            <Button size="lg" variant="danger" onClick={() => setAcknowledged(true)}>
              {t("do-acknowledge")}
            </Button>
          )}
          {unsigned && work.to_sign && <ToSign work={work} form={work.to_sign} size="lg" may={me.actions} />}
        </div>
      )}
      <div class="actions-row">
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
type Signing = { work: Work; form: NonNullable<Work["to_sign"]>; size: "md" | "lg"; may: Me["actions"] };

/** What is missing is mended by one tap: signed here, or by the desk where there is no name to sign for or one to check. */
function ToSign({ work, form, size, may }: Signing) {
  if (form.standing === "missing" && work.person.has_file && may.includes("sign")) return <Sign work={work} form={form} size={size} />;
  if (!may.includes("help")) return null;
  const ask = () => void tap("visits.ask_help", { kind: "form", booking_id: work.person.booking_id }, { id: "did-ask-desk" });
  return (
    <Button size={size} icon={PenLine} onClick={ask}>
      {t(size === "lg" ? "do-ask-desk" : "do-sign-short")}
    </Button>
  );
}

/** The tablet is handed over: the customer reads and signs. */
function Sign({ work, form, size }: Omit<Signing, "may">) {
  const [open, setOpen] = useState(false);
  const pad = useLater(() => import("@design/SigningForm"));
  return (
    <>
      <Button size={size} icon={PenLine} onClick={() => setOpen(true)}>
        {t(size === "lg" ? "do-sign" : "do-sign-short")}
      </Button>
      <Sheet open={open} onClose={() => setOpen(false)} title={pick(form.name)}>
        {pad ? (
          <pad.SigningForm
            code={form.form}
            onSign={(signature) => {
              setOpen(false);
              void keep("forms.sign", { booking_id: work.person.booking_id, ...signature }, { id: "did-sign", args: { name: work.person.name } });
            }}
          />
        ) : (
          <SkeletonLines count={5} />
        )}
      </Sheet>
    </>
  );
}

/** The talk before and during the service: what is known, and what is said today. */
function Talk({ view, work }: { view: View; work: Work }) {
  const [open, setOpen] = useState(false);
  const talk = useLater(() => import("@design/Consultation"));
  const booking_id = work.person.booking_id;
  const args = { name: work.person.name };
  return (
    <>
      <Button size="md" icon={MessageSquareText} onClick={() => setOpen(true)}>
        {t("do-talk")}
      </Button>
      <Sheet open={open} onClose={() => setOpen(false)} title={t("talk-title", args)}>
        {talk ? (
          <talk.Consultation
            known={view.brief}
            onKeep={({ allergy, ...said }) => {
              setOpen(false);
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
    </>
  );
}

function AddService({ view, work }: { view: View; work: Work }) {
  const [open, setOpen] = useState(false);
  const sheet = useLater(() => import("./AddOns"));
  return (
    <>
      <Button size="md" icon={Plus} onClick={() => setOpen(true)}>
        {t("do-add")}
      </Button>
      <Sheet open={open} onClose={() => setOpen(false)} title={t("add-title", { name: work.person.name })}>
        {sheet ? <sheet.AddOns view={view} work={work} shut={() => setOpen(false)} /> : <SkeletonLines count={5} />}
      </Sheet>
    </>
  );
}
