/** Keeps the alarm journal: hears every alert on the bus, and what people do with alarms that no rule watches any more. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Clock, Timer } from "../../nodes/contract/clock.ts";
import type { AlarmCommand } from "../../nodes/contract/operator.ts";
import { type AlertLevel, alarmEvents, alarmPriorities, alarmStates, alertLevels } from "../../nodes/contract/point.ts";
import type { Bus, BusMessage, BusSubscription } from "../bus/bus.ts";
import { decodeMessage, envelopeEncoder, type Incoming } from "../bus/envelope.ts";
import { subjects } from "../bus/subjects.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime/port.ts";
import type { AlarmJournalEntry, AlarmRow, Alarms } from "../store/alarms.ts";

/** Alarms come in floods: what comes within this time is stored at once, so that each does not cost a write of its own. */
const gatherMs = 200;
/** What rules that were just taken out told last is heard within this time. */
const settleMs = 1_000;
/** While the disk takes nothing, the oldest beyond so many are given up. */
const mostWaiting = 10_000;

/** What is needed of an alert; other gateways and programs may send less than ours. */
const heardAlert = z.object({
  id: z.string().min(1).max(200),
  rule_id: z.string().default(""),
  rule_name: z.string().default(""),
  level: z.enum(alertLevels),
  category: z.string().default(""),
  priority: z.enum(alarmPriorities).default("medium"),
  state: z.enum(["active", "cleared"]).default("active"),
  event: z.enum(alarmEvents).optional(),
  alarm_state: z.enum(alarmStates).optional(),
  limit: z.string().default(""),
  by: z.string().optional(),
  shelved_until: z.string().optional(),
  message: z.string().default(""),
  device_id: z.string(),
  key: z.string().default(""),
  value: z.unknown().optional(),
});
type HeardAlert = z.output<typeof heardAlert>;

export interface AlarmJournalServices {
  readonly alarms: Alarms;
  readonly bus: Pick<Bus, "subscribe" | "publish">;
  readonly runtime: Pick<Runtime, "command">;
  readonly clock: Clock;
  readonly log: Log;
  /** Something happened to alarms; it is stored. */
  onChanged(): void;
}

type Change = { readonly alarm: AlarmRow; readonly entry: AlarmJournalEntry };

export class AlarmJournal {
  readonly #services: AlarmJournalServices;
  readonly #subscription: BusSubscription;
  /** Not stored yet. */
  #waiting: Change[] = [];
  #latest = new Map<string, AlarmRow>();
  #timer: Timer | undefined;
  /** Ends what nodes that are gone have raised, when its time has come. */
  readonly #endings = new Map<Timer, () => void>();

  constructor(services: AlarmJournalServices) {
    this.#services = services;
    this.#subscription = services.bus.subscribe("iot.alerts.>", (message) => this.#heard(message));
  }

  /** The stored alarms, with all that was heard until now. */
  read(): Pick<Alarms, "get" | "list" | "counts" | "journal" | "events" | "raisedSince"> {
    this.#store();
    return this.#services.alarms;
  }

  /**
   * Asks the rule; what it does comes back as an alert. When no rule that runs has the alarm, acknowledging ends it here.
   * Answers false when there is nothing to do.
   */
  async command(command: AlarmCommand): Promise<boolean> {
    const isDone = await this.#services.runtime.command(command);
    if (isDone || command.verb !== "acknowledge") return isDone;
    const alarm = this.read().get(command.id);
    if (alarm === undefined || alarm.isAcknowledged) return false;
    const at = this.#now();
    const seen = { isAcknowledged: true, acknowledgedBy: command.by, acknowledgedAt: at, isActive: false };
    const clearedAt = alarm.clearedAt ?? at;
    this.#note({ ...alarm, ...seen, clearedAt, state: "normal", shelvedUntil: null }, "acknowledged", command.by, null);
    return true;
  }

  comment(id: string, by: string, comment: string): void {
    const alarm = this.read().get(id);
    if (alarm !== undefined) this.#note({ ...alarm, comment }, "commented", by, comment);
  }

