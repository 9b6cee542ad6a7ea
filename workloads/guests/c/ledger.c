// What a service does without a library: JSON parsed into a tree, changed, and written. A unit is one round of a
// document of 18 KB, as PROGRAMS.md says. The parser is one for the JSON that the ledger writes: numbers are integers,
// and a backslash stands before a quote, a backslash or an n. Whatever else it meets is a trap.
#include "kernel.h"

enum { ACCOUNTS = 48, ENTRIES = 8, LABELS = 8, TEXT = 32768, ARENA = 262144 };

struct text {
    const char *bytes;
    uint32_t length;
};

#define TEXT_OF(literal) ((struct text){literal, sizeof literal - 1})

enum kind { NOTHING, BOOLEAN, NUMBER, STRING, ARRAY, OBJECT };

struct value {
    enum kind kind;
    struct text name;   // where it is a member of an object
    struct value *next; // in the array or the object that it is in
    union {
        int64_t number; // a boolean's is 0 or 1
        struct text string;
        struct {
            struct value *first, *last;
        };
    };
};

static const struct text LABEL[LABELS] = {
    TEXT_OF("rent"),        TEXT_OF("coffee \"to go\""), TEXT_OF("café au lait"), TEXT_OF("line\nbreak"),
    TEXT_OF("back\\slash"), TEXT_OF("tea and cake"),     TEXT_OF("grüße"),        TEXT_OF(""),
};

// A unit's values and the strings that are not in its input as they are. Nothing is freed but all of it at once.
static struct {
    _Alignas(8) char bytes[ARENA];
    uint32_t used;
} arena;

static void *allocate(uint32_t size) {
    size = (size + 7) & ~7u;
    if (size > ARENA - arena.used) {
        __builtin_trap();
    }
    void *at = arena.bytes + arena.used;
    arena.used += size;
    return at;
}

static struct value *new_value(enum kind kind) {
    struct value *value = allocate(sizeof *value);
    *value = (struct value){.kind = kind};
    return value;
}

static struct value *new_number(enum kind kind, int64_t number) {
    struct value *value = new_value(kind);
    value->number = number;
    return value;
}

static struct value *new_string(struct text string) {
    struct value *value = new_value(STRING);
    value->string = string;
    return value;
}

// Appends to an array or, with a name, to an object.
static void append(struct value *list, struct text name, struct value *value) {
    value->name = name;
    value->next = 0;
    if (list->first) {
        list->last->next = value;
    } else {
        list->first = value;
    }
    list->last = value;
}

static void rotate(struct value *list) {
    struct value *first = list->first;
    if (first != list->last) {
        list->first = first->next;
        append(list, first->name, first);
    }
}

static int same(struct text a, struct text b) {
    if (a.length != b.length) {
        return 0;
    }
    for (uint32_t i = 0; i < a.length; i++) {
        if (a.bytes[i] != b.bytes[i]) {
            return 0;
        }
    }
    return 1;
}

static struct value *member(const struct value *object, struct text name) {
    for (struct value *value = object->first; value; value = value->next) {
        if (same(value->name, name)) {
            return value;
        }
    }
    __builtin_trap();
}

// What is left to parse.
struct input {
    const char *at, *end;
};

static char peek(const struct input *in) { return in->at < in->end ? *in->at : '\0'; }

static void skip_space(struct input *in) {
    while (peek(in) == ' ' || peek(in) == '\n' || peek(in) == '\r' || peek(in) == '\t') {
        in->at++;
    }
}

static int accept(struct input *in, char c) {
    skip_space(in);
    if (peek(in) != c) {
        return 0;
    }
    in->at++;
    return 1;
}

static void expect(struct input *in, char c) {
    if (!accept(in, c)) {
        __builtin_trap();
    }
}

static struct value *parse_word(struct input *in, struct text word, enum kind kind, int64_t number) {
    uint32_t left = (uint32_t)(in->end - in->at);
    if (left < word.length || !same((struct text){in->at, word.length}, word)) {
        __builtin_trap();
    }
    in->at += word.length;
    return new_number(kind, number);
}

static struct value *parse_number(struct input *in) {
    int negative = accept(in, '-');
    const char *first = in->at;
    int64_t number = 0;
    for (; peek(in) >= '0' && peek(in) <= '9'; in->at++) {
        number = number * 10 + (peek(in) - '0');
    }
    if (in->at == first) {
        __builtin_trap();
    }
    return new_number(NUMBER, negative ? -number : number);
}

// Without its escapes; `escaped` has at least one.
static struct text unescape(struct text escaped) {
    char *bytes = allocate(escaped.length);
    uint32_t length = 0;
    for (uint32_t i = 0; i < escaped.length; i++) {
        char c = escaped.bytes[i];
        if (c == '\\') {
            c = escaped.bytes[++i];
            if (c == 'n') {
                c = '\n';
            } else if (c != '"' && c != '\\') {
                __builtin_trap();
            }
        }
        bytes[length++] = c;
    }
    return (struct text){bytes, length};
}

static struct text parse_string(struct input *in) {
    expect(in, '"');
    const char *first = in->at;
    int escapes = 0;
    while (peek(in) != '"') {
        if (peek(in) == '\\') {
            escapes = 1;
            in->at++;
        }
        if (in->at >= in->end) {
            __builtin_trap();
        }
        in->at++;
    }
    struct text string = {first, (uint32_t)(in->at - first)};
    in->at++;
    return escapes ? unescape(string) : string;
}

static struct value *parse(struct input *in);

static struct value *parse_list(struct input *in, enum kind kind, char close) {
    struct value *list = new_value(kind);
    in->at++;
    if (accept(in, close)) {
        return list;
    }
    do {
        struct text name = {0, 0};
        if (kind == OBJECT) {
            skip_space(in);
            name = parse_string(in);
            expect(in, ':');
        }
        append(list, name, parse(in));
    } while (accept(in, ','));
    expect(in, close);
    return list;
}

