// An A/B router: which experiment a request belongs to, which of its variants the visitor gets by the hash of a cookie
// or by an earlier choice, and the request rewritten for the origin. A unit is one request.
#include "edge.h"

enum { VARIANTS = 3, SHARES = 10000 };

struct variant {
    struct slice name, prefix;
    uint32_t share; // of SHARES; a rule's shares are all of them together
};

struct rule {
    struct slice prefix, experiment;
    struct variant variants[VARIANTS];
};

#define TEXT(literal) {literal, sizeof(literal) - 1}

// The first rule whose prefix fits; the last one always does.
static const struct rule RULES[] = {
    {TEXT("/shop/checkout"), TEXT("checkout"),
     {{TEXT("one-page"), TEXT("/v3/checkout"), 500}, {TEXT("steps"), TEXT("/v2/checkout"), 4500},
      {TEXT("control"), TEXT("/shop/checkout"), 5000}}},
    {TEXT("/shop/"), TEXT("catalogue"),
     {{TEXT("grid"), TEXT("/v2/shop/grid/"), 3333}, {TEXT("list"), TEXT("/v2/shop/list/"), 3333},
      {TEXT("control"), TEXT("/shop/"), 3334}}},
    {TEXT("/search?"), TEXT("ranking"),
     {{TEXT("learned"), TEXT("/rank/search?model=7&"), 100}, {TEXT("terms"), TEXT("/rank/search?model=0&"), 900},
      {TEXT("control"), TEXT("/search?"), 9000}}},
    {TEXT("/"), TEXT("none"),
     {{TEXT("control"), TEXT("/"), SHARES}, {TEXT(""), TEXT(""), 0}, {TEXT(""), TEXT(""), 0}}},
};
static const struct slice PATHS[] = {
    TEXT("/shop/checkout/pay?order="), TEXT("/shop/shoes/"), TEXT("/search?page="), TEXT("/about/"),
    TEXT("/shop/checkout"), TEXT("/shop/hats/"), TEXT("/static/app.js?v="), TEXT("/shop/"),
};
static const struct slice COOKIES[] = {
    TEXT("theme=dark"), TEXT("checkout=steps"), TEXT("catalogue=gone"), TEXT("catalogue=list"), TEXT("visitors=12"),
    TEXT("ranking=control"), TEXT("consent=all"), TEXT("empty="),
};

static struct text request, assigned, routed;

#define PICK(table, number) ((table)[(number) % (sizeof(table) / sizeof(table)[0])])

static __attribute__((noinline)) int equal(struct slice a, struct slice b) {
    for (uint32_t i = 0; a.length == b.length && i < a.length; i++) {
        if (a.at[i] != b.at[i]) {
            return 0;
        }
    }
    return a.length == b.length;
}

static int begins(struct slice text, struct slice with) {
    return text.length >= with.length && equal((struct slice){text.at, with.length}, with);
}

static struct slice without(struct slice text, uint32_t bytes) {
    return (struct slice){text.at + bytes, text.length - bytes};
}

// What stands before the first `end`; it and the `end` are taken off the text.
static struct slice take(struct slice *text, char end) {
    uint32_t length = 0;
    while (length < text->length && text->at[length] != end) {
        length++;
    }
    struct slice taken = {text->at, length};
    *text = without(*text, length < text->length ? length + 1 : length);
    return taken;
}

// The value of a cookie, empty where there is none.
static struct slice cookie(struct slice cookies, struct slice name) {
    while (cookies.length > 0) {
        struct slice value = take(&cookies, ';');
        while (begins(value, SLICE(" "))) {
            value = without(value, 1);
        }
        if (equal(take(&value, '='), name)) {
            return value;
        }
    }
    return SLICE("");
}

// FNV-1a, which is what a cookie is hashed with where no attacker matters.
static uint64_t hash(uint64_t hash, struct slice text) {
    for (uint32_t i = 0; i < text.length; i++) {
        hash = (hash ^ (unsigned char)text.at[i]) * 1099511628211u;
    }
    return hash;
}

