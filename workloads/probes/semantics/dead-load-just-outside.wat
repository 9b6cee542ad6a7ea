;; A load whose last byte is the first one outside of the memory traps although nothing uses its result.
;; argument: 65529
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (drop (i64.load (local.get 0)))
    (i64.const 7)))
