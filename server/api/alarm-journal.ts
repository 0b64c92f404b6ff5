/** Keeps the alarm journal: hears every alert on the bus, and what people do with alarms that no rule watches any more. */
import { z } from "zod";
import type { Clock, Timer } from "../../nodes/contract/clock.ts";
import type { AlarmCommand } from "../../nodes/contract/operator.ts";
import { alarmEvents, alarmPriorities, alarmStates, alertLevels } from "../../nodes/contract/point.ts";
import type { Bus, BusMessage, BusSubscription } from "../bus/bus.ts";
import { decodeMessage } from "../bus/envelope.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime/port.ts";
import type { AlarmJournalEntry, AlarmRow, Alarms } from "../store/alarms.ts";

/** Alarms come in floods: what comes within this time is stored at once, so that each does not cost a write of its own. */
const gatherMs = 200;
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
  readonly bus: Pick<Bus, "subscribe">;
  readonly runtime: Pick<Runtime, "command">;
  readonly clock: Clock;
  readonly log: Log;
}

type Change = { readonly alarm: AlarmRow; readonly entry: AlarmJournalEntry };

export class AlarmJournal {
  readonly #services: AlarmJournalServices;
  readonly #subscription: BusSubscription;
  /** Not stored yet. */
  #waiting: Change[] = [];
  #latest = new Map<string, AlarmRow>();
  #timer: Timer | undefined;

  constructor(services: AlarmJournalServices) {
    this.#services = services;
    this.#subscription = services.bus.subscribe("iot.alerts.>", (message) => this.#heard(message));
  }

  /** The stored alarms, with all that was heard until now. */
  read(): Pick<Alarms, "get" | "list" | "counts" | "journal" | "raisedSince"> {
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

  async close(): Promise<void> {
    await this.#subscription.drain();
    this.#store();
  }

  #now(): string {
    return new Date(this.#services.clock.now()).toISOString();
  }

  #heard(message: BusMessage): void {
    // A copy under the category.
    if (message.header("Iot-Dup-Of")) return;
    try {
      const alert = heardAlert.safeParse(decodeMessage(message.data).data);
      if (alert.success) this.#take(alert.data);
      else this.#services.log.debug({ subject: message.subject }, "not an alert; it is not in the journal");
    } catch (error) {
      this.#services.log.debug({ subject: message.subject, err: error }, "not an alert; it is not in the journal");
    }
  }

  #take(alert: HeardAlert): void {
    const { id, by = null } = alert;
    const at = this.#now();
    const known = this.#latest.get(id) ?? this.#services.alarms.get(id);
    const isActive = alert.state === "active";
    const event = alert.event ?? (isActive ? (known === undefined ? "raised" : "repeated") : "cleared");
    const isRaised = event === "raised" || event === "repeated";
    const isAcknowledged = event === "acknowledged" || (known?.isAcknowledged === true && !isRaised);
    const alarm: AlarmRow = {
      id,
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
    } catch (error) {
      this.#services.log.error(
        { err: error, events: this.#waiting.length },
        "the alarm journal could not be written; check the disk. It is tried again with the next alarm",
      );
      this.#waiting.splice(0, this.#waiting.length - mostWaiting);
    }
  }
}
