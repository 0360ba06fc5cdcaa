/** The functions that get the events of each topic. */
export type Subscribers<Events> = {
  readonly [Topic in keyof Events]?: readonly ((event: Events[Topic]) => void)[];
};

/** Delivers typed events. `Events` maps each topic to the type of its events. */
export interface EventBus<Events> {
  /** Calls the topic's subscribers one after the other, in the order in which they subscribed. */
  publish<Topic extends keyof Events>(topic: Topic, event: Events[Topic]): void;
  /** Adds subscribers; they must not throw. */
  subscribe(subscribers: Subscribers<Events>): void;
}

export function createEventBus<Events>(): EventBus<Events> {
  const subscriptions: Subscribers<Events>[] = [];
  return {
    publish(topic, event) {
      for (const subscribers of subscriptions) {
        for (const handle of subscribers[topic] ?? []) handle(event);
      }
    },
    subscribe: (subscribers) => void subscriptions.push(subscribers),
  };
}
