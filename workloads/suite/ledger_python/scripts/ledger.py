import json, sys
MASK = (1 << 64) - 1

def random(state):
    state[0] = (state[0] * 6364136223846793005 + 1442695040888963407) & MASK
    return state[0] >> 32

def fold(checksum, value):
    checksum = ((checksum ^ (value & MASK)) * 1099511628211) & MASK
    return checksum ^ (checksum >> 29)

LABELS = ["rent", "coffee \"to go\"", "caf\u00e9 au lait", "line\nbreak", "back\\slash", "tea and cake", "gr\u00fc\u00dfe", ""]

def document():
    state = [128]
    accounts = []
    for identity in range(48):
        owner = "owner %d" % (random(state) % 100000)
        active = random(state) % 4 != 0
        entries = [{"amount": random(state) % 200000 - 100000, "label": LABELS[random(state) % 8]} for _ in range(8)]
        accounts.append({"id": identity, "owner": owner, "active": active, "balance": 0, "entries": entries})
    return json.dumps({"accounts": accounts}, separators=(",", ":"), ensure_ascii=False)

def unit(text, number):
    document = json.loads(text)
    accounts = document["accounts"]
    total = 0
    for account in accounts:
        if account["active"]:
            account["balance"] += sum(entry["amount"] for entry in account["entries"])
            total += account["balance"]
        account["active"] = (account["id"] + number) % 4 != 0
        entries = account["entries"]
        account["entries"] = entries[1:] + entries[:1]
    document["accounts"] = accounts[1:] + accounts[:1]
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False), total

def run(n):
    text, checksum = document(), 0
    for number in range(n):
        text, total = unit(text, number)
        checksum = fold(checksum, total)
    for byte in text.encode():
        checksum = fold(checksum, byte)
    return checksum - (1 << 64) if checksum >> 63 else checksum

if __name__ == "__main__":
    print(run(int(sys.argv[1])))
