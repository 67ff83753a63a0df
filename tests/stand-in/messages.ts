/** A message of PostgreSQL's protocol after the start: its type, and all its bytes. */
export interface Message {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Cuts a stream of bytes into messages. */
export class MessageReader {
  private rest = Buffer.alloc(0);

  read(chunk: Buffer): Message[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const messages: Message[] = [];
    while (this.rest.length >= 5) {
      const length = this.rest.readInt32BE(1) + 1;
      if (this.rest.length < length) break;
      messages.push({ type: String.fromCharCode(this.rest[0] ?? 0), bytes: this.rest.subarray(0, length) });
      this.rest = this.rest.subarray(length);
    }
    return messages;
  }
}

/** A Query message. */
export function query(text: string): Buffer {
  const body = Buffer.from(`${text}\0`, 'utf8');
  const head = Buffer.alloc(5);
  head.write('Q', 0);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
