// The random numbers and the checksum of c/kernel.h.

/** Knuth's MMIX generator; the high bits are the good ones. */
export class Random {
  constructor(private state: u64) {}

  next(): u32 {
    this.state = this.state * 6364136223846793005 + 1442695040888963407;
    return <u32>(this.state >> 32);
  }
}

/** Folds a value into a checksum, so that neither a value nor the order can change unnoticed. */
export function fold(checksum: u64, value: u64): u64 {
  const mixed = (checksum ^ value) * 1099511628211;
  return mixed ^ (mixed >> 29);
}