static struct value *parse(struct input *in) {
    skip_space(in);
    switch (peek(in)) {
    case '{': return parse_list(in, OBJECT, '}');
    case '[': return parse_list(in, ARRAY, ']');
    case '"': return new_string(parse_string(in));
    case 't': return parse_word(in, TEXT_OF("true"), BOOLEAN, 1);
    case 'f': return parse_word(in, TEXT_OF("false"), BOOLEAN, 0);
    case 'n': return parse_word(in, TEXT_OF("null"), NOTHING, 0);
    default: return parse_number(in);
    }
}

struct output {
    char *bytes;
    uint32_t length;
};

static void put(struct output *out, char c) {
    if (out->length == TEXT) {
        __builtin_trap();
    }
    out->bytes[out->length++] = c;
}

static void write_bytes(struct output *out, struct text text) {
    for (uint32_t i = 0; i < text.length; i++) {
        put(out, text.bytes[i]);
    }
}

static void write_number(struct output *out, int64_t number) {
    char digits[20];
    uint32_t at = sizeof digits;
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (number < 0) {
        put(out, '-');
    }
    write_bytes(out, (struct text){digits + at, (uint32_t)sizeof digits - at});
}

static void write_string(struct output *out, struct text string) {
    put(out, '"');
    for (uint32_t i = 0; i < string.length; i++) {
        char c = string.bytes[i];
        if (c == '"' || c == '\\' || c == '\n') {
            put(out, '\\');
        }
        put(out, c == '\n' ? 'n' : c);
    }
    put(out, '"');
}

static void write_value(struct output *out, const struct value *value);

static void write_list(struct output *out, const struct value *list, char open, char close) {
    put(out, open);
    for (const struct value *value = list->first; value; value = value->next) {
        if (value != list->first) {
            put(out, ',');
        }
        if (list->kind == OBJECT) {
            write_string(out, value->name);
            put(out, ':');
        }
        write_value(out, value);
    }
    put(out, close);
}

static void write_value(struct output *out, const struct value *value) {
    switch (value->kind) {
    case NOTHING: return write_bytes(out, TEXT_OF("null"));
    case BOOLEAN: return write_bytes(out, value->number ? TEXT_OF("true") : TEXT_OF("false"));
    case NUMBER: return write_number(out, value->number);
    case STRING: return write_string(out, value->string);
    case ARRAY: return write_list(out, value, '[', ']');
    case OBJECT: return write_list(out, value, '{', '}');
    }
}

static struct text numbered_owner(uint32_t number) {
    struct output out = {allocate(16), 0};
    write_bytes(&out, TEXT_OF("owner "));
    write_number(&out, number);
    return (struct text){out.bytes, out.length};
}

static struct value *first_ledger(void) {
    uint64_t state = 128;
    struct value *accounts = new_value(ARRAY);
    for (int64_t id = 0; id < ACCOUNTS; id++) {
        struct value *account = new_value(OBJECT), *entries = new_value(ARRAY);
        append(account, TEXT_OF("id"), new_number(NUMBER, id));
        append(account, TEXT_OF("owner"), new_string(numbered_owner(next_random(&state) % 100000)));
        append(account, TEXT_OF("active"), new_number(BOOLEAN, next_random(&state) % 4 != 0));
        append(account, TEXT_OF("balance"), new_number(NUMBER, 0));
        for (int i = 0; i < ENTRIES; i++) {
            struct value *entry = new_value(OBJECT);
            append(entry, TEXT_OF("amount"), new_number(NUMBER, (int64_t)(next_random(&state) % 200000) - 100000));
            append(entry, TEXT_OF("label"), new_string(LABEL[next_random(&state) % LABELS]));
            append(entries, (struct text){0, 0}, entry);
        }
        append(account, TEXT_OF("entries"), entries);
        append(accounts, (struct text){0, 0}, account);
    }
    struct value *ledger = new_value(OBJECT);
    append(ledger, TEXT_OF("accounts"), accounts);
    return ledger;
}

// Books every active account's entries, chooses who is active next, and returns the sum of the balances.
static int64_t book(struct value *accounts, int64_t unit) {
    int64_t total = 0;
    for (struct value *account = accounts->first; account; account = account->next) {
        struct value *active = member(account, TEXT_OF("active")), *entries = member(account, TEXT_OF("entries"));
        if (active->number) {
            struct value *balance = member(account, TEXT_OF("balance"));
            for (struct value *entry = entries->first; entry; entry = entry->next) {
                balance->number += member(entry, TEXT_OF("amount"))->number;
            }
            total += balance->number;
        }
        active->number = (member(account, TEXT_OF("id"))->number + unit) % 4 != 0;
        rotate(entries);
    }
    rotate(accounts);
    return total;
}

KERNEL(ledger) {
    static char texts[2][TEXT];
    uint64_t checksum = 0;
    arena.used = 0;
    struct output text = {texts[0], 0};
    write_value(&text, first_ledger());
    for (int32_t unit = 0; unit < n; unit++) {
        arena.used = 0;
        struct input in = {text.bytes, text.bytes + text.length};
        struct value *ledger = parse(&in);
        int64_t total = book(member(ledger, TEXT_OF("accounts")), unit);
        text = (struct output){texts[(unit + 1) % 2], 0};
        write_value(&text, ledger);
        checksum = fold(checksum, (uint64_t)total);
    }
    for (uint32_t i = 0; i < text.length; i++) {
        checksum = fold(checksum, (uint8_t)text.bytes[i]);
    }
    return (int64_t)checksum;
}
