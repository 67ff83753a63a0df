import { instant, uuid } from './schema.ts';

/** A text that a history holds, with what it can be read as. */
export interface Word {
  readonly text: string;
  readonly isId: boolean;
  readonly isInstant: boolean;
}

/** Words after which the memory begins anew, so that it stays small whatever a history holds. */
const REMEMBERED = 200_000;
/** Longer texts are not names that come again. */
const LONGEST = 64;

/**
 * The words of a history: a run names the same few ids and instants a million times, and each is kept and looked at once.
 * Forgetting costs memory and time, nothing else.
 */
export class Words {
  private readonly known = new Map<string, Word>();
  private readonly sets = new Map<string, string[]>();

  find(text: string): Word {
    const found = this.known.get(text);
    if (found) return found;
    const isId = uuid.safeParse(text).success;
    const word = { text, isId, isInstant: !isId && instant.safeParse(text).success };
    if (text.length > LONGEST) return word;
    if (this.known.size >= REMEMBERED) this.known.clear();
    this.known.set(text, word);
    return word;
  }

  /** The same text, once for all records. */
  same(text: string): string {
    return this.find(text).text;
  }

  /** The set of one id, once for all records; so it cannot be changed. */
  setOf(id: string): string[] {
    let set = this.sets.get(id);
    if (!set) {
      if (this.sets.size >= REMEMBERED) this.sets.clear();
      set = [id];
      Object.freeze(set);
      this.sets.set(id, set);
    }
    return set;
  }
}
