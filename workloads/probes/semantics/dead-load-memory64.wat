;; A load far out of bounds of a 64-bit memory traps although nothing uses its result.
;; expect: trap memory_out_of_bounds
(module
  (memory i64 1)
  (func (export "run") (param i32) (result i64)
    (drop (i32.load (i64.const 0x100000000)))
    (i64.const 7)))
