// JSON as a tree of values, its parser and its writer: Kotlin's standard library has none. Numbers are whole, and a
// string's escapes are those of one letter.

sealed interface Json

class JsonObject(val members: MutableMap<String, Json>) : Json

class JsonArray(val items: MutableList<Json>) : Json

class JsonString(val value: String) : Json

class JsonNumber(val value: Long) : Json

class JsonBoolean(val value: Boolean) : Json

fun parse(text: String): Json = Parser(text).document()

private class Parser(private val text: String) {
    private var at = 0

    fun document(): Json = value().also { check(at == text.length) { "expected the end at $at" } }

    private fun value(): Json = when (token()) {
        '{' -> JsonObject(members())
        '[' -> JsonArray(items())
        '"' -> JsonString(string())
        't' -> JsonBoolean(true).also { skip("true") }
        'f' -> JsonBoolean(false).also { skip("false") }
        else -> JsonNumber(number())
    }

    private fun members(): MutableMap<String, Json> {
        val members = LinkedHashMap<String, Json>()
        sequence("{", '}') {
            val name = string()
            skip(":")
            members[name] = value()
        }
        return members
    }

    private fun items(): MutableList<Json> {
        val items = ArrayList<Json>()
        sequence("[", ']') { items += value() }
        return items
    }

    private inline fun sequence(begin: String, end: Char, one: () -> Unit) {
        skip(begin)
        if (token() != end) {
            one()
            while (token() == ',') {
                at++
                one()
            }
        }
        check(token() == end) { "expected $end at $at" }
        at++
    }

    private fun string(): String {
        skip("\"")
        val begin = at
        while (char() != '"' && char() != '\\') at++
        if (char() == '"') return text.substring(begin, at++)
        val string = StringBuilder(text.substring(begin, at))
        while (char() != '"') {
            string.append(if (char() == '\\') escape() else char())
            at++
        }
        at++
        return string.toString()
    }

    private fun escape(): Char {
        at++
        return when (val letter = char()) {
            '"', '\\', '/' -> letter
            'b' -> '\b'
            'f' -> '\u000c'
            'n' -> '\n'
            'r' -> '\r'
            't' -> '\t'
            else -> error("expected an escape at $at")
        }
    }

    private fun number(): Long {
        val begin = at
        if (char() == '-') at++
        while (at < text.length && text[at] in '0'..'9') at++
        return text.substring(begin, at).toLong()
    }

    private fun skip(word: String) {
        token()
        check(text.startsWith(word, at)) { "expected $word at $at" }
        at += word.length
    }

    /** The character that the next token begins with. */
    private fun token(): Char {
        while (char() in " \n\r\t") at++
        return char()
    }

    private fun char(): Char {
        check(at < text.length) { "expected more than $at characters" }
        return text[at]
    }
}

fun write(value: Json): String = StringBuilder().apply { appendJson(value) }.toString()

private fun StringBuilder.appendJson(value: Json) {
    when (value) {
        is JsonObject -> appendAll(value.members.entries, '{', '}') { (name, member) ->
            appendQuoted(name)
            append(':')
            appendJson(member)
        }
        is JsonArray -> appendAll(value.items, '[', ']') { appendJson(it) }
        is JsonString -> appendQuoted(value.value)
        is JsonNumber -> append(value.value)
        is JsonBoolean -> append(value.value)
    }
}

private inline fun <T> StringBuilder.appendAll(all: Collection<T>, begin: Char, end: Char, one: (T) -> Unit) {
    append(begin)
    var separate = false
    for (item in all) {
        if (separate) append(',')
        separate = true
        one(item)
    }
    append(end)
}

private fun StringBuilder.appendQuoted(string: String) {
    append('"')
    for (char in string) {
        when (char) {
            '"' -> append("\\\"")
            '\\' -> append("\\\\")
            '\n' -> append("\\n")
            else -> append(char)
        }
    }
    append('"')
}
