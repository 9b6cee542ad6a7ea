## What every kernel in Nim shares: its random numbers and its checksum, as in c/kernel.h.

type
  Random* = object
    state: uint64
  Checksum* = object
    value: uint64

func initRandom*(state: uint64): Random = Random(state: state)

func next*(random: var Random): uint32 =
  ## One step of Knuth's MMIX generator; the high bits are the good ones.
  random.state = random.state * 6364136223846793005'u64 + 1442695040888963407'u64
  uint32(random.state shr 32)

func fold*(checksum: var Checksum, value: uint64) =
  ## Folds in a value, so that neither a value nor the order can change unnoticed.
  checksum.value = (checksum.value xor value) * 1099511628211'u64
  checksum.value = checksum.value xor (checksum.value shr 29)

func outcome*(checksum: Checksum): int64 = cast[int64](checksum.value)

{.compile: "nohost.c".}

proc NimMain {.importc.}

var started: bool

template kernel*(work: untyped) =
  ## Exports `work`, which does `n` units of work and is their checksum. Nothing of a kernel is called before that, so
  ## the first call initializes the modules.
  proc run(n {.inject.}: int32): int64 {.exportc.} =
    if not started:
      NimMain()
      started = true
    work
