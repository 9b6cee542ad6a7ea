// The smallest function that answers a request: a complete HTTP response with a date, an identifier, a length and a
// greeting. A unit is one response.
#include "edge.h"

static const char WEEKDAYS[] = "SunMonTueWedThuFriSat";
static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const struct slice NAMES[] = {
    {"world", 5}, {"Ada", 3}, {"visitor from afar", 17}, {"Grace", 5}, {"Linus", 5}, {"Barbara", 7}, {"you", 3}, {"", 0},
};

static struct text body, response;

// A moment in seconds since 1970, as HTTP writes it.
static void append_date(struct text *text, uint32_t now) {
    uint32_t days = now / 86400, second = now % 86400;
    // Counted in years that begin with March, so that a leap day is the last of its year: 719,468 days lie between
    // the first of March of the year 0 and 1970, and 146,097 are 400 years.
    uint32_t day = days + 719468, era = day / 146097;
    day %= 146097;
    uint32_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= year * 365 + year / 4 - year / 100;
    // From March on, 153 days are five months.
    uint32_t month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5;
    month = (month + 2) % 12;
    year += era * 400 + (month < 2);

    append(text, (struct slice){&WEEKDAYS[(days + 4) % 7 * 3], 3});
    append(text, SLICE(", "));
    append_decimal(text, day + 1, 2);
    append(text, SLICE(" "));
    append(text, (struct slice){&MONTHS[month * 3], 3});
    append(text, SLICE(" "));
    append_decimal(text, year, 4);
    append(text, SLICE(" "));
    append_decimal(text, second / 3600, 2);
    append(text, SLICE(":"));
    append_decimal(text, second / 60 % 60, 2);
    append(text, SLICE(":"));
    append_decimal(text, second % 60, 2);
    append(text, SLICE(" GMT"));
}

static void respond(uint32_t now, uint64_t id, struct slice name, uint32_t visits) {
    body.length = response.length = 0;
    append(&body, SLICE("Hello, "));
    append(&body, name.length > 0 ? name : SLICE("stranger"));
    append(&body, SLICE("!\nYou are visitor number "));
    append_decimal(&body, visits, 1);
    append(&body, SLICE(".\n"));

    append(&response, SLICE("HTTP/1.1 200 OK\r\ndate: "));
    append_date(&response, now);
    append(&response, SLICE("\r\ncontent-type: text/plain; charset=utf-8\r\ncache-control: no-store\r\nx-request-id: "));
    append_hex(&response, id);
    append(&response, SLICE("\r\ncontent-length: "));
    append_decimal(&response, body.length, 1);
    append(&response, SLICE("\r\n\r\n"));
    append(&response, (struct slice){body.bytes, body.length});
}

KERNEL(edge_hello) {
    uint64_t state = 200, checksum = 0;
    for (int32_t unit = 0; unit < n; unit++) {
        uint32_t now = next_random(&state), number = next_random(&state);
        respond(now, state, NAMES[number % (sizeof NAMES / sizeof NAMES[0])], number >> 8);
        checksum = fold_text(checksum, &response);
    }
    return (int64_t)checksum;
}
