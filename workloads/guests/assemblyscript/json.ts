// A reader and a writer of JSON in UTF-8: AssemblyScript's standard library has none. Numbers are whole, and a string's
// escapes are those of one letter. What is not as it must be traps.

const enum Char {
  LineFeed = 0x0a,
  Quote = 0x22,
  Zero = 0x30,
  Nine = 0x39,
  Backslash = 0x5c,
  N = 0x6e,
  T = 0x74,
}

/** Reads values one after the other: whoever calls knows which one comes next. */
export class Reader {
  private at: i32 = 0;

  constructor(private text: Uint8Array) {}

  private get next(): i32 {
    return this.text[this.at];
  }

  /** Whether the next character is this one, which is then read. */
  accept(char: string): bool {
    if (this.next != char.charCodeAt(0)) return false;
    this.at++;
    return true;
  }

  expect(word: string): void {
    for (let i = 0; i < word.length; i++) assert(this.text[this.at++] == word.charCodeAt(i));
  }

  /** The next member's name. */
  name(): string {
    const name = this.string();
    this.expect(":");
    return name;
  }

  boolean(): bool {
    const isTrue = this.next == Char.T;
    this.expect(isTrue ? "true" : "false");
    return isTrue;
  }

  number(): i64 {
    const negative = this.accept("-");
    let number: i64 = 0;
    while (this.next >= Char.Zero && this.next <= Char.Nine) {
      number = number * 10 + (this.next - Char.Zero);
      this.at++;
    }
    return negative ? -number : number;
  }

  string(): string {
    this.expect('"');
    let string = "", begin = this.at;
    while (this.next != Char.Quote) {
      if (this.next == Char.Backslash) {
        string += this.decoded(begin) + this.escape();
        begin = this.at;
      } else {
        this.at++;
      }
    }
    string += this.decoded(begin);
    this.at++;
    return string;
  }

  private decoded(begin: i32): string {
    return String.UTF8.decodeUnsafe(this.text.dataStart + begin, this.at - begin);
  }

  private escape(): string {
    this.at++;
    const letter = this.next;
    this.at++;
    if (letter == Char.N) return "\n";
    assert(letter == Char.Quote || letter == Char.Backslash);
    return String.fromCharCode(letter);
  }
}

/** Text that grows, its capacity by doubling. */
export class Writer {
  private bytes: Uint8Array = new Uint8Array(1024);
  private length: i32 = 0;

  text(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  /** Text as it is. */
  raw(text: string): Writer {
    const size = String.UTF8.byteLength(text);
    this.reserve(size);
    String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, this.bytes.dataStart + this.length);
    this.length += size;
    return this;
  }

  number(value: i64): Writer {
    return this.raw(value.toString());
  }

  boolean(value: bool): Writer {
    return this.raw(value ? "true" : "false");
  }

  string(value: string): Writer {
    this.raw('"');
    let begin = 0;
    for (let i = 0; i < value.length; i++) {
      const escaped = escape(value.charCodeAt(i));
      if (escaped !== null) {
        this.raw(value.substring(begin, i)).raw(escaped);
        begin = i + 1;
      }
    }
    return this.raw(value.substring(begin)).raw('"');
  }

  private reserve(more: i32): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.length + more));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

function escape(char: i32): string | null {
  switch (char) {
    case Char.Quote: return '\\"';
    case Char.Backslash: return "\\\\";
    case Char.LineFeed: return "\\n";
    default: return null;
  }
}
