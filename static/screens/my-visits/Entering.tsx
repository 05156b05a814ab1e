/** Coming in: a number or a mailbox, the code that went there, and who it is where several share it. */
import { CalendarHeart, MessageSquareOff } from "lucide-preact";
import { useState } from "preact/hooks";
import { pick, t } from "@client/i18n";
import { useTry } from "@client/trying";
import { Button, EmptyState, Form, Icon, SegmentedControl, TextInput } from "@design";
import { askCode, choose, connectAnew, enter, type CameIn, type Contact, type View } from "./state";

type Stage = { at: "address" } | { at: "code"; token: string; to: string } | { at: "choose"; token: string; people: CameIn["people"] };

export function Entering({ view }: { view: View }) {
  const [stage, setStage] = useState<Stage>({ at: "address" });
  const cameIn = (token: string, said: CameIn) => {
    if (said.outcome === "choose") setStage({ at: "choose", token, people: said.people });
    else connectAnew();
  };
  if (!view.channels.length) {
    return (
      <EmptyState icon={MessageSquareOff} title={t("my-no-way")} action={{ label: t("my-book"), onClick: () => location.assign("/book") }}>
        {t("my-no-way-text")}
      </EmptyState>
    );
  }
  return (
    <main class="my-enter">
      <span class="my-mark" aria-hidden="true">
        <Icon of={CalendarHeart} size="2.4rem" />
      </span>
      <p class="muted">{pick(view.store.name)}</p>
      {stage.at === "address" && <Address view={view} onAsked={(token, to) => setStage({ at: "code", token, to })} />}
      {stage.at === "code" && <Code {...stage} onCameIn={(said) => cameIn(stage.token, said)} onBack={() => setStage({ at: "address" })} />}
      {stage.at === "choose" && <Choice {...stage} onCameIn={(said) => cameIn(stage.token, said)} />}
    </main>
  );
}

function Address({ view, onAsked }: { view: View; onAsked: (token: string, to: string) => void }) {
  const both = view.channels.length > 1;
  const [channel, setChannel] = useState(view.channels[0]!);
  const [address, setAddress] = useState("");
  const { working, problem, run } = useTry();
  const written = address.trim();
  const contact: Contact = channel === "sms" ? { phone: written } : { email: written };
  return (
    <Form class="my-form" ready={written !== ""} onSend={() => void run(async () => onAsked((await askCode(contact)).token, written))}>
      <h1>{t("my-title")}</h1>
      <p class="muted">{t("my-enter-text")}</p>
      {both && (
        <SegmentedControl
          label={t("my-channel")}
          value={channel}
          onValue={(value) => {
            setChannel(value);
            setAddress("");
          }}
          options={view.channels.map((each) => ({ value: each, label: t(`my-channel-${each}`) }))}
        />
      )}
      <TextInput
        key={channel}
        label={t(`my-address-${channel}`)}
        type={channel === "sms" ? "tel" : "email"}
        inputMode={channel === "sms" ? "tel" : "email"}
        autoComplete={channel === "sms" ? "tel" : "email"}
        value={address}
        onValue={setAddress}
        error={problem}
      />
      <Button type="submit" variant="primary" size="md" wide working={working} disabled={!written}>
        {t("my-send")}
      </Button>
    </Form>
  );
}

function Code({
  token,
  to,
  onCameIn,
  onBack,
}: {
  token: string;
  to: string;
  onCameIn: (said: CameIn) => void;
  onBack: () => void;
}) {
  const [code, setCode] = useState("");
  const { working, problem, run } = useTry();
  return (
    <Form class="my-form" ready={code.length === 6} onSend={() => void run(async () => onCameIn(await enter(token, code)))}>
      <h1>{t("my-code-title")}</h1>
      <p class="muted">{t("my-code-text", { to })}</p>
      <div class="my-code">
        <TextInput
          label={t("my-code")}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          value={code}
          onValue={(typed) => setCode(typed.replace(/\D/g, "").slice(0, 6))}
          error={problem}
        />
      </div>
      <Button type="submit" variant="primary" size="md" wide working={working} disabled={code.length !== 6}>
        {t("my-enter")}
      </Button>
      <Button variant="ghost" onClick={onBack}>
        {t("my-code-again")}
      </Button>
    </Form>
  );
}

function Choice({ token, people, onCameIn }: { token: string; people: CameIn["people"]; onCameIn: (said: CameIn) => void }) {
  const { working, problem, run } = useTry();
  return (
    <div class="my-form">
      <h1>{t("my-who")}</h1>
      <p class="muted">{t("my-who-text")}</p>
      {people.map((each) => (
        <Button
          key={each.customer_id}
          size="md"
          wide
          disabled={working}
          onClick={() => void run(async () => onCameIn(await choose(token, each.customer_id)))}
        >
          {each.name}
        </Button>
      ))}
      {problem && (
        <p class="my-wrong" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
