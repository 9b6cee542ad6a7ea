// JSON parsed into a tree of variants, changed, and written. A unit is one round of a document of 18 KB, as PROGRAMS.md
// says. The parser is one for the JSON that the ledger writes: numbers are integers, and a backslash stands before a
// quote, a backslash or an n. Whatever else it meets is a trap.
#include "kernel.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

using namespace std::literals;

namespace {

struct Value;
struct Member;
using Array = std::vector<Value>;
using Object = std::vector<Member>; // in the order of the text

struct Value {
    std::variant<std::monostate, bool, std::int64_t, std::string, Array, Object> data;

    template <typename T> T &as() {
        if (T *value = std::get_if<T>(&data)) {
            return *value;
        }
        __builtin_trap();
    }

    Value &operator[](std::string_view name);
};

struct Member {
    std::string name;
    Value value;
};

Value &Value::operator[](std::string_view name) {
    Object &members = as<Object>();
    const auto found = std::ranges::find(members, name, &Member::name);
    if (found == members.end()) {
        __builtin_trap();
    }
    return found->value;
}

class Parser {
public:
    explicit Parser(std::string_view text) : at_{text.data()}, end_{text.data() + text.size()} {}

    Value value() {
        switch (peek()) {
        case '{': return {object()};
        case '[': return {array()};
        case '"': return {string()};
        case 't': return word("true"sv, {true});
        case 'f': return word("false"sv, {false});
        case 'n': return word("null"sv, {});
        default: return {number()};
        }
    }

private:
    // The next character that is no white space.
    char peek() {
        at_ = std::find_if(at_, end_, [](char c) { return c != ' ' && c != '\n' && c != '\r' && c != '\t'; });
        return at_ == end_ ? '\0' : *at_;
    }

    bool accept(char c) {
        const bool there = peek() == c;
        at_ += there;
        return there;
    }

    void expect(char c) {
        if (!accept(c)) {
            __builtin_trap();
        }
    }

    Value word(std::string_view word, Value value) {
        if (!std::string_view(at_, end_).starts_with(word)) {
            __builtin_trap();
        }
        at_ += word.size();
        return value;
    }

    std::int64_t number() {
        std::int64_t number;
        const auto [at, error] = std::from_chars(at_, end_, number);
        if (error != std::errc{}) {
            __builtin_trap();
        }
        at_ = at;
        return number;
    }

    std::string string() {
        std::string string;
        expect('"');
        for (;;) {
            const auto stop = std::find_if(at_, end_, [](char c) { return c == '"' || c == '\\'; });
            string.append(at_, stop);
            if (stop == end_ || stop + 1 == end_) {
                __builtin_trap();
            }
            at_ = stop + 1;
            if (*stop == '"') {
                return string;
            }
            string += unescape(*at_++);
        }
    }

    static char unescape(char c) {
        switch (c) {
        case 'n': return '\n';
        case '"':
        case '\\': return c;
        default: __builtin_trap();
        }
    }

    Array array() {
        Array array;
        expect('[');
        if (accept(']')) {
            return array;
        }
        do {
            array.push_back(value());
        } while (accept(','));
        expect(']');
        return array;
    }

    Object object() {
        Object object;
        expect('{');
        if (accept('}')) {
            return object;
        }
        do {
            std::string name = string();
            expect(':');
            object.push_back({std::move(name), value()});
        } while (accept(','));
        expect('}');
        return object;
    }

    const char *at_, *end_;
};

// Appends what it is given to a text, as JSON.
class Writer {
public:
    explicit Writer(std::string &text) : text_{text} {}

    void operator()(const Value &value) { std::visit(*this, value.data); }
    void operator()(std::monostate) { text_ += "null"sv; }
    void operator()(bool value) { text_ += value ? "true"sv : "false"sv; }

    void operator()(std::int64_t number) {
        std::array<char, 20> digits;
        char *const first = digits.data();
        text_.append(first, std::to_chars(first, first + digits.size(), number).ptr);
    }

    void operator()(const std::string &string) {
        text_ += '"';
        for (const char c : string) {
            if (c == '"' || c == '\\' || c == '\n') {
                text_ += '\\';
            }
            text_ += c == '\n' ? 'n' : c;
        }
        text_ += '"';
    }

    void operator()(const Member &member) {
        (*this)(member.name);
        text_ += ':';
        (*this)(member.value);
    }

    void operator()(const Array &array) { list('[', array, ']'); }
    void operator()(const Object &object) { list('{', object, '}'); }

private:
    template <typename List> void list(char open, const List &list, char close) {
        text_ += open;
        for (bool first = true; const auto &element : list) {
            if (!std::exchange(first, false)) {
                text_ += ',';
            }
            (*this)(element);
        }
        text_ += close;
    }

    std::string &text_;
};

std::string to_text(const Value &value) {
    std::string text;
    Writer{text}(value);
    return text;
}

constexpr std::array labels{"rent"sv,        "coffee \"to go\""sv, "café au lait"sv, "line\nbreak"sv,
                            "back\\slash"sv, "tea and cake"sv,     "grüße"sv,        ""sv};

Value first_ledger() {
    Random random{128};
    Array accounts;
    for (std::int64_t id = 0; id < 48; ++id) {
        Object account;
        account.push_back({"id", {id}});
        account.push_back({"owner", {"owner " + std::to_string(random() % 100000)}});
        account.push_back({"active", {random() % 4 != 0}});
        account.push_back({"balance", {std::int64_t{0}}});
        Array entries;
        for (int i = 0; i < 8; ++i) {
            Object entry;
            entry.push_back({"amount", {std::int64_t{random() % 200000} - 100000}});
            entry.push_back({"label", {std::string{labels[random() % labels.size()]}}});
            entries.push_back({std::move(entry)});
        }
        account.push_back({"entries", {std::move(entries)}});
        accounts.push_back({std::move(account)});
    }
    Object ledger;
    ledger.push_back({"accounts", {std::move(accounts)}});
    return {std::move(ledger)};
}

void first_to_the_end(Array &array) { std::ranges::rotate(array, array.begin() + 1); }

// Books every active account's entries, chooses who is active next, and returns the sum of the balances.
std::int64_t book(Array &accounts, std::int64_t unit) {
    std::int64_t total = 0;
    for (Value &account : accounts) {
        bool &active = account["active"].as<bool>();
        Array &entries = account["entries"].as<Array>();
        if (active) {
            auto &balance = account["balance"].as<std::int64_t>();
            for (Value &entry : entries) {
                balance += entry["amount"].as<std::int64_t>();
            }
            total += balance;
        }
        active = (account["id"].as<std::int64_t>() + unit) % 4 != 0;
        first_to_the_end(entries);
    }
    first_to_the_end(accounts);
    return total;
}

} // namespace

KERNEL(ledger_cpp) {
    Checksum checksum;
    std::string text = to_text(first_ledger());
    for (std::int32_t unit = 0; unit < n; ++unit) {
        Value ledger = Parser{text}.value();
        checksum.fold(static_cast<std::uint64_t>(book(ledger["accounts"].as<Array>(), unit)));
        text = to_text(ledger);
    }
    for (const char c : text) {
        checksum.fold(static_cast<std::uint8_t>(c));
    }
    return checksum.result();
}
