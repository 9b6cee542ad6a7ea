## JSON parsed into a tree, changed and written by std/json. A unit is one round of a document of 18 KB.
import std/[algorithm, json]
import kernel

const Labels = [
  "rent", "coffee \"to go\"", "café au lait", "line\nbreak", "back\\slash", "tea and cake", "grüße", "",
]

proc firstLedger(): JsonNode =
  var random = initRandom(128)
  let accounts = newJArray()
  for id in 0 ..< 48:
    let account = %*{
      "id": id,
      "owner": "owner " & $(random.next mod 100000),
      "active": random.next mod 4 != 0,
      "balance": 0,
      "entries": [],
    }
    for i in 0 ..< 8:
      let amount = int(random.next mod 200000) - 100000
      account["entries"].add %*{"amount": amount, "label": Labels[random.next mod Labels.len]}
    accounts.add account
  %*{"accounts": accounts}

proc book(accounts: JsonNode, unit: int64): int64 =
  ## Books every active account's entries, chooses who is active next, and returns the sum of the balances.
  for account in accounts:
    if account["active"].getBool:
      var balance = account["balance"].getBiggestInt
      for entry in account["entries"]:
        balance += entry["amount"].getBiggestInt
      account["balance"] = %balance
      result += balance
    account["active"] = %((account["id"].getBiggestInt + unit) mod 4 != 0)
    account["entries"].elems.rotateLeft(1)
  discard accounts.elems.rotateLeft(1)

kernel:
  var text = $firstLedger()
  var checksum: Checksum
  for unit in 0 ..< n:
    let ledger = parseJson(text)
    checksum.fold(cast[uint64](ledger["accounts"].book(unit)))
    text = $ledger
  for c in text:
    checksum.fold(uint64(c))
  checksum.outcome
