;; A load of a vector out of bounds traps although nothing uses its result.
;; argument: 65521
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (drop (v128.load (local.get 0)))
    (i64.const 7)))
