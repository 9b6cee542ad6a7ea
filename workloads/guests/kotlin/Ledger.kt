// JSON through a tree of values: the program `ledger` of PROGRAMS.md. The text is UTF-8, as it would come and go.
@file:OptIn(ExperimentalWasmInterop::class)

import kotlin.wasm.ExperimentalWasmInterop
import kotlin.wasm.WasmExport

private val LABELS = listOf(
    "rent", "coffee \"to go\"", "café au lait", "line\nbreak", "back\\slash", "tea and cake", "grüße", "",
)

private operator fun Json.get(name: String) = (this as JsonObject).members.getValue(name)

private operator fun Json.set(name: String, value: Json) {
    (this as JsonObject).members[name] = value
}

private val Json.items get() = (this as JsonArray).items
private val Json.number get() = (this as JsonNumber).value
private val Json.boolean get() = (this as JsonBoolean).value

private fun objectOf(vararg members: Pair<String, Json>) = JsonObject(linkedMapOf(*members))

private fun arrayOf(size: Int, item: (Int) -> Json) = JsonArray(MutableList(size, item))

private fun document(): Json {
    val random = Random(128)
    fun entry(): Json {
        val amount = (random.next() % 200000u).toLong() - 100000
        val label = LABELS[(random.next() % 8u).toInt()]
        return objectOf("amount" to JsonNumber(amount), "label" to JsonString(label))
    }
    fun account(id: Int): Json {
        val owner = "owner ${random.next() % 100000u}"
        val active = random.next() % 4u != 0u
        return objectOf(
            "id" to JsonNumber(id.toLong()),
            "owner" to JsonString(owner),
            "active" to JsonBoolean(active),
            "balance" to JsonNumber(0),
            "entries" to arrayOf(8) { entry() },
        )
    }
    return objectOf("accounts" to arrayOf(48) { account(it) })
}

/** Changes the document for the unit of this number and returns the unit's total. */
private fun change(document: Json, unit: Int): Long {
    var total = 0L
    val accounts = document["accounts"].items
    for (account in accounts) {
        val entries = account["entries"].items
        if (account["active"].boolean) {
            val balance = account["balance"].number + entries.sumOf { it["amount"].number }
            account["balance"] = JsonNumber(balance)
            total += balance
        }
        account["active"] = JsonBoolean((account["id"].number + unit) % 4 != 0L)
        entries += entries.removeAt(0)
    }
    accounts += accounts.removeAt(0)
    return total
}

@WasmExport
fun run(n: Int): Long {
    var text = write(document()).encodeToByteArray()
    var checksum = 0L
    for (unit in 0..<n) {
        val document = parse(text.decodeToString())
        checksum = fold(checksum, change(document, unit))
        text = write(document).encodeToByteArray()
    }
    return text.fold(checksum) { folded, byte -> fold(folded, byte.toUByte().toLong()) }
}