  /**
   * The rules of these nodes are gone, or begin anew: nothing else will ever clear what they raised. `by` took them out;
   * empty when nobody knows.
   */
  rulesGone(isGone: (flow: string, node: string) => boolean, by: string): void {
    const end = () => {
      this.#store();
      for (const alarm of this.#services.alarms.currentOf(isGone)) this.#remove(alarm, by);
      this.#endings.delete(timer);
    };
    const timer = this.#services.clock.after(settleMs, end);
    this.#endings.set(timer, end);
  }

  async close(): Promise<void> {
    await this.#subscription.drain();
    for (const [timer, end] of this.#endings) {
      timer.cancel();
      end();
    }
    this.#store();
  }

  #now(): string {
    return new Date(this.#services.clock.now()).toISOString();
  }

  /** Written down here, and told to everybody else who keeps count of alarms. */
  #remove(alarm: AlarmRow, by: string): void {
    const at = this.#now();
    const who = by === "" ? null : by;
    this.#note(
      {
        ...alarm,
        isActive: false,
        state: "normal",
        clearedAt: alarm.clearedAt ?? at,
        changedAt: at,
        shelvedUntil: null,
      },
      "removed",
      who,
      null,
    );
    const { id, level, priority, category, limit, device, key, value } = alarm;
    const told = {
      id,
      level,
      rule_id: alarm.rule,
      rule_name: alarm.ruleName,
      ...(category === "" ? {} : { category }),
      state: "cleared",
      event: "removed",
      alarm_state: "normal",
      priority,
      ...(limit === "" ? {} : { limit }),
      ...(who === null ? {} : { by: who }),
      message: `${alarm.message} (its rule is gone, or watches something else now)`,
      device_id: device,
      key,
      value,
      tags: {},
      timestamp: at,
    };
    const encode = envelopeEncoder({ source: "alarm-journal" });
    const { bus, clock } = this.#services;
    const subject = subjects.alert(level as AlertLevel, device);
    bus.publish(subject, encode(JSON.stringify(told), { id: randomUUID(), hops: 0 }, clock.now()));
  }

  #heard(message: BusMessage): void {
    // A copy under the category.
    if (message.header("Iot-Dup-Of")) return;
    try {
      const incoming = decodeMessage(message.data);
      const alert = heardAlert.safeParse(incoming.data);
      if (alert.success) this.#take(alert.data, incoming);
      else this.#services.log.debug({ subject: message.subject }, "not an alert; it is not in the journal");
    } catch (error) {
      this.#services.log.debug({ subject: message.subject, err: error }, "not an alert; it is not in the journal");
    }
  }

  #take(alert: HeardAlert, { flow = "", node = "" }: Pick<Incoming, "flow" | "node">): void {
    const { id, by = null } = alert;
    const at = this.#now();
    const known = this.#latest.get(id) ?? this.#services.alarms.get(id);
    // Our own word about it.
    if (alert.event === "removed" && known?.state === "normal") return;
    const isActive = alert.state === "active";
    const event = alert.event ?? (isActive ? (known === undefined ? "raised" : "repeated") : "cleared");
    const isRaised = event === "raised" || event === "repeated";
    const isAcknowledged = event === "acknowledged" || (known?.isAcknowledged === true && !isRaised);
    const alarm: AlarmRow = {
      id,
      flow: flow || (known?.flow ?? ""),
      node: node || (known?.node ?? ""),
      rule: alert.rule_id,
      ruleName: alert.rule_name,
      device: alert.device_id,
      key: alert.key,
      limit: alert.limit,
      level: alert.level,
      category: alert.category,
      priority: alert.priority,
      message: isActive || known === undefined ? alert.message : known.message,
      value: alert.value,
      raisedValue: known === undefined || event === "raised" ? alert.value : known.raisedValue,
      isActive,
      state: alert.alarm_state ?? (isActive ? "active-unacknowledged" : "normal"),
      isAcknowledged,
      raisedAt: known?.raisedAt ?? at,
      changedAt: at,
      clearedAt: isActive ? null : (known?.clearedAt ?? at),
      acknowledgedBy: event === "acknowledged" ? by : isAcknowledged ? (known?.acknowledgedBy ?? null) : null,
      acknowledgedAt: event === "acknowledged" ? at : isAcknowledged ? (known?.acknowledgedAt ?? null) : null,
      shelvedUntil: alert.shelved_until ?? null,
      comment: known?.comment ?? null,
    };
    this.#note(alarm, event, by, null);
  }

  #note(alarm: AlarmRow, event: string, by: string | null, comment: string | null): void {
    const { id, state, value } = alarm;
    this.#latest.set(id, alarm);
    this.#waiting.push({ alarm, entry: { alarm: id, at: this.#now(), event, by, comment, state, value } });
    this.#timer ??= this.#services.clock.after(gatherMs, () => this.#store());
  }

  #store(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    try {
      this.#services.alarms.record(this.#waiting);
      this.#waiting = [];
      this.#latest.clear();
      this.#services.onChanged();
    } catch (error) {
      this.#services.log.error(
        { err: error, events: this.#waiting.length },
        "the alarm journal could not be written; check the disk. It is tried again with the next alarm",
      );
      this.#waiting.splice(0, this.#waiting.length - mostWaiting);
    }
  }
}
