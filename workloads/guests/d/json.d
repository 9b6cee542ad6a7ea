/// JSON into the types of a program and out of them: every struct's members are read off at compile time. It is the
/// JSON that the ledger writes: numbers are integers, and a backslash stands before a quote, a backslash or an n.
/// Whatever else it meets is a trap.
module json;

import std.algorithm : among;
import std.traits : isIntegral;

/// Memory that is freed all at once.
struct Arena
{
    private ubyte[] room;
    private size_t used;

    T[] array(T)(size_t length)
    {
        used = (used + T.alignof - 1) / T.alignof * T.alignof;
        auto bytes = room[used .. $][0 .. T.sizeof * length];
        used += bytes.length;
        return (cast(T*) bytes.ptr)[0 .. length];
    }

    void clear()
    {
        used = 0;
    }
}

/// An array that grows in an arena.
struct Growing(T)
{
    private T[] room;
    private size_t length;

    void put(ref Arena arena, T element)
    {
        if (length == room.length)
        {
            auto larger = arena.array!T(length ? 2 * length : 8);
            larger[0 .. length] = room[];
            room = larger;
        }
        room[length++] = element;
    }

    T[] opSlice()
    {
        return room[0 .. length];
    }
}

struct Parser
{
    private const(char)[] left;
    private Arena* arena;

    T parse(T)()
    {
        skipSpace();
        static if (is(T == bool))
            return boolean();
        else static if (isIntegral!T)
            return number!T();
        else static if (is(T == const(char)[]))
            return text();
        else static if (is(T == E[], E))
            return array!E();
        else
            return object!T();
    }

    private void skipSpace()
    {
        while (left.length && left[0].among!(' ', '\n', '\r', '\t'))
            left = left[1 .. $];
    }

    private bool accept(string word)
    {
        skipSpace();
        immutable there = left.length >= word.length && left[0 .. word.length] == word;
        if (there)
            left = left[word.length .. $];
        return there;
    }

    private void expect(string word)
    {
        if (!accept(word))
            assert(0);
    }

    private bool boolean()
    {
        if (accept("true"))
            return true;
        expect("false");
        return false;
    }

    private T number(T)()
    {
        immutable negative = accept("-");
        T value = 0;
        size_t digits;
        for (; digits < left.length && left[digits] >= '0' && left[digits] <= '9'; digits++)
            value = value * 10 + (left[digits] - '0');
        if (!digits)
            assert(0);
        left = left[digits .. $];
        return negative ? -value : value;
    }

    /// A slice of the input where nothing in it is escaped.
    private const(char)[] text()
    {
        expect(`"`);
        size_t end;
        bool escaped;
        for (; left[end] != '"'; end++)
        {
            if (left[end] == '\\')
            {
                escaped = true;
                end++;
            }
        }
        auto value = left[0 .. end];
        left = left[end + 1 .. $];
        return escaped ? unescape(value) : value;
    }

    private const(char)[] unescape(const(char)[] escaped)
    {
        auto value = arena.array!char(escaped.length);
        size_t length;
        for (size_t i = 0; i < escaped.length; i++)
        {
            char c = escaped[i];
            if (c == '\\')
            {
                c = escaped[++i];
                if (c == 'n')
                    c = '\n';
                else if (!c.among!('"', '\\'))
                    assert(0);
            }
            value[length++] = c;
        }
        return value[0 .. length];
    }

    private T[] array(T)()
    {
        Growing!T elements;
        expect("[");
        if (accept("]"))
            return null;
        do
            elements.put(*arena, parse!T);
        while (accept(","));
        expect("]");
        return elements[];
    }

    private T object(T)()
    {
        T value;
        expect("{");
        if (accept("}"))
            return value;
        do
        {
            skipSpace();
            member(value, text());
        }
        while (accept(","));
        expect("}");
        return value;
    }

    private void member(T)(ref T value, const(char)[] name)
    {
        expect(":");
        foreach (i, ref field; value.tupleof)
        {
            if (name == __traits(identifier, T.tupleof[i]))
            {
                field = parse!(typeof(field));
                return;
            }
        }
        assert(0);
    }
}

struct Writer
{
    private char[] room;
    private size_t length;

    void write(T)(const auto ref T value)
    {
        static if (is(T == bool))
            put(value ? "true" : "false");
        else static if (isIntegral!T)
            number(value);
        else static if (is(T : const(char)[]))
            text(value);
        else static if (is(T == E[], E))
            array(value);
        else
            object(value);
    }

    const(char)[] opSlice() const
    {
        return room[0 .. length];
    }

    void put(char c)
    {
        room[length++] = c;
    }

    void put(const(char)[] bytes)
    {
        room[length .. $][0 .. bytes.length] = bytes;
        length += bytes.length;
    }

    void number(long value)
    {
        char[20] digits = void;
        size_t at = digits.length;
        ulong left = value < 0 ? -ulong(value) : value;
        do
        {
            digits[--at] = cast(char)('0' + left % 10);
            left /= 10;
        }
        while (left);
        if (value < 0)
            put('-');
        put(digits[at .. $]);
    }

    private void text(const(char)[] value)
    {
        put('"');
        foreach (c; value)
        {
            if (c.among!('"', '\\', '\n'))
                put('\\');
            put(c == '\n' ? 'n' : c);
        }
        put('"');
    }

    private void array(T)(const T[] elements)
    {
        put('[');
        foreach (i, ref element; elements)
        {
            if (i)
                put(',');
            write(element);
        }
        put(']');
    }

    private void object(T)(const ref T value)
    {
        put('{');
        foreach (i, ref field; value.tupleof)
        {
            static if (i)
                put(',');
            enum name = `"` ~ __traits(identifier, T.tupleof[i]) ~ `":`;
            put(name);
            write(field);
        }
        put('}');
    }
}