static const struct rule *rule_of(struct slice path) {
    const struct rule *rule = RULES;
    while (rule + 1 < RULES + sizeof RULES / sizeof RULES[0] && !begins(path, rule->prefix)) {
        rule++;
    }
    return rule;
}

static const struct variant *variant_of(const struct rule *rule, struct slice visitor, struct slice earlier) {
    for (int i = 0; i < VARIANTS; i++) {
        if (rule->variants[i].share > 0 && equal(rule->variants[i].name, earlier)) {
            return &rule->variants[i];
        }
    }
    // The experiment's name is part of it, or the same visitors would get the first variant of every experiment.
    uint64_t hashed = hash(hash(14695981039346656037u, rule->experiment), visitor);
    uint32_t bucket = (uint32_t)((hashed ^ (hashed >> 32)) % SHARES);
    const struct variant *variant = rule->variants;
    while (bucket >= variant->share) {
        bucket -= variant->share;
        variant++;
    }
    return variant;
}

// Reads the request and writes what goes to the origin.
static void route(uint64_t new_visitor) {
    struct slice left = {request.bytes, request.length}, cookies = SLICE(""), host = SLICE("");
    struct slice method = take(&left, ' '), path = take(&left, ' ');
    take(&left, '\n');
    while (left.length > 0) {
        struct slice value = take(&left, '\n'), name = take(&value, ':');
        value = (struct slice){value.at + 1, value.length >= 2 ? value.length - 2 : 0};
        if (equal(name, SLICE("cookie"))) {
            cookies = value;
        } else if (equal(name, SLICE("host"))) {
            host = value;
        }
    }
    assigned.length = 0;
    struct slice visitor = cookie(cookies, SLICE("visitor"));
    if (visitor.length == 0) {
        append_hex(&assigned, new_visitor);
        visitor = (struct slice){assigned.bytes, assigned.length};
    }
    const struct rule *rule = rule_of(path);
    const struct variant *variant = variant_of(rule, visitor, cookie(cookies, rule->experiment));

    routed.length = 0;
    append(&routed, method);
    append(&routed, SLICE(" "));
    append(&routed, variant->prefix);
    append(&routed, without(path, rule->prefix.length));
    append(&routed, SLICE(" HTTP/1.1\r\nhost: "));
    append(&routed, host);
    append(&routed, SLICE("\r\ncookie: "));
    append(&routed, cookies);
    append(&routed, SLICE("\r\nx-experiment: "));
    append(&routed, rule->experiment);
    append(&routed, SLICE("/"));
    append(&routed, variant->name);
    if (assigned.length > 0) {
        append(&routed, SLICE("\r\nx-new-visitor: "));
        append(&routed, visitor);
    }
    append(&routed, SLICE("\r\n\r\n"));
}

static void make_request(uint64_t *state) {
    uint32_t number = next_random(state);
    request.length = 0;
    append(&request, SLICE("GET "));
    append(&request, PICK(PATHS, number));
    append_decimal(&request, number >> 16, 1);
    append(&request, SLICE(" HTTP/1.1\r\nhost: www.example.com\r\naccept-language: de, en;q=0.5\r\ncookie: "));
    append(&request, PICK(COOKIES, number >> 3));
    append(&request, SLICE("; "));
    append(&request, PICK(COOKIES, number >> 6));
    // One in eight has not been here before.
    if ((number >> 9) % 8 != 0) {
        append(&request, SLICE("; visitor="));
        append_hex(&request, *state);
    }
    append(&request, SLICE("\r\naccept: text/html\r\n\r\n"));
}

KERNEL(edge_router) {
    uint64_t state = 300, checksum = 0;
    for (int32_t unit = 0; unit < n; unit++) {
        make_request(&state);
        route(state ^ checksum);
        checksum = fold_text(checksum, &routed);
    }
    return (int64_t)checksum;
}
